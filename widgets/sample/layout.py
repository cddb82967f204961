"""How symbols are laid out in lines with rows below each: a function of sizes alone."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from rich.cells import cell_len, set_cell_size

from ..drawing.symbols import printable

LABELS = 9
"""Cells in front of the rows, for what each is."""
FEW_WIDE = 0.2
"""The share of wide symbols up to which the others stand close."""
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
    beginning is shown. Where few are wide, all have one cell, and those a sign that stands for any.
    """
    if all(len(symbol) == 1 for symbol in symbols):
        wide = sum(cell_len(printable(symbol, ascii=ascii)) == 2 for symbol in symbols)
        width = 2 if not ascii and wide > FEW_WIDE * len(symbols) else 1
        return Cells(width, width)
    width = max(cell_len(printable(symbol, ascii=ascii)) for symbol in symbols)
    width = min(max(width, 1), WIDEST)
    return Cells(width, width + 1)


@lru_cache(maxsize=4096)
def padded(symbol: str, cells: Cells, ascii: bool) -> str:
    """A symbol with stand-ins, in exactly the cells of a step."""
    text = printable(symbol, ascii=ascii)
    if cell_len(text) > cells.symbol:
        text = set_cell_size(text, cells.symbol).rstrip() or "▯"
    return text + " " * (cells.step - cell_len(text))


def columns(width: int, cells: Cells) -> int:
    """Symbols in a line, labels left out."""
    return max(1, (width - LABELS) // cells.step)


def blocks(height: int, rows: int, least: int = 1) -> list[int]:
    """The number of rows of each block of lines, an empty line between them.

    Args:
        height: lines that there are.
        rows: of a block at most.
        least: of the last one at least, unless it is the only one.
    """
    found: list[int] = []
    while height > 0 and not (found and height < least):
        found.append(min(rows, height))
        height -= rows + 1
    return found


def room(width: int, height: int, cells: Cells, rows: int, least: int = 1) -> int:
    """Symbols that have room in lines of blocks of so many rows; see `blocks`."""
    return len(blocks(height, rows, least)) * columns(width, cells)
