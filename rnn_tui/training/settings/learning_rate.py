"""The learning rate: how far an update goes down the gradient."""

from __future__ import annotations

from collections.abc import Sequence

from rnn_tui.model.option import is_number
from rnn_tui.model.parameters import Parameters, Tensor
from rnn_tui.training.settings.setting import Transform, Value

LOWEST, HIGHEST = 1e-12, 1e6


class LearningRate:
    """Fulfils `Setting`; the optimizer takes the rate."""

    name = "lr"
    default: Value = 0.001
    metavar = "RATE"
    help = "Learning rate."
    key = ""
    title = "set the learning rate"
    hint = f"a number from {LOWEST:g} to {HIGHEST:g}"

    def parse(self, text: str) -> Value:
        """A number."""
        try:
            return self.check(float(text), ())
        except ValueError:
            raise ValueError(f"must be {self.hint}") from None

    def check(self, value: object, tensors: Sequence[Tensor]) -> Value:
        """A number within the limits."""
        if not is_number(value) or not LOWEST <= value <= HIGHEST:  # type: ignore[operator]
            raise ValueError(f"must be {self.hint}")
        return float(value)  # type: ignore[arg-type]

    def describe(self, value: Value) -> str:
        """Such as ``lr 0.002``."""
        return f"lr {value:.4g}"

    def transform(
        self, value: Value, gradient: Parameters, parameters: Parameters
    ) -> Transform | None:
        """Nothing."""
        return None

    def apply(self, value: Value, parameters: Parameters) -> None:
        """Nothing."""


def clamp(rate: float) -> float:
    """The nearest learning rate that is allowed."""
    return min(max(rate, LOWEST), HIGHEST)
