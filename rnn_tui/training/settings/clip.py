"""Clipping: the largest norm that a gradient may have."""

import numpy as np

from rnn_tui.model.parameters import Parameters
from rnn_tui.training.settings.limit import Limit
from rnn_tui.training.settings.setting import Transform, Value


class Clip(Limit):
    """Scales a gradient that is too long, before the optimizer uses it.

    Pascanu, Mikolov & Bengio, *On the difficulty of training recurrent neural networks*, 2013.
    """

    name = "clip"
    metavar = "none|NORM"
    help = "Scale longer gradients down to this norm."
    key = "c"
    title = "clip gradients"

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
