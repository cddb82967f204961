"""Clipping by value: the largest number that a gradient may have in it."""

from collections.abc import Sequence

import numpy as np

from rnn_tui.model.option import is_number
from rnn_tui.model.parameters import Parameters, Tensor
from rnn_tui.training.settings.setting import Setting, Transform, Value


class ClipValue(Setting):
    """Brings each number of a gradient into [−X, X], which may change its direction.

    Mikolov, *Statistical language models based on neural networks*, 2012; min-char-rnn's ±5;
    ``torch.nn.utils.clip_grad_value_``.
    """

    name = "clip_value"
    metavar = "none|X"
    help = "Bring each number of a gradient into ±X."
    title = "clip gradients by value"
    hint = "none, or a number above 0"

    def check(self, value: object, tensors: Sequence[Tensor]) -> Value:
        """None, or a number above 0."""
        if value is None:
            return None
        if not is_number(value) or not value > 0:
            raise ValueError(f"must be {self.hint}")
        return float(value)

    def describe(self, value: Value) -> str:
        """Such as ``clip value 5`` or ``no clipping by value``."""
        return "no clipping by value" if value is None else f"clip value {value:.4g}"

    def transform(
        self, value: Value, gradient: Parameters, parameters: Parameters
    ) -> Transform | None:
        """Bring each number of each gradient into ±X; what is not a number stays that."""
        if value is None:
            return None
        flat = gradient.flat
        limit = min(float(value), float(np.finfo(flat.dtype).max))

        def clip() -> None:
            np.clip(flat, -limit, limit, flat)

        return clip
