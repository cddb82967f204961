"""Held weights: zero, and kept at zero whatever the gradient says.

Their gradient is still computed and shown; clipping and optimizer see zeros.
"""

from collections.abc import Sequence

from rnn_tui.model.parameters import Parameters, Tensor
from rnn_tui.training.journal import HOLD
from rnn_tui.training.settings.setting import Setting, Transform, Value
from rnn_tui.training.weights import format_weights, parse_weights, set_to_zero


class Hold(Setting):
    """Holds the weights that its value names, such as ``U, b_h``; None for none."""

    name = HOLD
    metavar = "none|NAMES"
    help = (
        "Weights held at zero, such as U or U,b_h, or a gate's block, U_n. U = 0 cuts the memory "
        "of an rnn alone: gru and lstm carry their state on through their gates."
    )
    title = "hold weights at zero"
    hint = "none, or names: U, U[3], U[3, 4], separated by commas"

    def parse(self, text: str) -> Value:
        """``none`` or names, which are not checked yet."""
        return None if text.strip().lower() in ("none", "") else text.strip()

    def read(self, value: object) -> Value:
        """A text, ``"none"`` or names, which are not checked yet."""
        if not isinstance(value, str):
            raise ValueError(f"must be {self.hint}")
        return self.parse(value)

    def check(self, value: object, tensors: Sequence[Tensor]) -> Value:
        """None, or names of weights that there are, each once."""
        if value is None:
            return None
        if not isinstance(value, str):
            raise ValueError(f"must be {self.hint}")
        return format_weights(parse_weights(value, tensors))

    def describe(self, value: Value) -> str:
        """Such as ``hold U`` or ``nothing held``."""
        return "nothing held" if value is None else f"hold {value}"

    def transform(
        self, value: Value, gradient: Parameters, parameters: Parameters
    ) -> Transform | None:
        """Let nothing through to the held weights."""
        if value is None:
            return None
        held = parse_weights(str(value), gradient.layout.tensors)
        return lambda: set_to_zero(gradient, held)

    def apply(self, value: Value, numbers: Parameters) -> None:
        """Set the held weights, or what is remembered of them, to zero."""
        if value is not None:
            set_to_zero(numbers, parse_weights(str(value), numbers.layout.tensors))
