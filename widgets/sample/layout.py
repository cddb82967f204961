"""How symbols are laid out in lines with rows below each: a function of sizes alone."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from rich.cells import cell_len, set_cell_size

from ..drawing.symbols import printable

LABELS = 9
"""Cells in front of the rows, for what each is."""
WIDEST = 16
"""Cells; of a wider symbol the beginning is shown."""


class Cells(NamedTuple):
    """Widths in cells."""

    symbol: int
    step: int
    """From one symbol to the next; as wide as a symbol where they stand side by side."""


@lru_cache(maxsize=8)
def cells_of(symbols: tuple[str, ...], *, ascii: bool = False) -> Cells:
    """The widths for an alphabet.

    Symbols of one character stand side by side, whatever stand-in some of them need: of that the
    beginning is shown.
    """
    if all(len(symbol) == 1 for symbol in symbols):
        width = 1 if ascii else max(map(cell_len, symbols), default=1)
        return Cells(width or 1, width or 1)
    width = max(cell_len(printable(symbol, ascii=ascii)) for symbol in symbols)
    width = min(max(width, 1), WIDEST)
    return Cells(width, width + 1)


@lru_cache(maxsize=4096)
def padded(symbol: str, cells: Cells, ascii: bool) -> str:
    """A symbol with stand-ins, in exactly the cells of a step."""
    text = printable(symbol, ascii=ascii)
    if cell_len(text) > cells.symbol:
        text = set_cell_size(text, cells.symbol)
    return text + " " * (cells.step - cell_len(text))


def columns(width: int, cells: Cells) -> int:
    """Symbols in a line, labels left out."""
    return max(1, (width - LABELS) // cells.step)


def blocks(height: int, rows: int) -> list[int]:
    """The number of rows of each block of lines, an empty line between them.

    Args:
        height: lines that there are.
        rows: of a block at most; the last one may have fewer.
    """
    found = []
    while height > 0:
        found.append(min(rows, height))
        height -= rows + 1
    return found


def room(width: int, height: int, cells: Cells, rows: int) -> int:
    """Symbols that have room in lines of blocks of so many rows."""
    return len(blocks(height, rows)) * columns(width, cells)
