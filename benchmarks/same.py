"""Whether two contenders did the same work: their losses, and how far each parameter moved."""

from __future__ import annotations

import numpy as np

from benchmarks.contenders.contender import NAMES, Contender, Work

TOLERANCE = {"float32": 1e-3, "float64": 1e-9}


def difference(work: Work, contender: Contender, reference: Contender) -> float:
    """The largest relative difference after the first epoch of both.

    Of the losses' mean, and of each tensor's way from its first value, which tells a wrong
    gradient from a right one where the values themselves have hardly changed.
    """
    worst = abs(contender.losses().mean() / reference.losses().mean() - 1)
    ours, theirs = reference.weights(), contender.weights()
    for name in NAMES:
        first = work.weights[name].astype(np.float64)
        way, other = ours[name] - first, theirs[name] - first
        worst = max(worst, float(np.linalg.norm(other - way) / np.linalg.norm(way)))
    return float(worst) if np.isfinite(worst) else float("inf")


def tolerance(work: Work) -> float:
    """What may differ."""
    return TOLERANCE[work.row.config.dtype]
