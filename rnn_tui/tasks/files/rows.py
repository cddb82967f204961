"""Rows of a file of pairs, sound or not, whatever the format."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from rnn_tui.tasks.files.errors import DataError

LONGEST_LINE = 4_000_000
"""Characters of a line, and of a field."""

Cell = str | list[str]
"""A sequence or a label as it is written, or a list of symbols."""


class Row(NamedTuple):
    """An input and its target.

    Attributes:
        line: where it begins, from 1.
        input: the cell.
        target: the cell.
    """

    line: int
    input: Cell
    target: Cell


class BadRow(NamedTuple):
    """A row that cannot be used.

    Attributes:
        line: where it begins, from 1.
        problem: what is wrong, and what to do.
    """

    line: int
    problem: str


class Blank(NamedTuple):
    """A line with nothing in it."""

    line: int


Found = Row | BadRow | Blank


def lines_of(path: str, blocks: Iterable[str]) -> Iterator[str]:
    r"""The lines of a text in blocks, each with its ``\n`` but perhaps the last.

    Raises:
        DataError: for a line that is too long to be one.
    """
    rest, number = "", 0
    for block in blocks:
        *lines, rest = (rest + block).split("\n")
        for line in lines:
            number += 1
            yield line + "\n"
        if len(rest) > LONGEST_LINE:
            raise DataError(
                f"{path}: line {number + 1} is longer than {LONGEST_LINE:,} characters; "
                "write a row on each line"
            )
    if rest:
        yield rest
