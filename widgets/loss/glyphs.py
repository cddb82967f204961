"""The characters and colours of the chart, and how a text finds its place in it."""

from __future__ import annotations

from typing import NamedTuple

from rich.cells import cell_len

from ..drawing.canvas import Grid
from .layers import PRESENT

MARK, CURSOR, SOLVED = "$text-warning", "bold $text-accent", "$text-success"
FAINT, ACCURACY = "$foreground 35%", f"{PRESENT} 60%"


class Glyphs(NamedTuple):
    """What lines are made of."""

    mark: str
    cursor: str
    axis: str
    tick: str
    corner: str
    base: str
    arrow: str
    up: str
    down: str
    solved: str
    part: str
    rest: str


UNICODE = Glyphs("┊", "│", "│", "┤", "└", "─", "▲", "↑", "↓", "✓", "━", "┄")
ASCII = Glyphs(":", "|", "|", "+", "+", "-", "^", "^", "v", "", "=", ".")

BITS = ((64, 128), (4, 32), (2, 16), (1, 8))
"""Of a braille character: the left and the right dot of each row, from below."""


def put_if_free(grid: Grid, row: int, column: int, text: str, style: str) -> bool:
    """Write the text if nothing is there yet; whether it was written."""
    if not grid.free(row, column, cell_len(text)):
        return False
    grid.put(row, column, text, style)
    return True
