"""How the loss chart is divided: where an epoch and a loss lie, and what the ticks read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..drawing.axis import Axis, epoch_axis, loss_axis
from ..drawing.figures import compact
from ..drawing.plot import BRAILLE, CHARACTER
from .curves import Curve, LossCurves

Floats = NDArray[np.float64]
Window = tuple[float, float]
"""The first and the last epoch to be seen, whole numbers."""

TICK_WIDTH = 6
"""Cells of the numbers at the left."""
ACCURACY_FROM, ACCURACY_TALL_FROM, WHOLE_FROM = 16, 22, 6
"""Heights from which there is a strip of the accuracy, with two rows, and one of the whole run."""
GHOST_SHARE = 1.25
"""How much higher than everything of this run another run's curve may reach on the chart."""


class Frame(NamedTuple):
    """The plot area inside the chart: its first column, size, and what it spans."""

    left: int
    width: int
    height: int
    epochs: Axis
    losses: Axis
    dots: tuple[int, int]
    whole: Axis
    """All epochs, also when only some of them are to be seen."""
    lines: tuple[tuple[float, int], ...]
    """The losses that have a line, ascending, and its dot row from below: no other loss's."""
    strip: int
    """The row of the whole run with the visible part marked; −1 for none."""
    accuracy: range
    """The rows of the accuracy."""

    @property
    def dot_rows(self) -> int:
        """Rows of dots in the plot."""
        return self.height * self.dots[1]

    def heights(self, losses: Floats) -> Floats:
        """(n,) losses → (n,) dot rows from below; NaN for what is not finite.

        A loss above that of a line is above the line, one below it below, by at least one dot.
        """
        rows = np.rint(self.losses.fraction(losses) * (self.dot_rows - 1))
        for value, row in self.lines:
            beyond = np.where(losses > value, np.maximum(rows, row + 1), np.minimum(rows, row - 1))
            rows = np.where(losses == value, row, beyond)
        return rows

    def shows(self, epoch: float) -> bool:
        """Whether an epoch is on the axis."""
        return self.epochs.low <= epoch <= self.epochs.high

    def column(self, epoch: float) -> int:
        """The column, counted from `left`, in which an epoch lies."""
        return _column(self.epochs, epoch, self.width, self.dots[0])

    def whole_column(self, epoch: float) -> int:
        """The same in the strip of the whole run."""
        return _column(self.whole, epoch, self.width, self.dots[0])

    def row(self, loss: float) -> int:
        """The row, counted from the top, in which a loss lies; −1 when it is off the chart."""
        if not self.losses.low * 0.999999 - 1e-12 <= loss <= self.losses.high * 1.000001:
            return -1
        return self.height - 1 - int(self.heights(np.array([loss]))[0]) // self.dots[1]

    def epoch(self, column: int, *, whole: bool = False) -> int:
        """The epoch nearest to a column counted from `left`; of the whole run's strip if so."""
        across = self.dots[0]
        place = (column * across + (across - 1) / 2) / max(1, self.width * across - 1)
        axis = self.whole if whole else self.epochs
        return round(axis.value(min(1.0, max(0.0, place))))


def _column(axis: Axis, epoch: float, width: int, across: int) -> int:
    place = float(axis.fraction(np.array([epoch]))[0])
    return int(np.rint(place * (width * across - 1))) // across


def whole_axis(value: LossCurves, *, logarithmic: bool = False) -> Axis:
    """The axis of all epochs."""
    curves = [curve.epochs for curve in (*value.own, *value.ghosts) if len(curve.epochs)]
    first = min((float(epochs[0]) for epochs in curves), default=0.0)
    last = max(float(value.newest_epoch), *(float(epochs[-1]) for epochs in curves), 0.0)
    return epoch_axis(first, last, logarithmic=logarithmic)


def frame(
    value: LossCurves,
    width: int,
    height: int,
    *,
    logarithmic: bool,
    ascii: bool,
    log_epochs: bool = False,
    window: Window | None = None,
) -> Frame:
    """Divide the chart: ticks at the left, epochs and strips below, the plot in the rest."""
    left = TICK_WIDTH + 1 if width >= 24 else 0
    whole = whole_axis(value, logarithmic=log_epochs)
    epochs = whole if window is None else whole._replace(low=window[0], high=window[1])
    below = 1 if height >= 3 else 0
    has_strip = window is not None and height >= WHOLE_FROM
    has_accuracy = value.accuracy is not None and height >= ACCURACY_FROM
    tall = 2 if height >= ACCURACY_TALL_FROM else 1
    accuracy = range(height - tall if has_accuracy else height, height)
    strip = accuracy.start - 1 if has_strip else -1
    rows = max(1, height - below - has_strip - len(accuracy))
    levels = [level.value for level in value.levels if np.isfinite(level.value)]
    untrained = [] if value.untrained is None else [value.untrained]
    seen = _extremes(curve.within(*epochs[:2]) for curve in value.own) + untrained
    wanted = seen + levels if window is None or not seen else seen
    others = _extremes(curve.within(*epochs[:2]) for curve in value.ghosts)
    most = GHOST_SHARE * max(wanted) if wanted else np.inf
    losses = loss_axis(wanted + [min(loss, most) for loss in others], logarithmic)
    dots = CHARACTER if ascii else BRAILLE
    return Frame(
        left,
        max(1, width - left),
        rows,
        epochs,
        losses,
        dots,
        whole,
        _lines(levels, seen + others, losses, rows * dots[1]),
        strip,
        accuracy,
    )


def _extremes(curves: Iterable[Curve]) -> list[float]:
    """The smallest and the largest finite loss of each."""
    found = []
    for curve in curves:
        low, high = (edge[np.isfinite(edge)] for edge in curve.extremes)
        found += [float(low.min())] if len(low) else []
        found += [float(high.max())] if len(high) else []
    return found


def _lines(
    levels: Sequence[float], seen: Sequence[float], axis: Axis, rows: int
) -> tuple[tuple[float, int], ...]:
    """The dot rows of the levels on the axis, with one between each two, and one beyond the last.

    Where there are not enough rows, the highest levels have no line.
    """
    there = [v for v in sorted(set(levels)) if axis.low <= v <= axis.high]
    there = [v for v in there if v > 0 or not axis.logarithmic]
    while there:
        least = 1 if any(loss < there[0] for loss in seen) else 0
        most = rows - (2 if any(loss > there[-1] for loss in seen) else 1)
        places = [round(float(p) * (rows - 1)) for p in axis.fraction(np.array(there))]
        for k in range(len(there)):
            places[k] = max(places[k], least if k == 0 else places[k - 1] + 2)
        for k in reversed(range(len(there))):
            places[k] = min(places[k], most if k == len(there) - 1 else places[k + 1] - 2)
        if places[0] >= least:
            return tuple(zip(there, places, strict=True))
        there.pop()
    return ()


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
