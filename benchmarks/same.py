"""Whether two contenders did the same work: their losses, and how far each parameter moved."""

from __future__ import annotations

import numpy as np

from benchmarks.apart import Outcome
from benchmarks.contenders.contender import NAMES, Work

TOLERANCE = {"float32": 1e-3, "float64": 1e-9}


def difference(work: Work, theirs: Outcome, ours: Outcome) -> float:
    """The largest relative difference after the first epoch of both.

    Of the losses' mean, and of each tensor's way from its first value, which tells a wrong
    gradient from a right one where the values themselves have hardly changed.
    """
    worst = abs(theirs.losses.mean() / ours.losses.mean() - 1)
    for name in NAMES:
        first = work.weights[name].astype(np.float64)
        way, other = ours.weights[name] - first, theirs.weights[name] - first
        worst = max(worst, float(np.linalg.norm(other - way) / np.linalg.norm(way)))
    return float(worst) if np.isfinite(worst) else float("inf")


def tolerance(work: Work) -> float:
    """What may differ."""
    return TOLERANCE[work.row.config.dtype]
