"""Clipping: bounds a gradient before the optimizer uses it."""

from __future__ import annotations

import numpy as np

from rnn_tui.training.optimizers.optimizer import Vector


def clip_to_norm(gradient: Vector, limit: float) -> None:
    """Scale a gradient in place so that its norm is at most the limit.

    Pascanu, Mikolov & Bengio, *On the difficulty of training recurrent neural networks*, 2013.
    """
    norm = float(np.linalg.norm(gradient.astype(np.float64, copy=False)))  # no overflow
    if norm > limit:
        gradient *= gradient.dtype.type(limit / norm)
