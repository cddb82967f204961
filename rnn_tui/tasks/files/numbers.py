"""Tells a series of numbers, which is not trained on as characters by accident."""

from __future__ import annotations

import re

from rnn_tui.tasks.files.errors import brief
from rnn_tui.tasks.files.rows import Row

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?", re.ASCII | re.IGNORECASE)
_MISSING = frozenset(("", "-", "na", "n/a", "nan", "null", "none", "inf", "-inf", "?"))


class NumberSeries:
    """Looks at the cells of every row.

    They are numbers where half of the rows have a fraction, or where both cells are whole numbers
    (or what stands for a missing one) below a first row of words, the names of the columns.
    """

    def __init__(self) -> None:
        self._rows = self._fractions = self._numbers = 0
        self._has_names = False
        self._first = (0, "")

    def see(self, row: Row) -> None:
        """One more row."""
        cells = [cell.strip() for cell in row[1:] if isinstance(cell, str)]
        numbers = [cell for cell in cells if _NUMBER.fullmatch(cell)]
        if not self._rows:
            self._has_names = not numbers
        self._rows += 1
        if not numbers:
            return
        if not self._first[0]:
            self._first = (row.line, numbers[-1])
        self._fractions += any(not cell.lstrip("+-").isdigit() for cell in numbers)
        self._numbers += all(cell in numbers or cell.lower() in _MISSING for cell in cells)

    def found(self) -> str:
        """Where the first number stands, and what to do; empty if they are no numbers."""
        named = self._has_names and 2 * self._numbers >= self._rows - 1 > 0
        if not (named or 2 * self._fractions > self._rows):
            return ""
        line, cell = self._first
        advice = "turn them into words, such as low and high"
        if not self._fractions:
            advice = "if the digits are symbols, name the columns input and target"
        return (
            f"line {line}: {brief(cell)} is one of a series of numbers, and rnn-tui trains on "
            f"symbols; {advice}"
        )
