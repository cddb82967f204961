"""What the status bar shows, as plain values."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class Status(NamedTuple):
    """What the training does, at the epoch on the screen."""

    title: str
    """'successor mod 3 · rnn 10 · sgd lr 0.001 · seed 0'."""
    state: str
    """'paused', 'running', 'replaying', 'going to 5000', 'diverged', 'failed'."""
    epoch: int
    newest: int
    loss: float
    unit: str
    """'nats/symbol' or 'nats'."""
    accuracy: float
    """0..1."""
    pace: str
    """'20 epochs/s', 'unlimited'."""
    measured: float | None
    """Epochs/s reached while running, None when paused."""
    remaining: str
    """'ETA 0:12' or ''."""
    recent: NDArray[np.float64] | tuple[()]
    """(≤ 64,) recent losses, oldest first."""
    message: str
    severity: str
    """Of the message: '', 'information', 'warning', 'error'."""
