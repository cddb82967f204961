"""Clipping: the largest norm that a gradient may have."""

from collections.abc import Sequence

import numpy as np

from rnn_tui.model.option import is_number
from rnn_tui.model.parameters import Parameters, Tensor
from rnn_tui.training.settings.setting import Setting, Transform, Value


class Clip(Setting):
    """Scales a gradient that is too long, before the optimizer uses it.

    Pascanu, Mikolov & Bengio, *On the difficulty of training recurrent neural networks*, 2013.
    """

    name = "clip"
    metavar = "none|NORM"
    help = "Scale longer gradients down to this norm."
    key = "c"
    title = "clip gradients"
    hint = "none, or a number above 0"

    def check(self, value: object, tensors: Sequence[Tensor]) -> Value:
        """None, or a number above 0."""
        if value is None:
            return None
        if not is_number(value) or not value > 0:
            raise ValueError(f"must be {self.hint}")
        return float(value)

    def describe(self, value: Value) -> str:
        """Such as ``clip 1`` or ``no clipping``."""
        return "no clipping" if value is None else f"clip {value:.4g}"

    def transform(
        self, value: Value, gradient: Parameters, parameters: Parameters
    ) -> Transform | None:
        """Scale each gradient so that its norm is at most the value."""
        if value is None:
            return None
        flat, limit = gradient.flat, float(value)

        def clip() -> None:
            norm = float(np.linalg.norm(flat.astype(np.float64, copy=False)))  # no overflow
            if norm > limit:
                np.multiply(flat, flat.dtype.type(limit / norm), flat)

        return clip
