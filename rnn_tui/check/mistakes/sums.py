"""Mistakes in the sums over time, one tensor each."""

from __future__ import annotations

from rnn_tui.check.mistakes.mistake import Mistake

SUMS: dict[str, Mistake] = {
    "current-state-for-previous": Mistake(
        "current-state-for-previous",
        "the recurrent gradient uses the state a_h,t where that of the step before belongs",
        "sum", "sum",
    ),
    "state-two-steps-before": Mistake(
        "state-of-another-step",
        "the recurrent gradient uses the state of two steps before", "sum", "sum", 1.2,
    ),
    "next-state-for-previous": Mistake(
        "state-of-another-step",
        "the recurrent gradient uses the state of the step after", "sum", "sum", 1.2,
    ),
    "previous-state-for-current": Mistake(
        "state-of-another-step",
        "the output's gradient uses the state of the step before",
        "sum", "sum",
    ),
    "sum-for-state": Mistake(
        "state-before-activation",
        "the output's gradient uses s_h,t, from before the activation, where a_h,t belongs",
        "sum", "sum",
    ),
    "input-of-another-step": Mistake(
        "input-of-another-step",
        "the input's gradient uses the input of the step before", "sum", "sum",
    ),
    "input-of-another-step:after": Mistake(
        "input-of-another-step",
        "the input's gradient uses the input of the step after", "sum", "sum", 1.1,
    ),
    "input-of-another-step:outer": Mistake(
        "input-of-another-step",
        "the input's gradient uses the input of the step whose loss is carried back, the outer "
        "loop's index, at every step it comes by", "sum", "sum",
    ),
    "state-of-another-step:outer": Mistake(
        "state-of-another-step",
        "the recurrent gradient uses the state at the step whose loss is carried back, the outer "
        "loop's index, at every step it comes by", "sum", "sum",
    ),
    "repeated-index": Mistake(
        "repeated-index",
        "where a symbol occurs several times, only one of its gradients is kept: dW[x] += d adds "
        "each index once (use np.add.at)", "sum", "sum",
    ),
    "input-weights-not-transposed": Mistake(
        "input-gradient", "in the inputs' gradient the input matrix is the wrong way round",
        "sum", "sum",
    ),
    "gate-left-out": Mistake(
        "input-gradient", "one gate is left out of the inputs' gradient", "sum", "sum",
    ),
    "wrap-at-start": Mistake(
        "wrap-at-start",
        "at t = 0 the index t − 1 wraps round to the last state instead of the start state",
        "sum", "sum",
    ),
    "start-state-forgotten": Mistake(
        "start-state-forgotten",
        "at t = 0 the start state is left out of the recurrent gradient", "sum", "sum",
    ),
    "overwritten-not-added": Mistake(
        "overwritten-not-added",
        "the sum over time is overwritten (=) instead of added to (+=): one step alone is left",
        "sum", "overwritten",
    ),
    "first-step-left-out": Mistake(
        "step-left-out", "the loop leaves out the first time step", "sum", "loop", 1.1,
    ),
    "last-step-left-out": Mistake(
        "step-left-out", "the loop leaves out the last time step", "sum", "loop", 1.1,
    ),
    "bias-missing": Mistake(
        "bias-missing", "the gradient of the bias is missing: it is zero",
        "sum", "sum",
    ),
    "bias-twice": Mistake(
        "bias-twice", "the gradient of the bias is added twice",
        "sum", "sum",
    ),
    "bias-added-up-twice": Mistake(
        "bias-added-up-twice", "the running sum of the bias is added again at every step",
        "sum", "sum", 1.2,
    ),
    "bias-not-summed": Mistake(
        "bias-not-summed",
        "the gradient of the bias is that of one sequence of the batch, not the sum over all",
        "sum", "sum",
    ),
    "bias-not-summed:shape": Mistake(
        "bias-not-summed",
        "the gradient of the bias has not the shape of the bias: it is not summed over the batch",
        "sum", "sum",
    ),
    "bias-over-wrong-axis": Mistake(
        "bias-over-wrong-axis",
        "the gradient of the bias is summed over the nodes too: every number of it is the same",
        "sum", "sum",
    ),
    "gradient-missing": Mistake(
        "gradient-missing", "this gradient is never filled: it is zero", "sum", "sum",
    ),
    "gradient-zero": Mistake(
        "gradient-missing",
        "this gradient is zero: it is never filled, or nothing flows into what it is made of",
        "dP = Σ_t ∂L/∂s_t ∂s_t/∂P", "sum",
    ),
    "gradient-twice": Mistake(
        "gradient-twice", "this gradient is added twice", "sum", "sum",
    ),
    "gradient-negative": Mistake(
        "gradient-sign", "this gradient has the wrong sign", "sum", "sum", 1.1,
    ),
    "outer-product-transposed": Mistake(
        "outer-product-transposed",
        "the outer product is the wrong way round: the gradient is the transpose of the right one",
        "sum", "sum",
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
    "start-state-gradient-without-weights": Mistake(
        "start-state-gradient", "the start state's gradient lacks the recurrent matrix",
        "start", "carry-out",
    ),
    "start-state-gradient-of-a-step-too-late": Mistake(
        "start-state-gradient", "the start state's gradient is that of the step after",
        "start", "carry-out",
    ),
    "start-state-gradient-not-transposed": Mistake(
        "carry-not-transposed", "in the start state's gradient the matrix is the wrong way round",
        "start", "carry-out",
    ),
}  # fmt: skip
