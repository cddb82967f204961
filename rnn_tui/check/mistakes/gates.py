"""Mistakes around the gates of LSTM and GRU."""

from __future__ import annotations

from rnn_tui.check.mistakes.mistake import Mistake

GATES: dict[str, Mistake] = {
    "gates-swapped": Mistake(
        "gates-swapped", "the gradients of two gates are swapped",
        "sum", "sum",
    ),
    "gates-swapped-throughout": Mistake(
        "gates-swapped", "two gates are swapped where their gradients are put together",
        "sum", "gate",
    ),
    "gate-derivatives-swapped": Mistake(
        "gates-swapped", "the derivatives of two gates are swapped", "cell", "gate",
    ),
    "carry-without-gate": Mistake(
        "carry-without-gate", "one gate is left out of the carry to the step before",
        "carry", "carry-out",
    ),
    "carry-of-gate-not-transposed": Mistake(
        "carry-not-transposed", "in the carry one gate's recurrent matrix is the wrong way round",
        "carry", "carry-out",
    ),
    "cell-carry-missing": Mistake(
        "cell-carry-missing", "the cell state's term from step t + 1 is missing", "cell", "cell-in",
    ),
    "cell-carry-without-forget": Mistake(
        "cell-carry-without-forget-gate",
        "the cell state's carry is not multiplied by the forget gate", "cell", "cell-out",
    ),
    "cell-carry-only": Mistake(
        "carry-missing", "the state's term from step t + 1 is missing, only the cell's is there",
        "carry", "carry-in",
    ),
    "cell-not-activated": Mistake(
        "cell-not-activated", "the output gate's gradient uses c_t where tanh(c_t) belongs",
        "∂L/∂o_t = ∂L/∂a_t ∘ tanh(c_t)", "gate:o",
    ),
    "current-cell-for-previous": Mistake(
        "current-cell-for-previous",
        "the forget gate's gradient uses the cell state c_t where that of the step before belongs",
        "∂L/∂f_t = ∂L/∂c_t ∘ c_t-1", "gate:f",
    ),
    "cell-without-output-gate": Mistake(
        "cell-without-output-gate", "the output gate is missing on the way into the cell state",
        "cell", "cell-in",
    ),
    "carry-without-direct-way": Mistake(
        "carry-without-direct-way", "the direct way through z from step to step is missing",
        "mix", "carry-out",
    ),
    "carry-without-reset": Mistake(
        "reset-gate-missing", "the reset gate is missing on the way back",
        "reset", "carry-out",
    ),
    "candidate-by-wrong-side": Mistake(
        "gates-swapped", "z and 1 − z are swapped before the candidate",
        "mix", "gate:n",
    ),
    "direct-way-by-wrong-side": Mistake(
        "gates-swapped", "z and 1 − z are swapped on the direct way to the step before",
        "mix", "carry-out",
    ),
    "candidate-without-update-gate": Mistake(
        "candidate-without-update-gate", "the update gate is missing before the candidate",
        "mix", "gate:n",
    ),
    "update-gate-sign": Mistake(
        "update-gate-sign", "the update gate's gradient has the wrong sign",
        "mix", "gate:z",
    ),
    "update-gate-without-state": Mistake(
        "update-gate-without-state", "the state before is missing in the update gate's gradient",
        "mix", "gate:z",
    ),
    "cell-without-output": Mistake(
        "cell-without-output-gate",
        "nothing comes from the state into the cell state, only its own carry", "cell", "cell-in",
    ),
    "cell-carry-by-input-gate": Mistake(
        "cell-carry-without-forget-gate",
        "the cell state's carry is multiplied by the input gate instead of the forget gate",
        "cell", "cell-out",
    ),
    "update-gate-turned-round": Mistake(
        "gates-swapped",
        "z and 1 − z are swapped throughout: this is the gradient of the other form of the GRU",
        "mix", "carry-out",
    ),
    "mix-turned-round": Mistake(
        "gates-swapped", "z and 1 − z are swapped, before the candidate and on the direct way",
        "mix", "carry-out",
    ),
    "reset-gate-on-wrong-side": Mistake(
        "reset-gate-on-wrong-side",
        "the reset gate is on the other side of the matrix product than in the forward pass",
        "reset", "carry-out",
    ),
    "carry-direct-way-only": Mistake(
        "carry-without-gate",
        "only the direct way leads to the step before; the gates' own are missing",
        "carry", "carry-out",
    ),
}  # fmt: skip
