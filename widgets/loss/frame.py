"""How the loss chart is divided: where an epoch and a loss lie, and what the ticks read."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ..drawing.axis import Axis, epoch_axis, loss_axis
from ..drawing.figures import compact
from ..drawing.plot import BRAILLE, CHARACTER
from .curves import LossCurves

TICK_WIDTH = 6
"""Cells of the numbers at the left."""


class Frame(NamedTuple):
    """The plot area inside the chart: its first column, size, and what it spans."""

    left: int
    width: int
    height: int
    epochs: Axis
    losses: Axis
    dots: tuple[int, int]

    def column(self, epoch: float) -> int:
        """The column, counted from `left`, in which an epoch lies."""
        place = float(self.epochs.fraction(np.array([epoch]))[0])
        return int(np.rint(place * (self.width * self.dots[0] - 1))) // self.dots[0]

    def row(self, loss: float) -> int:
        """The row, counted from the top, in which a loss lies; −1 when it is off the chart."""
        if not self.losses.low * 0.999999 - 1e-12 <= loss <= self.losses.high * 1.000001:
            return -1
        place = float(self.losses.fraction(np.array([loss]))[0])
        dot = int(np.rint(place * (self.height * self.dots[1] - 1)))
        return self.height - 1 - dot // self.dots[1]

    def epoch(self, column: int) -> int:
        """The epoch nearest to a column counted from `left`."""
        across = self.dots[0]
        place = (column * across + (across - 1) / 2) / max(1, self.width * across - 1)
        low, high, _ = self.epochs
        return round(low + min(1.0, max(0.0, place)) * (high - low))


def frame(value: LossCurves, width: int, height: int, *, logarithmic: bool, ascii: bool) -> Frame:
    """Divide the chart: ticks at the left, epochs below, the plot in the rest."""
    left = TICK_WIDTH + 1 if width >= 24 else 0
    below = 1 if height >= 3 else 0
    losses = [level.value for level in value.levels]
    epochs = [float(value.newest_epoch)]
    for curve in value.drawn:
        low, high = curve.low[np.isfinite(curve.low)], curve.high[np.isfinite(curve.high)]
        losses += [float(low.min())] if len(low) else []
        losses += [float(high.max())] if len(high) else []
        epochs += [float(curve.epochs[0]), float(curve.epochs[-1])] if len(curve.epochs) else []
    return Frame(
        left,
        max(1, width - left),
        max(1, height - below),
        epoch_axis(min(epochs), max(epochs)),
        loss_axis(losses, logarithmic),
        CHARACTER if ascii else BRAILLE,
    )


def tick_text(value: float, axis: Axis) -> str:
    """A loss in at most six cells, with as many decimals as the axis needs."""
    size = max(abs(axis.low), abs(axis.high))
    if axis.logarithmic:
        plain = f"{value:.2f}" if 0.1 <= value < 1000 else f"{value:.3g}"
        return plain if len(plain) <= TICK_WIDTH and "e" not in plain else compact(value, 4)
    if value == 0.0:
        return "0.00"
    if not 1e-2 <= size < 1e5:
        return compact(value, TICK_WIDTH)
    decimals = 0 if size >= 1000 else 2 if size >= 1 else 3 if size >= 0.1 else 4
    return f"{value:.{decimals}f}"
