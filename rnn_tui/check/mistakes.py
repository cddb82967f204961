"""The mistakes that are known: their slugs, what they are in a sentence, what should stand there.

The reference makes finer ones than are told: a slope taken of the sum and one taken of the value
that is activated already are both ``slope-of-wrong-value``.
"""

from __future__ import annotations

from typing import NamedTuple


class Mistake(NamedTuple):
    """A mistake as it is told.

    Attributes:
        cause: its slug.
        title: a sentence.
        formula: the notebook's, as it should be.
        place: kind of line where it stands; see `rnn_tui.check.locating`.
        cost: how unlikely it is beside others that give the same, 1 is usual.
    """

    cause: str
    title: str
    formula: str
    place: str
    cost: float = 1.0


_CARRY = "∂L/∂a_h,t = ∂L/∂s_o,t Vᵀ + ∂L/∂s_h,t+1 Uᵀ"
_SLOPE = "∂L/∂s_h,t = ∂L/∂a_h,t ∘ (1 − a_h,t²)"
_DU = "dU = Σ a_h,t-1ᵀ ∂L/∂s_h,t"
_ERROR = "∂L/∂s_o,t = ŷ_t − y_t"
_SUMS = "dW = Σ x_tᵀ ∂L/∂s_h,t    db_h = Σ ∂L/∂s_h,t    dV = Σ a_h,tᵀ ∂L/∂s_o,t"
_CELL = "∂L/∂c_t = ∂L/∂a_t ∘ o_t ∘ (1 − tanh²(c_t)) + ∂L/∂c_t+1 ∘ f_t+1"
_WRONG_VALUE = "slope-of-wrong-value"

MISTAKES: dict[str, Mistake] = {
    "carry-missing": Mistake(
        "carry-missing",
        "the term from step t + 1 is missing: no gradient flows back through time",
        _CARRY, "carry-in", 0.9,
    ),
    "carry-not-transposed": Mistake(
        "carry-not-transposed",
        "the carry to the step before uses the recurrent matrix the wrong way round (transpose it)",
        _CARRY, "carry-out",
    ),
    "carry-never-updated": Mistake(
        "carry-never-updated",
        "the carry is computed once and never replaced by that of the step before",
        _CARRY, "carry-out",
    ),
    "never-carried-at-end": Mistake(
        "carry-never-updated",
        "every step gets the gradient of the last state: it is never carried on to the step before",
        _CARRY, "carry-out",
    ),
    "carry-after-slope": Mistake(
        "carry-after-slope",
        "the carry is added after the slope of the activation instead of before it",
        f"{_CARRY}, and only then {_SLOPE}", "slope",
    ),
    "carry-without-slope": Mistake(
        "slope-missing-in-carry",
        "what is carried to the step before lacks the slope of the activation",
        "∂L/∂s_h,t Uᵀ, not ∂L/∂a_h,t Uᵀ, goes to step t − 1", "carry-out",
    ),
    "carry-without-weights": Mistake(
        "carry-without-weights",
        "the carry is not multiplied by the recurrent matrix",
        _CARRY, "carry-out",
    ),
    "carry-passed-on": Mistake(
        "carry-never-updated",
        "what is carried back stays the same from step to step, without matrix and slope",
        _CARRY, "carry-out",
    ),
    "slope-missing-at-output": Mistake(
        "slope-missing",
        "the slope is missing where a step's own output comes in; what is carried has it",
        _SLOPE, "carry-in", 1.1,
    ),
    "carry-added-up": Mistake(
        "carry-added-up",
        "the carry is added up from step to step instead of being replaced",
        _CARRY, "carry-out",
    ),
    "carry-twice": Mistake(
        "carry-twice", "the term from step t + 1 is added twice", _CARRY, "carry-in", 1.1,
    ),
    "carry-negative": Mistake(
        "carry-sign", "the term from step t + 1 has the wrong sign", _CARRY, "carry-out", 1.1,
    ),
    "carry-one-step-only": Mistake(
        "carry-one-step-only",
        "the carry holds the next step's own gradient alone, so it never comes from further away",
        _CARRY, "carry-out", 1.1,
    ),
    "carry-overwrites-upstream": Mistake(
        "upstream-missing",
        "the carry replaces the gradient from the step's own output instead of being added to it",
        _CARRY, "carry-in", 1.1,
    ),
    "slope-missing": Mistake(
        "slope-missing", "the slope of the activation is missing", _SLOPE, "slope", 0.9,
    ),
    "slope-twice": Mistake(
        "slope-twice", "the slope of the activation is multiplied in twice", _SLOPE, "slope",
    ),
    "slope-of-activated": Mistake(
        _WRONG_VALUE,
        "the slope is taken of the wrong value: of one that is activated already",
        _SLOPE, "slope",
    ),
    "slope-of-sum": Mistake(
        _WRONG_VALUE,
        "the slope is taken of the wrong value: of the sum s where the activated a belongs",
        _SLOPE, "slope",
    ),
    "slope-of-previous": Mistake(
        _WRONG_VALUE,
        "the slope is taken of the wrong value: of the state of the step before",
        _SLOPE, "slope",
    ),
    "slope-not-squared": Mistake(
        _WRONG_VALUE,
        "the slope is 1 − a, the square is missing", _SLOPE, "slope", 1.1,
    ),
    "slope-plus": Mistake(
        "slope-inverted", "the slope is 1 + a², its sign is wrong", _SLOPE, "slope", 1.1,
    ),
    "slope-squared-only": Mistake(
        "slope-inverted", "the slope is a² where 1 − a² belongs", _SLOPE, "slope", 1.1,
    ),
    "slope-divided": Mistake(
        "slope-inverted", "it divides by the slope instead of multiplying by it", _SLOPE, "slope",
    ),
    "slope-negative": Mistake(
        "slope-inverted", "the slope has the wrong sign: a² − 1", _SLOPE, "slope",
    ),
    "slope-of-another-activation": Mistake(
        "slope-of-another-activation",
        "the slope is that of another activation function than the forward pass uses",
        _SLOPE, "slope",
    ),
    "slope-of-relu": Mistake(
        "slope-of-another-activation",
        "the slope is that of ReLU, but the forward pass uses another activation",
        _SLOPE, "slope",
    ),
    "slope-of-next": Mistake(
        _WRONG_VALUE,
        "the slope is taken of the wrong value: of the state of the step after",
        _SLOPE, "slope",
    ),
    "slope-of-linear-part": Mistake(
        _WRONG_VALUE, "the slope is multiplied by the state itself", _SLOPE, "slope", 1.2,
    ),
    "shared-activation": Mistake(
        "shared-activation",
        "all steps use the slope of the last one: one activation object remembers only that",
        _SLOPE, "slope",
    ),
    "current-state-for-previous": Mistake(
        "current-state-for-previous",
        "the recurrent gradient uses the state a_h,t where that of the step before belongs",
        _DU, "sum",
    ),
    "state-two-steps-before": Mistake(
        "state-of-another-step",
        "the recurrent gradient uses the state of two steps before", _DU, "sum", 1.2,
    ),
    "next-state-for-previous": Mistake(
        "state-of-another-step",
        "the recurrent gradient uses the state of the step after", _DU, "sum", 1.2,
    ),
    "previous-state-for-current": Mistake(
        "state-of-another-step",
        "the output's gradient uses the state of the step before",
        "dV = Σ a_h,tᵀ ∂L/∂s_o,t", "sum",
    ),
    "sum-for-state": Mistake(
        "state-before-activation",
        "the output's gradient uses s_h,t, from before the activation, where a_h,t belongs",
        "dV = Σ a_h,tᵀ ∂L/∂s_o,t", "sum",
    ),
    "input-of-another-step": Mistake(
        "input-of-another-step",
        "the input's gradient uses the input of the step before", "dW = Σ x_tᵀ ∂L/∂s_h,t", "sum",
    ),
    "wrap-at-start": Mistake(
        "wrap-at-start",
        "at t = 0 the index t − 1 wraps round to the last state instead of the start state",
        _DU, "sum",
    ),
    "start-state-forgotten": Mistake(
        "start-state-forgotten",
        "at t = 0 the start state is left out of the recurrent gradient", _DU, "sum",
    ),
    "overwritten-not-added": Mistake(
        "overwritten-not-added",
        "the sum over time is overwritten (=) instead of added to (+=): one step alone is left",
        _SUMS, "sum",
    ),
    "first-step-left-out": Mistake(
        "step-left-out", "the loop leaves out the first time step", _SUMS, "loop", 1.1,
    ),
    "last-step-left-out": Mistake(
        "step-left-out", "the loop leaves out the last time step", _SUMS, "loop", 1.1,
    ),
    "bias-missing": Mistake(
        "bias-missing", "the gradient of the bias is missing: it is zero",
        "db_h = Σ ∂L/∂s_h,t    db_o = Σ ∂L/∂s_o,t", "sum",
    ),
    "bias-twice": Mistake(
        "bias-twice", "the gradient of the bias is added twice",
        "db_h = Σ ∂L/∂s_h,t    db_o = Σ ∂L/∂s_o,t", "sum",
    ),
    "bias-added-up-twice": Mistake(
        "bias-added-up-twice", "the running sum of the bias is added again at every step",
        "db_h = Σ ∂L/∂s_h,t", "sum", 1.2,
    ),
    "gradient-missing": Mistake(
        "gradient-missing", "this gradient is never filled: it is zero", _SUMS, "sum",
    ),
    "gradient-twice": Mistake(
        "gradient-twice", "this gradient is added twice", _SUMS, "sum",
    ),
    "gradient-negative": Mistake(
        "gradient-sign", "this gradient has the wrong sign", _SUMS, "sum", 1.1,
    ),
    "outer-product-transposed": Mistake(
        "outer-product-transposed",
        "the outer product is the wrong way round: the gradient is the transpose of the right one",
        _DU, "sum",
    ),
    "tensor-without-slope": Mistake(
        "slope-missing",
        "this gradient is taken before the slope of the activation is multiplied in",
        _SLOPE, "sum",
    ),
    "mean-against-sum:tensor": Mistake(
        "mean-against-sum", "this gradient is a mean over time, the loss is a sum",
        "L = Σ_t L_t", "sum",
    ),
    "mean-against-sum:batch": Mistake(
        "mean-against-sum", "this gradient is a mean over the batch, the loss is a sum",
        "L = Σ L_t over steps and sequences", "sum",
    ),
    "mean-against-sum:all": Mistake(
        "mean-against-sum", "this gradient is a mean over steps and batch, the loss is a sum",
        "L = Σ L_t over steps and sequences", "sum",
    ),
    "mean-against-sum": Mistake(
        "mean-against-sum",
        "the gradient and the loss are not of one kind: one is a mean, the other a sum",
        "L = Σ_t L_t", "error",
    ),
    "upstream-missing": Mistake(
        "upstream-missing",
        "the gradient from the outputs never enters: only the carry goes through time, and it is 0",
        _CARRY, "carry-in",
    ),
    "upstream-at-last-step-only": Mistake(
        "upstream-missing",
        "only the last step gets the gradient from its own output", _CARRY, "carry-in", 1.1,
    ),
    "softmax-slope-elementwise": Mistake(
        "softmax-slope-elementwise",
        "the slope of the softmax is taken elementwise, p (1 − p); but it couples all outputs",
        _ERROR, "error",
    ),
    "softmax-slope-of-target-only": Mistake(
        "softmax-slope-elementwise",
        "the slope of the softmax is taken elementwise: only the target's score has a gradient",
        _ERROR, "error",
    ),
    "target-not-subtracted": Mistake(
        "target-not-subtracted", "the target is not subtracted from the prediction", _ERROR,
        "error",
    ),
    "target-subtracted-twice": Mistake(
        "target-subtracted-twice", "the target is subtracted twice", _ERROR, "error",
    ),
    "sign-of-error": Mistake(
        "sign-of-error", "the error has the wrong sign: y − ŷ", _ERROR, "error",
    ),
    "head-slope-missing": Mistake(
        "output-slope-missing", "the slope of the output's activation is missing",
        "∂L/∂s_o,t = ∂L/∂ŷ_t ∘ σ'(s_o,t)", "error",
    ),
    "head-slope-twice": Mistake(
        "output-slope-twice", "the slope of the output's activation is multiplied in twice",
        "∂L/∂s_o,t = ∂L/∂ŷ_t ∘ σ'(s_o,t)", "error",
    ),
    "start-state-gradient-without-weights": Mistake(
        "start-state-gradient", "the start state's gradient lacks the recurrent matrix",
        "∂L/∂a_h,-1 = ∂L/∂s_h,0 Uᵀ", "carry-out",
    ),
    "start-state-gradient-of-a-step-too-late": Mistake(
        "start-state-gradient", "the start state's gradient is that of the step after",
        "∂L/∂a_h,-1 = ∂L/∂s_h,0 Uᵀ", "carry-out",
    ),
    "start-state-gradient-not-transposed": Mistake(
        "carry-not-transposed", "in the start state's gradient the matrix is the wrong way round",
        "∂L/∂a_h,-1 = ∂L/∂s_h,0 Uᵀ", "carry-out",
    ),
    "gates-swapped": Mistake(
        "gates-swapped", "the gradients of two gates are swapped",
        "dW_g = Σ x_tᵀ ∂L/∂s_g,t for each gate g", "sum",
    ),
    "gate-derivatives-swapped": Mistake(
        "gates-swapped", "the derivatives of two gates are swapped", _CELL, "sum",
    ),
    "carry-without-gate": Mistake(
        "carry-without-gate", "one gate is left out of the carry to the step before",
        "∂L/∂a_t-1 = Σ_g ∂L/∂s_g,t U_gᵀ", "carry-out",
    ),
    "carry-of-gate-not-transposed": Mistake(
        "carry-not-transposed", "in the carry one gate's recurrent matrix is the wrong way round",
        "∂L/∂a_t-1 = Σ_g ∂L/∂s_g,t U_gᵀ", "carry-out",
    ),
    "cell-carry-missing": Mistake(
        "cell-carry-missing", "the cell state's term from step t + 1 is missing", _CELL, "cell",
    ),
    "cell-carry-without-forget": Mistake(
        "cell-carry-without-forget-gate",
        "the cell state's carry is not multiplied by the forget gate", _CELL, "cell",
    ),
    "cell-carry-only": Mistake(
        "carry-missing", "the state's term from step t + 1 is missing, only the cell's is there",
        "∂L/∂a_t = ∂L/∂s_o,t Vᵀ + Σ_g ∂L/∂s_g,t+1 U_gᵀ", "carry-in",
    ),
    "cell-not-activated": Mistake(
        "cell-not-activated", "the output gate's gradient uses c_t where tanh(c_t) belongs",
        "∂L/∂o_t = ∂L/∂a_t ∘ tanh(c_t)", "cell",
    ),
    "current-cell-for-previous": Mistake(
        "current-cell-for-previous",
        "the forget gate's gradient uses the cell state c_t where that of the step before belongs",
        "∂L/∂f_t = ∂L/∂c_t ∘ c_t-1", "cell",
    ),
    "cell-without-output-gate": Mistake(
        "cell-without-output-gate", "the output gate is missing on the way into the cell state",
        _CELL, "cell",
    ),
    "carry-without-direct-way": Mistake(
        "carry-without-direct-way", "the direct way through z from step to step is missing",
        "∂L/∂a_t-1 = ∂L/∂a_t ∘ z + …", "carry-out",
    ),
    "carry-without-reset": Mistake(
        "reset-gate-missing", "the reset gate is missing on the way back",
        "∂L/∂a_t-1 = … + r ∘ (∂L/∂s_n,t U_nᵀ)    dU_n = Σ (r ∘ a_t-1)ᵀ ∂L/∂s_n,t", "carry-out",
    ),
    "candidate-by-wrong-side": Mistake(
        "gates-swapped", "z and 1 − z are swapped before the candidate",
        "∂L/∂n_t = ∂L/∂a_t ∘ (1 − z)", "slope",
    ),
    "direct-way-by-wrong-side": Mistake(
        "gates-swapped", "z and 1 − z are swapped on the direct way to the step before",
        "∂L/∂a_t-1 = ∂L/∂a_t ∘ z + …", "carry-out",
    ),
    "candidate-without-update-gate": Mistake(
        "candidate-without-update-gate", "the update gate is missing before the candidate",
        "∂L/∂n_t = ∂L/∂a_t ∘ (1 − z)", "slope",
    ),
    "update-gate-sign": Mistake(
        "update-gate-sign", "the update gate's gradient has the wrong sign",
        "∂L/∂z_t = ∂L/∂a_t ∘ (a_t-1 − n_t)", "sum",
    ),
    "update-gate-without-state": Mistake(
        "update-gate-without-state", "the state before is missing in the update gate's gradient",
        "∂L/∂z_t = ∂L/∂a_t ∘ (a_t-1 − n_t)", "sum",
    ),
    "changes-its-arguments": Mistake(
        "changes-its-arguments", "the backward pass changes an array that was handed in",
        "work on a copy", "in-place",
    ),
    "gradients-not-cleared": Mistake(
        "gradients-not-cleared", "sums are not set back to zero before a second call",
        "every call begins with dW = 0", "sum",
    ),
    "start-state-ignored": Mistake(
        "start-state-ignored",
        "the forward pass does not use the start state that is handed in",
        "s_h,0 = x_0 W + a_h,-1 U + b_h", "forward",
    ),
    "parameter-without-effect": Mistake(
        "parameter-without-effect", "a parameter has no effect on the forward pass",
        "s_h,t = x_t W + a_h,t-1 U + b_h    s_o,t = a_h,t V + b_o", "forward",
    ),
}  # fmt: skip


def in_own_loop(mistake: Mistake) -> Mistake:
    """The same where every step's loss is carried back in a loop of its own."""
    if mistake.cause != "carry-after-slope":
        return mistake
    return mistake._replace(
        cause="slope-missing-in-carry",
        title="the slope of the activation is missing in what is carried to the step before",
        place="carry-out",
    )


def mistake_of(flag: str) -> Mistake:
    """The mistake that a flag of the reference stands for: ``slope-missing@f``, ``…:if``."""
    plain = flag.partition("@")[0]
    return MISTAKES.get(plain) or MISTAKES[plain.partition(":")[0]]
