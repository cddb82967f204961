"""The bands of the chart: what lies between two edges is hatched, behind curves and labels.

Each has the colour of its curve, and a hatching of its own. That of the curve in front is whole;
where others share a cell, they have it in turn from cell to cell.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..drawing.panel import Spans
from ..drawing.plot import BITS, BRAILLE, BRAILLE_BLOCK, CHARACTER, Cells
from .frame import Frame
from .layers import ASCII_BRANCHES, DASHES, Cell, Look, colour

STRENGTH = "60%"
"""Of the curve's colour."""
HUES = len(DASHES)
"""How many bands differ in colour, and in hatching."""
ASCII_HATCHINGS = ":'`,;~\""
"""By hue, as the patterns of dots are."""
Dots = NDArray[np.bool_]


def hatching(layers: list[Look], shape: Frame) -> list[Cell]:
    """The cells of all bands; those of curves are to be left out by who draws them."""
    banded = [look for look in layers if look.curve.band is not None and len(look.curve.epochs)]
    if not banded:
        return []
    drawn = np.array([_cells(_hatched(look, shape), shape.dots) for look in banded])
    found = []
    for row, column in np.argwhere(drawn.any(axis=0)).tolist():
        there = np.flatnonzero(drawn[:, row, column])
        is_in_front = there[0] == 0 and banded[0] is layers[0]
        number = int(there[0] if is_in_front else there[(row + column) % len(there)])
        look = banded[number]
        character = chr(BRAILLE_BLOCK + int(drawn[number, row, column]))
        if shape.dots == CHARACTER:
            character = ASCII_HATCHINGS[look.hue % len(ASCII_HATCHINGS)]
        found.append(Cell(row, column, character, hatch_style(look.style)))
    return found


def hatch_style(style: str) -> str:
    """Of a band, from that of its curve."""
    return f"{style.removeprefix('bold ')} {STRENGTH}"


def _hatched(look: Look, shape: Frame) -> Dots:
    """(dot rows from below, dot columns) the dots of a band."""
    rows, columns = np.arange(shape.dot_rows), np.arange(shape.width * shape.dots[0])
    seen = look.curve.within(*shape.epochs[:2])
    assert seen.band is not None
    x = np.rint(shape.epochs.fraction(seen.epochs) * (len(columns) - 1))
    low, high = (
        np.interp(columns, x, shape.heights(_at_top(edge, shape)), left=np.nan, right=np.nan)
        for edge in seen.band
    )
    inside: Dots = (rows[:, None] >= np.rint(low)) & (rows[:, None] <= np.rint(high))
    return (
        inside if shape.dots == CHARACTER else inside & _pattern(look.hue, rows[:, None], columns)
    )


def _at_top(edge: NDArray[np.float64], shape: Frame) -> NDArray[np.float64]:
    """An edge without end is drawn up to the top: so many runs have diverged."""
    return np.where(np.isposinf(edge), shape.losses.high, edge)


def _pattern(hue: int, rows: NDArray[np.intp], columns: NDArray[np.intp]) -> Dots:
    """Which dots are drawn, everywhere on the chart."""
    patterns: tuple[Dots, ...] = (
        (rows % 2 == 0) & (columns % 2 == 0),
        (rows + columns) % 4 == 0,
        (rows % 4 == 1) & (columns >= 0),
        (columns % 4 == 0) & (rows >= 0),
        (rows - columns) % 4 == 0,
        (rows % 4 == 2) & (columns % 4 == 1),
        (rows + columns) % 2 == 0,
    )
    return patterns[hue % len(patterns)]


def _cells(dots: Dots, size: tuple[int, int]) -> Cells:
    """Dots from below → (rows from the top, columns) the bits of braille, or 1 for a character."""
    across, down = size
    parts = dots.reshape(-1, down, dots.shape[1] // across, across)[::-1]
    bits = np.array(BITS if size != CHARACTER else ((1,),), np.uint8)
    cells: Cells = np.einsum("ryxc,yc->rx", parts.astype(np.uint8), bits)
    return cells


def legend(hue: int, *, ascii: bool = False, dark: bool = True) -> Spans:
    """A piece of a curve of this hue, and one of its band: two cells each."""
    style = colour(hue, dark=dark)
    if ascii:
        stroke, hatch = ASCII_BRANCHES[hue], ASCII_HATCHINGS[hue] * 2
    else:
        rows, columns = np.arange(BRAILLE[1]), np.arange(2 * BRAILLE[0])
        bits = _cells(_pattern(hue, rows[:, None], columns), BRAILLE)[0]
        stroke, hatch = "─", "".join(chr(BRAILLE_BLOCK + int(bit)) if bit else " " for bit in bits)
    return (stroke * 2, style), (hatch, hatch_style(style))
