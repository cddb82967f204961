"""Numbers and formulas as text: in fixed widths, so that nothing moves when a number changes."""

from __future__ import annotations

import math

from rich.cells import cell_len

from ..drawing.figures import compact
from ..drawing.panel import Spans

DIGITS = 4
"""Cells of a number without its sign."""
Way = tuple[Spans, ...]
"""Something said in one or several lines."""


def number(value: float, ascii: bool, plus: str = " ") -> str:
    """A number of a fixed width, − or `plus` before it."""
    if not math.isfinite(value):
        return f" {compact(value)}".ljust(DIGITS + 1)
    size = abs(value)
    text = f"{size:.2f}" if 0.005 <= size < 9.995 or size == 0 else compact(size, DIGITS)
    sign = ("-" if ascii else "−") if value < 0 else plus
    return sign + text.ljust(DIGITS)


def with_numbers(pieces: tuple[str | float, ...], ascii: bool) -> str:
    """The right side of a formula: '0.42 − 1.93 + 0.31'; its width does not change."""
    minus = "-" if ascii else "−"
    text = ""
    for piece in pieces:
        if isinstance(piece, str):
            text += piece
        elif text.endswith(" − ") and piece >= 0:
            text += number(piece, ascii)[1:]
        elif text.endswith(" + "):  # the sign of the number takes the place of the plus
            sign = f"{minus} " if piece < 0 else "+ "
            text = text[:-2] + sign + number(abs(piece), ascii)[1:]
        else:
            text += number(piece, ascii)
    return plain(text) if ascii else text


def formula(text: str, ascii: bool) -> Spans:
    """A formula, in ASCII if need be."""
    return ((plain(text) if ascii else text, ""),)


def plain(text: str) -> str:
    """The same in ASCII characters."""
    return text.translate(_ASCII)


_ASCII = str.maketrans({"∘": "*", "σ": "sigma", "−": "-", "∂": "d", "ŷ": "y", "✓": "", "✗": "x"})


def cells(line: Spans) -> int:
    """How wide a line is."""
    return sum(cell_len(text) for text, _ in line)
