"""The training curves of a setting's runs as one band: their median and quartiles at each epoch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
MOST_POINTS = 512
"""Epochs of a curve that are kept: every one up to here, then every second one, and so on."""
QUARTILES = (0.25, 0.5, 0.75)


class RunCurve(NamedTuple):
    """The training curve of one run.

    Attributes:
        epochs: (n,) ascending.
        losses: (n,) nats per symbol; what is not finite counts as infinitely bad.
        beyond: what the run counts with after its last epoch: infinity where it diverged, its last
            loss where it has reached its goal, NaN for nothing where it goes on.
    """

    epochs: Floats
    losses: Floats
    beyond: float = np.nan


class SettingBand(NamedTuple):
    """The runs of one setting.

    Attributes:
        epochs: (n,) ascending.
        low: (n,) lower quartile of their losses, nats per symbol; infinite where so many diverged.
        median: (n,) the same.
        high: (n,) upper quartile.
        runs: (n,) int64, how many runs count at each epoch, at least 1.
    """

    epochs: Floats
    low: Floats
    median: Floats
    high: Floats
    runs: NDArray[np.int64]


def stride_of(newest: int) -> int:
    """How many epochs from one that is kept to the next: a power of two."""
    stride = 1
    while newest > stride * MOST_POINTS:
        stride *= 2
    return stride


def thinned(curve: RunCurve) -> RunCurve:
    """The curve at the epochs that are kept, and at its first and last one.

    All of them are kept with a smaller stride too, so that curves of different length meet.
    """
    if not len(curve.epochs):
        return curve
    stride = stride_of(int(curve.epochs[-1]))
    keep = curve.epochs % stride == 0
    keep[[0, -1]] = True
    return curve._replace(epochs=curve.epochs[keep], losses=curve.losses[keep])


def band(curves: Sequence[RunCurve]) -> SettingBand:
    """The quartiles over runs, at every epoch of theirs that the longest one keeps.

    Between two of its epochs a curve is a straight line; before its first one it does not count.
    Quartiles are interpolated linearly between runs, as NumPy does by default.
    """
    begun = [thinned(curve) for curve in curves if len(curve.epochs)]
    if not begun:
        nothing = np.empty(0)
        return SettingBand(nothing, nothing, nothing, nothing, np.empty(0, np.int64))
    stride = stride_of(int(max(curve.epochs[-1] for curve in begun)))
    ends = [epoch for curve in begun for epoch in curve.epochs[[0, -1]]]
    kept = [curve.epochs[curve.epochs % stride == 0] for curve in begun]
    epochs = np.unique(np.concatenate([ends, *kept]))
    losses = np.sort([_at(curve, epochs) for curve in begun], axis=0)  # (runs, n), NaN last
    counts = (~np.isnan(losses)).sum(axis=0)
    low, median, high = (_quantile(losses, counts, share) for share in QUARTILES)
    return SettingBand(epochs, low, median, high, counts)


def _at(curve: RunCurve, epochs: Floats) -> Floats:
    """(n,) what a run counts with at each of these epochs; NaN for nothing."""
    losses = np.where(np.isfinite(curve.losses), curve.losses, np.inf)
    with np.errstate(invalid="ignore"):  # infinity times 0 between two epochs
        found = np.interp(epochs, curve.epochs, losses, left=np.nan, right=curve.beyond)
    within = (epochs >= curve.epochs[0]) & (epochs <= curve.epochs[-1])
    return np.where(within & np.isnan(found), np.inf, found)


def _quantile(values: Floats, counts: NDArray[np.int64], share: float) -> Floats:
    """(n,) of the first `counts` of each column of (runs, n) ascending values."""
    place = share * (counts - 1)
    below = np.floor(place).astype(np.int64)
    above = np.ceil(place).astype(np.int64)
    column = np.arange(values.shape[1])
    low, high = values[below, column], values[above, column]
    with np.errstate(invalid="ignore"):
        between = low + (high - low) * (place - below)
    return np.where(below == above, low, np.where(np.isinf(high), np.inf, between))
