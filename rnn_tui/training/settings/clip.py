"""Clipping: the largest norm that a gradient may have.

Pascanu, Mikolov & Bengio, *On the difficulty of training recurrent neural networks*, 2013.
"""

from __future__ import annotations

from collections.abc import Sequence

from rnn_tui.model.option import is_number
from rnn_tui.model.parameters import Parameters, Tensor
from rnn_tui.training.optimizers.clipping import clip_to_norm
from rnn_tui.training.settings.setting import Transform, Value


class Clip:
    """Fulfils `Setting`."""

    name = "clip"
    default: Value = None
    metavar = "none|NORM"
    help = "Largest norm of a gradient."
    key = "c"
    title = "clip gradients"
    hint = "none, or a number above 0"

    def parse(self, text: str) -> Value:
        """``none`` or a number."""
        if text.strip().lower() == "none":
            return None
        try:
            return self.check(float(text), ())
        except ValueError:
            raise ValueError(f"must be {self.hint}") from None

    def check(self, value: object, tensors: Sequence[Tensor]) -> Value:
        """None, or a number above 0."""
        if value is None:
            return None
        if not is_number(value) or not value > 0:  # type: ignore[operator]
            raise ValueError(f"must be {self.hint}")
        return float(value)  # type: ignore[arg-type]

    def describe(self, value: Value) -> str:
        """Such as ``clip 1`` or ``no clipping``."""
        return "no clipping" if value is None else f"clip {value:.4g}"

    def transform(
        self, value: Value, gradient: Parameters, parameters: Parameters
    ) -> Transform | None:
        """Scale a gradient that is too long."""
        if value is None:
            return None
        flat, limit = gradient.flat, float(value)
        return lambda: clip_to_norm(flat, limit)

    def apply(self, value: Value, parameters: Parameters) -> None:
        """Nothing."""
