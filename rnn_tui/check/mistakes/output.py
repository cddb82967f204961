"""Mistakes between the loss and the hidden layer."""

from __future__ import annotations

from rnn_tui.check.mistakes.mistake import Mistake

OUTPUT: dict[str, Mistake] = {
    "upstream-missing": Mistake(
        "upstream-missing",
        "the gradient from the outputs never enters: only the carry goes through time, and it is 0",
        "carry", "carry-in",
    ),
    "upstream-at-last-step-only": Mistake(
        "upstream-missing",
        "only the last step gets the gradient from its own output", "carry", "carry-in", 1.1,
    ),
    "softmax-slope-elementwise": Mistake(
        "softmax-slope-elementwise",
        "the slope of the softmax is taken elementwise, p (1 − p); but it couples all outputs",
        "error", "error",
    ),
    "softmax-slope-of-target-only": Mistake(
        "softmax-slope-elementwise",
        "the slope of the softmax is taken elementwise: only the target's score has a gradient",
        "error", "error",
    ),
    "target-not-subtracted": Mistake(
        "target-not-subtracted", "the target is not subtracted from the prediction", "error",
        "error",
    ),
    "target-subtracted-twice": Mistake(
        "target-subtracted-twice", "the target is subtracted twice", "error", "error",
    ),
    "sign-of-error": Mistake(
        "sign-of-error", "the error has the wrong sign: y − ŷ", "error", "error",
    ),
    "head-slope-missing": Mistake(
        "output-slope-missing", "the slope of the output's activation is missing",
        "output-slope", "error",
    ),
    "head-slope-twice": Mistake(
        "output-slope-twice", "the slope of the output's activation is multiplied in twice",
        "output-slope", "error",
    ),
    "target-not-subtracted@states": Mistake(
        "target-not-subtracted",
        "what flows into the hidden layer is taken before the target is subtracted", "error",
        "error",
    ),
    "target-not-subtracted@output": Mistake(
        "target-not-subtracted",
        "the output layer's own gradients are taken before the target is subtracted", "error",
        "error",
    ),
    "target-of-another-step": Mistake(
        "target-of-another-step", "the target subtracted is that of another step", "error", "error",
    ),
    "input-for-target": Mistake(
        "target-of-another-step", "the input is subtracted where the target belongs", "error",
        "error",
    ),
    "gradient-of-another-loss": Mistake(
        "gradient-of-another-loss",
        "the gradient at the output is that of another loss than the one that is computed "
        "(cross-entropy against squared error)", "loss-slope", "error", 0.9,
    ),
    "output-weights-not-transposed": Mistake(
        "output-not-transposed",
        "the output matrix is the wrong way round on the way into the hidden layer (transpose it)",
        "carry", "carry-in",
    ),
    "one-array-for-all-steps": Mistake(
        "one-array-for-all-steps",
        "all steps remember one and the same array, which holds the last state (copy it)",
        "s_h,t and a_h,t of every step are kept", "forward",
    ),
}  # fmt: skip
