"""Clipping by value: the largest number that a gradient may have in it."""

import numpy as np

from rnn_tui.model.parameters import Parameters
from rnn_tui.training.settings.limit import Limit
from rnn_tui.training.settings.setting import Transform, Value


class ClipValue(Limit):
    """Brings each number of a gradient into [−X, X], which may change its direction.

    Mikolov, *Statistical language models based on neural networks*, 2012; min-char-rnn's ±5;
    ``torch.nn.utils.clip_grad_value_``.
    """

    name = "clip_value"
    metavar = "none|X"
    help = "Bring each number of a gradient into ±X."
    title = "clip gradients by value"

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
