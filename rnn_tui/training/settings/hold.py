"""Held weights: zero, and kept at zero whatever the gradient says.

Their gradient is still computed and shown; clipping and optimizer see zeros.
"""

from __future__ import annotations

from collections.abc import Sequence

from rnn_tui.model.parameters import Parameters, Tensor
from rnn_tui.training.journal import HOLD
from rnn_tui.training.settings.setting import Transform, Value
from rnn_tui.training.weights import Weights, format_weights, parse_weights, set_to_zero


class Hold:
    """Fulfils `Setting`; the value names the weights, such as ``U, b_h``, None for none."""

    name = HOLD
    default: Value = None
    metavar = "none|NAMES"
    help = "Weights held at zero, such as U or U,b_h."
    key = ""
    title = "hold weights at zero"
    hint = "none, or names: U, U[3], U[3, 4], separated by commas"

    def parse(self, text: str) -> Value:
        """``none`` or names."""
        return None if text.strip().lower() in ("none", "") else text.strip()

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
        held = held_weights(value, gradient)
        return lambda: set_to_zero(gradient, held)

    def apply(self, value: Value, parameters: Parameters) -> None:
        """Set the held weights to zero."""
        if value is not None:
            set_to_zero(parameters, held_weights(value, parameters))


def held_weights(value: Value, parameters: Parameters) -> tuple[Weights, ...]:
    """The weights that a value of the setting names."""
    return () if value is None else parse_weights(str(value), parameters.layout.tensors)
