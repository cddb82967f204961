"""Cells with a character and a style each, from which lines are made."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from rich.cells import cell_len
from textual.content import Content

EMPTY = "\0"
"""A cell nothing was put into; a space that was put is not empty."""


class Grid:
    """A drawing of fixed size; what is put outside is cut off."""

    def __init__(self, width: int, height: int) -> None:
        self.width = width
        self.height = height
        self._cells = [[(EMPTY, "")] * width for _ in range(height)]

    def put(self, row: int, column: int, text: str, style: str = "") -> None:
        """Write the text; a wide character takes two cells."""
        if not 0 <= row < self.height:
            return
        for character in text:
            cells = cell_len(character)
            if column >= 0 and column + cells <= self.width:
                for k in range(cells):
                    self._cells[row][column + k] = ("" if k else character, style)
            column += cells

    def free(self, row: int, column: int, width: int) -> bool:
        """Whether the cells exist and are all blank."""
        if not 0 <= row < self.height or column < 0 or column + width > self.width:
            return False
        return all(self._cells[row][k][0] == EMPTY for k in range(column, column + width))

    def fill(self, row: int, column: int, character: str, style: str = "") -> None:
        """Write one character where the cell is still empty."""
        if self.free(row, column, 1):
            self.put(row, column, character, style)

    def lines(self) -> list[Content]:
        """One content for each row; cells of one style are one span."""
        return [_line(row) for row in self._cells]


def _line(row: Sequence[tuple[str, str]]) -> Content:
    parts = [
        ("".join(character for character, _ in run).replace(EMPTY, " "), style)
        for style, run in groupby(row, key=lambda cell: cell[1])
    ]
    return Content.assemble(*parts)
