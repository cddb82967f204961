"""Mistakes of the program rather than of the mathematics."""

from __future__ import annotations

from rnn_tui.check.mistakes.mistake import Mistake

PROGRAM: dict[str, Mistake] = {
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
    "softmax-over-wrong-axis": Mistake(
        "softmax-over-wrong-axis",
        "the softmax sums over another axis than the outputs of one step",
        "ŷ_t = softmax(s_o,t), over the outputs of each step: Σ_o ŷ_t,o = 1", "softmax",
    ),
}  # fmt: skip
