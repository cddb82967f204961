"""The only file that knows plotext: runs of points → rows of characters.

plotext keeps one figure per process, so `draw` belongs to the screen's thread. It is imported
when the first curve is drawn (0.2 s); `preload` may do that earlier, in any thread.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


BRAILLE = (2, 4)
"""Dots in a cell: across, down."""
CHARACTER = (1, 1)


class Polyline(NamedTuple):
    """Points joined by lines, in dots from the lower left corner."""

    x: Floats
    """(n,) ascending."""
    y: Floats
    """(n,)"""


def preload() -> None:
    """Import plotext, so that the first curve does not have to wait for it."""
    import_module("plotext")


def draw(runs: Sequence[Polyline], width: int, height: int, *, ascii: bool = False) -> list[str]:
    """Draw the runs: `height` strings of `width` characters, braille dots or '*'.

    Nothing else is drawn: no axes, ticks or colours.
    """
    if not runs or width < 1 or height < 1:
        return [" " * width] * height
    import plotext  # type: ignore[import-untyped, unused-ignore]

    across, down = CHARACTER if ascii else BRAILLE
    plotext.terminal.limit(False, False)  # the size asked for is the size drawn
    figure = plotext.figure
    figure.clear()
    figure.plot_size(width, height)
    figure.axes(False)
    for axis, dots in ((0, width * across), (1, height * down)):
        ruler = figure.ruler(axis)
        ruler.frequency(0)
        ruler.alignment("edge")  # with this, and half a dot more, dot n is drawn at dot n
        ruler.lim(-0.5, dots - 0.5)
    for run in runs:
        marker = "*" if ascii else "braille"
        figure.draw(figure.signal(run.x.tolist(), run.y.tolist(), marker=marker).lines())
    rows = figure.build().string(True).split("\n")[:height]
    return [row.ljust(width)[:width] for row in rows] + [" " * width] * (height - len(rows))


def envelope(x: Floats, low: Floats, high: Floats) -> list[Polyline]:
    """Reduce points to one low and one high for each column of dots; split where there are none.

    Args:
        x: (n,) dot columns, ascending.
        low: (n,) dot rows; what is not finite is a gap.
        high: (n,) dot rows.
    """
    keep = np.isfinite(x) & np.isfinite(low) & np.isfinite(high)
    breaks = np.flatnonzero(np.diff(keep.astype(np.int8)) != 0) + 1
    runs = []
    for part in np.split(np.arange(len(x)), breaks):
        if len(part) and keep[part[0]]:
            runs.append(_columns(x[part], low[part], high[part]))
    return runs


def _columns(x: Floats, low: Floats, high: Floats) -> Polyline:
    columns = np.rint(x)
    starts = np.flatnonzero(np.r_[True, np.diff(columns) > 0])
    least = np.rint(np.minimum.reduceat(low, starts))
    greatest = np.rint(np.maximum.reduceat(high, starts))
    ends = np.r_[starts[1:], len(x)] - 1
    falling = low[ends] <= low[starts]  # so that the line enters where the last column left
    first, second = np.where(falling, greatest, least), np.where(falling, least, greatest)
    columns = np.repeat(columns[starts], 2)
    rows = np.stack([first, second], axis=1).ravel()
    fresh = np.r_[True, (np.diff(columns) > 0) | (np.diff(rows) != 0)]
    return Polyline(columns[fresh], rows[fresh])
