"""A limit on gradients: none, or a number above 0."""

from collections.abc import Sequence

from rnn_tui.model.option import is_number
from rnn_tui.model.parameters import Tensor
from rnn_tui.training.settings.setting import Setting, Value


class Limit(Setting):
    """Base of the settings whose value is a limit; none by default."""

    hint = "none, or a number above 0"

    def check(self, value: object, tensors: Sequence[Tensor]) -> Value:
        """None, or a number above 0."""
        if value is None:
            return None
        if not is_number(value) or not value > 0:
            raise ValueError(f"must be {self.hint}")
        return float(value)
