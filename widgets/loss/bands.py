"""The bands of the chart: what lies between two edges is hatched, behind curves and labels.

Each has the colour of its curve, and a hatching of its own. That of the curve in front is whole;
where others share a cell, they have it in turn from cell to cell.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..drawing.panel import Spans
from ..drawing.plot import BRAILLE, BRAILLE_BLOCK, CHARACTER, Cells
from .frame import Frame
from .glyphs import BITS
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
    owners = _owners(drawn > 0, has_front=banded[0] is layers[0])
    bits = np.take_along_axis(drawn, np.maximum(owners, 0)[None], axis=0)[0]
    styles = [hatch_style(look.style) for look in banded]
    found = []
    for row, column in np.argwhere(owners >= 0).tolist():
        number = int(owners[row, column])
        if shape.dots == CHARACTER:
            character = ASCII_HATCHINGS[banded[number].hue]
        else:
            character = chr(BRAILLE_BLOCK + int(bits[row, column]))
        found.append(Cell(row, column, character, styles[number]))
    return found


def _owners(there: Dots, *, has_front: bool) -> NDArray[np.intp]:
    """(n, rows, columns) where each band is → (rows, columns) whose each cell is, −1 for nobody's.

    Bands have a cell in turn, but the first one has all that it covers where it is in front.
    """
    rows, columns = np.indices(there.shape[1:])
    counts = there.sum(axis=0)
    turn = (rows + columns) % np.maximum(counts, 1)
    owners: NDArray[np.intp] = np.argmax(there & (np.cumsum(there, axis=0) == turn + 1), axis=0)
    if has_front:
        owners[there[0]] = 0
    owners[counts == 0] = -1
    return owners


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
    return patterns[hue]


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
