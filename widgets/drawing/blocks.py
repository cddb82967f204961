"""Values as block characters: sparklines of one row, bars of several.

A value that is not finite leaves a gap. The ASCII forms are ever darker characters in one row,
columns of '#' in several.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

BLOCKS = "▁▂▃▄▅▆▇█"
RAMP = ".:-=+*#%@"


def glyphs(fractions: Floats, table: str) -> list[str]:
    """(n,) fractions of 0..1 → n characters of the table, a space for a gap."""
    known = ~np.isnan(fractions)
    inside = np.clip(np.where(known, fractions, 0.0), 0.0, 1.0)
    places = np.minimum((inside * len(table)).astype(np.int64), len(table) - 1)
    return [table[place] if there else " " for place, there in zip(places, known, strict=True)]


def reduce(values: Floats, cells: int, *, peaks: bool = False) -> Floats:
    """(n,) values → at most `cells`: the mean, or the largest, finite value of each bucket."""
    count = len(values)
    if cells <= 0 or count <= cells:
        return values[: max(cells, 0)]
    starts = np.arange(cells) * count // cells
    finite = np.isfinite(values)
    counts = np.add.reduceat(finite.astype(np.int64), starts)
    if peaks:
        kept = np.maximum.reduceat(np.where(finite, values, -np.inf), starts)
    else:
        kept = np.add.reduceat(np.where(finite, values, 0.0), starts) / np.maximum(counts, 1)
    return np.where(counts > 0, kept, np.nan)


def sparkline(values: Floats, cells: int, *, ascii: bool = False) -> str:
    """(n,) values, oldest first → exactly `cells` characters between their least and greatest.

    Fewer values than cells leave blanks at the right. Differences below a thousandth of the
    largest value are drawn as no difference. The greatest is not a full block, so that
    sparklines in neighbouring lines do not touch.
    """
    with np.errstate(all="ignore"):
        shown = reduce(np.asarray(values, dtype=np.float64).ravel(), cells)
        finite = shown[np.isfinite(shown)]
        if not len(finite):
            return " " * max(cells, 0)
        scale = float(np.abs(finite).max()) or 1.0
        shown, finite = shown / scale, finite / scale
        low, span = float(finite.min()), float(np.ptp(finite))
        if span < 1e-3:
            low, span = low - 0.4, 1.0
        fractions = np.where(np.isfinite(shown), (shown - low) / span, np.nan)
    table = RAMP if ascii else BLOCKS[:-1]
    return "".join(glyphs(fractions, table)).ljust(cells)


def bars(fractions: Floats, rows: int, *, ascii: bool = False) -> list[str]:
    """(n,) fractions of 0..1 → `rows` strings of n characters, the top row first.

    A positive value shows at least the thinnest block, so that small and nothing differ.
    """
    if rows == 1:
        return ["".join(glyphs(fractions, RAMP if ascii else BLOCKS))]
    steps = 2 if ascii else 8
    partial = (" ", ".", "#") if ascii else (" ", *BLOCKS)
    known = ~np.isnan(fractions)
    inside = np.clip(np.where(known, fractions, 0.0), 0.0, 1.0)
    filled = np.rint(inside * rows * steps).astype(np.int64)
    filled = np.where(known & (inside > 0), np.maximum(filled, 1), filled)
    lines = []
    for row in reversed(range(rows)):
        here = np.clip(filled - row * steps, 0, steps)
        lines.append("".join(partial[level] for level in here))
    return lines
