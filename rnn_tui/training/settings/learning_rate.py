"""The learning rate: how far an update goes down the gradient."""

from collections.abc import Sequence

from rnn_tui.model.option import is_number
from rnn_tui.model.parameters import Tensor
from rnn_tui.training.settings.setting import Setting, Value

LOWEST, HIGHEST = 1e-12, 1e6


class LearningRate(Setting):
    """A number within limits, which the trainer hands to the optimizer."""

    name = "lr"
    default = 0.001
    metavar = "RATE"
    help = "Learning rate."
    title = "set the learning rate"
    hint = f"a number from {LOWEST:g} to {HIGHEST:g}"

    def check(self, value: object, tensors: Sequence[Tensor]) -> Value:
        """A number within the limits."""
        if not is_number(value) or not LOWEST <= value <= HIGHEST:
            raise ValueError(f"must be {self.hint}")
        return float(value)

    def describe(self, value: Value) -> str:
        """Such as ``lr 0.002``."""
        return f"lr {value:.4g}"


def clamp(rate: float) -> float:
    """The nearest learning rate that is allowed."""
    return min(max(rate, LOWEST), HIGHEST)
