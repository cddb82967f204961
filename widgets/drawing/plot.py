"""The only file that knows plotext: runs of points → the dots of each cell.

plotext keeps one figure per process, so `draw` belongs to the screen's thread. It is imported
when the first curve is drawn (0.2 s); `preload` may do that earlier, in any thread.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from importlib import import_module
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Cells = NDArray[np.uint8]
"""(rows, columns) the dots in each cell: bits of a braille character, or 1 for a character."""

BRAILLE = (2, 4)
"""Dots in a cell: across, down."""
CHARACTER = (1, 1)
BRAILLE_BLOCK = 0x2800
"""The braille character without a dot."""


class Polyline(NamedTuple):
    """Points joined by lines, in dots from the lower left corner."""

    x: Floats
    """(n,) ascending."""
    y: Floats
    """(n,)"""


def preload() -> None:
    """Import plotext, so that the first curve does not have to wait for it."""
    import_module("plotext")


def draw(runs: Sequence[Polyline], width: int, height: int, *, ascii: bool = False) -> Cells:
    """Draw the runs into `height` rows of `width` cells, of braille dots or of one dot each.

    Nothing else is drawn: no axes, ticks or colours. What was drawn lately is remembered: most
    curves stay as they are from one frame to the next.
    """
    if not runs or width < 1 or height < 1:
        return np.zeros((max(height, 0), max(width, 0)), np.uint8)
    lines = tuple((run.x.tobytes(), run.y.tobytes()) for run in runs)
    return _draw(lines, width, height, CHARACTER if ascii else BRAILLE)


@lru_cache(maxsize=32)
def _draw(
    lines: tuple[tuple[bytes, bytes], ...], width: int, height: int, dots: tuple[int, int]
) -> Cells:
    import plotext  # type: ignore[import-untyped, unused-ignore]

    plotext.terminal.limit(False, False)  # the size asked for is the size drawn
    figure = plotext.figure
    figure.clear()
    figure.plot_size(width, height)
    figure.axes(False)
    for axis, count in ((0, width * dots[0]), (1, height * dots[1])):
        ruler = figure.ruler(axis)
        ruler.frequency(0)
        ruler.alignment("edge")  # with this, and half a dot more, dot n is drawn at dot n
        ruler.lim(-0.5, count - 0.5)
    for line in lines:
        x, y = (np.frombuffer(numbers).tolist() for numbers in line)
        marker = "*" if dots == CHARACTER else "braille"
        figure.draw(figure.signal(x, y, marker=marker).lines())
    rows = figure.build().string(True).split("\n")[:height]
    rows += [""] * (height - len(rows))
    text = "".join(row.ljust(width)[:width] for row in rows)
    codes = np.frombuffer(text.encode("utf-32-le"), np.uint32).reshape(height, width)
    cells = np.where(codes < BRAILLE_BLOCK, codes == ord("*"), codes - BRAILLE_BLOCK)
    return cells.astype(np.uint8)


def envelope(
    x: Floats, low: Floats, high: Floats, rows: Callable[[Floats], Floats] = np.rint
) -> list[Polyline]:
    """Reduce points to one low and one high for each column of dots; split where there are none.

    Args:
        x: (n,) dot columns, ascending.
        low: (n,) values; what is not finite is a gap.
        high: (n,) values.
        rows: values → whole dot rows, in the same order; asked only for those that are kept.
    """
    keep = np.isfinite(x) & np.isfinite(low) & np.isfinite(high)
    breaks = np.flatnonzero(np.diff(keep.astype(np.int8)) != 0) + 1
    runs = []
    for part in np.split(np.arange(len(x)), breaks):
        if len(part) and keep[part[0]]:
            runs.append(_columns(x[part], low[part], high[part], rows))
    return runs


def _columns(x: Floats, low: Floats, high: Floats, rows: Callable[[Floats], Floats]) -> Polyline:
    columns = np.rint(x)
    starts = np.flatnonzero(np.r_[True, np.diff(columns) > 0])
    least = np.minimum.reduceat(low, starts)
    greatest = np.maximum.reduceat(high, starts)
    ends = np.r_[starts[1:], len(x)] - 1
    falling = low[ends] <= low[starts]  # so that the line enters where the last column left
    first, second = np.where(falling, greatest, least), np.where(falling, least, greatest)
    columns = np.repeat(columns[starts], 2)
    y = rows(np.stack([first, second], axis=1).ravel())
    fresh = np.r_[True, (np.diff(columns) > 0) | (np.diff(y) != 0)]
    return Polyline(columns[fresh], y[fresh])
