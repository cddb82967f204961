"""Heat maps: a matrix as coloured cells, signs told by glyph as well as by colour.

Orange is negative, blue positive (Okabe–Ito: told apart under every colour blindness), 0 has the
colour of the panel. A cell holds its sign, or its number where a cell has six columns. Where
colours cannot be relied on, the cells are shaded: a sign and a character as dark as the value is
large.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from .figures import compact
from .panel import MUTED, Spans

Matrix = NDArray[np.floating[Any]]

STEPS = 8
"""Levels of each sign: an entry of 0 has level 0, the largest ±8, an infinite one ±9, NaN 10."""
INFINITE, NAN = STEPS + 1, STEPS + 2
LEVELS = range(-INFINITE, NAN + 1)
WIDEST = 7
NUMBER_WIDTH = 6
"""Columns from which a cell holds its number."""
NEGATIVE, POSITIVE = "#D55E00", "#0072B2"
OPACITY = (0, 6, 16, 28, 41, 55, 70, 85, 100)
"""How much of its colour a level has, in percent."""
SHADES = (" ·░░▒▒▓▓█", " .::oo##@")
"""Of the levels 0 to 8; in ASCII."""


class Tiling(NamedTuple):
    """How a matrix is laid out: how many entries share a cell, and the size of a cell."""

    block_rows: int
    block_columns: int
    cell_width: int
    """In columns of the terminal."""
    cell_height: int
    """In lines."""

    def note(self, width: int, *, ascii: bool = False) -> str:
        """'each cell: largest of 4 × 2', rows × columns; '' where each entry has its cell."""
        if self.block_rows * self.block_columns == 1:
            return ""
        block = f"{self.block_rows} {'x' if ascii else '×'} {self.block_columns}"
        for text in (f"each cell: largest of {block}", f"largest of {block}"):
            if len(text) <= width:
                return text
        return block


def tile(rows: int, columns: int, width: int, height: int) -> Tiling:
    """Fit a matrix into `width` columns and `height` lines (each at least 1).

    A cell is at least two columns wide, which makes it a square, and as large as there is room.
    """
    least = min(2, width)
    block_rows = math.ceil(rows / height)
    block_columns = math.ceil(columns / (width // least))
    down, across = math.ceil(rows / block_rows), math.ceil(columns / block_columns)
    cell_width = min(WIDEST, width // across)
    cell_height = max(1, min(height // down, cell_width // 2))
    if cell_width < NUMBER_WIDTH:
        cell_width = min(cell_width, 2 * cell_height + 1)
    return Tiling(block_rows, block_columns, cell_width, cell_height)


def largest(matrix: Matrix, tiling: Tiling) -> Matrix:
    """The entry of largest magnitude of each block; NaN where a block has one."""
    rows = np.arange(0, matrix.shape[0], tiling.block_rows)
    columns = np.arange(0, matrix.shape[1], tiling.block_columns)
    high = np.maximum.reduceat(np.maximum.reduceat(matrix, rows, 0), columns, 1)
    low = np.minimum.reduceat(np.minimum.reduceat(matrix, rows, 0), columns, 1)
    return np.where(high >= -low, high, low)


def scale(matrix: Matrix) -> float:
    """The largest finite magnitude, which has the full colour; 0 where there is none."""
    return float(np.max(np.abs(matrix), where=np.isfinite(matrix), initial=0.0))


def levels(values: Matrix, scale: float) -> NDArray[np.int64]:
    """The level of each entry, by its share of the scale; 0 for exactly 0 alone."""
    sizes = np.abs(np.nan_to_num(values, posinf=0.0, neginf=0.0))
    share = np.minimum(sizes, scale) / (scale or 1.0)
    steps = np.clip(np.ceil(share * STEPS - 1e-9), share > 0.0, STEPS)
    signed = np.copysign(np.where(np.isinf(values), INFINITE, steps), values)
    return np.where(np.isnan(values), NAN, signed).astype(np.int64)


class Palette(NamedTuple):
    """How cells are drawn on one terminal."""

    ascii: bool = False
    shaded: bool = False
    """Shades instead of backgrounds: for a terminal of few colours or none."""
    colour: bool = True

    def style(self, level: int) -> str:
        """The style of a cell."""
        if abs(level) > STEPS:
            return "bold reverse $text-error"
        if not self.colour or (self.shaded and level == 0):
            return ""
        colour = NEGATIVE if level < 0 else POSITIVE
        return colour if self.shaded else f"auto 80% on {colour} {OPACITY[abs(level)]}%"

    def glyph(self, level: int) -> str:
        """What stands in a cell without a number: '−', or '−▒' if shaded."""
        if level == NAN:
            return "?"
        if abs(level) == INFINITE:
            return self.sign(level) + ("!" if self.ascii else "∞")
        return self.sign(level) + SHADES[self.ascii][abs(level)] * self.shaded

    def number(self, value: float, decimals: int) -> str:
        """What stands in a cell with room for it: '−0.53', right-aligned in five columns."""
        return f"{self.sign(value)}{abs(value):.{decimals}f}".rjust(NUMBER_WIDTH - 1)

    def mark(self, level: int) -> str:
        """One character for a level, in the legend."""
        return self.glyph(level)[-1] if level else self.sign(0)

    def sign(self, value: float) -> str:
        """'−', '+', or a point for exactly 0."""
        if value == 0.0:
            return "." if self.ascii else "·"
        return "+" if value > 0 else "-" if self.ascii else "−"


def heat_rows(matrix: Matrix, tiling: Tiling, palette: Palette) -> list[Spans]:
    """(rows, columns) matrix → its lines, neighbours of one style in one run."""
    full, width = scale(matrix), tiling.cell_width
    decimals = 2 - math.floor(math.log10(min(max(full, 1.0), 100.0)))
    with_numbers = width >= NUMBER_WIDTH and 0.1 <= full < 9999.5
    styles = {level: palette.style(level) for level in LEVELS}
    glyphs = {level: palette.glyph(level)[:width].center(width) for level in LEVELS}
    values = largest(matrix, tiling)
    above = (tiling.cell_height - 1) // 2
    lines: list[Spans] = []
    for row, graded in zip(values.tolist(), levels(values, full).tolist(), strict=True):
        texts = [glyphs[level] for level in graded]
        if with_numbers:
            texts = [
                palette.number(value, decimals).center(width) if 0 < abs(level) <= STEPS else glyph
                for value, level, glyph in zip(row, graded, texts, strict=True)
            ]
        cells = merged(zip(texts, map(styles.__getitem__, graded), strict=True))
        blank = tuple((" " * len(text), style) for text, style in cells)
        lines += [blank] * above + [cells] + [blank] * (tiling.cell_height - 1 - above)
    return lines


def merged(runs: Iterable[tuple[str, str]]) -> Spans:
    """Neighbours of one style in one run."""
    groups = groupby(runs, key=itemgetter(1))
    return tuple(("".join(map(itemgetter(0), group)), style) for style, group in groups)


def legend(matrix: Matrix, width: int, palette: Palette) -> Spans:
    """'−2.31 [colours from − to +] +2.31', as wide as fits; the ends alone where little does."""
    full = scale(matrix)
    end = compact(full, 4)
    if full == 0.0:
        return ((("not finite" if np.any(matrix) else "all 0")[:width], MUTED),)
    low, high = f"{palette.sign(-1)}{end} ", f" +{end}"
    for step in (1, 2, 4, 8):
        grades = range(-STEPS, STEPS + 1, step)
        if len(low) + len(grades) + len(high) <= width:
            cells = [(palette.mark(grade), palette.style(grade)) for grade in grades]
            return ((low, MUTED), *merged(cells), (high, MUTED))
    both = f"{'+/-' if palette.sign(-1) == '-' else '±'}{end}"
    fits = next((text for text in (low + "to" + high, both) if len(text) <= width), "")
    return ((fits, MUTED),)
