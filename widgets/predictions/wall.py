"""The value of the wall, and which of its sequences are shown where not all have room."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from rich.cells import cell_len

from ..drawing.symbols import printable

Integers = NDArray[Any]
Mask = NDArray[np.bool_]


class Wall(NamedTuple):
    """What a network predicts for n sequences of at most T steps."""

    numbers: Integers
    """(n,) 0-based, ascending."""
    total: int
    """How many sequences there are, those included that are not among the n."""
    chosen: int
    """Which of the n is looked at."""
    step: int
    """Which time step of it."""
    input_symbols: tuple[str, ...]
    output_symbols: tuple[str, ...]
    inputs: Integers
    """(n, T) places in `input_symbols`."""
    predictions: Integers
    """(n, T) places in `output_symbols`."""
    wrong: Mask
    """(n, T) scored, such that they can be known, and predicted wrong."""
    changed: Mask | None = None
    """(n, T) predicted differently than in the epoch before; None where that is not known."""
    scored: Mask | None = None
    """(n, T) which symbols count; None for all."""
    lengths: Integers | None = None
    """(n,) steps of each sequence; None where all have T."""
    known: Mask | None = None
    """(n, T) which symbols can be known: the others are dim; None for all."""

    @property
    def steps(self) -> int:
        """T."""
        return int(self.predictions.shape[1])

    def length(self, row: int) -> int:
        """Steps of one of the n."""
        return self.steps if self.lengths is None else int(self.lengths[row])

    def has_labels(self) -> bool:
        """Whether sequences of different lengths are scored at their last step alone."""
        if self.scored is None or self.lengths is None:
            return False
        rows = np.arange(len(self.numbers))
        is_scored = self.scored[rows, self.lengths - 1].all()
        return bool(is_scored) and np.count_nonzero(self.scored) == len(rows)

    def asked(self) -> Mask:
        """(n, T) which symbols are scored and can be known: what can be right or wrong."""
        asked = np.ones(self.predictions.shape, np.bool_)
        for mask in (self.scored, self.known):
            if mask is not None:
                asked &= mask
        return asked

    def counted(self) -> Integers:
        """(n,) how many symbols of each those are."""
        if self.scored is None and self.known is None:
            return np.full(len(self.numbers), self.steps)
        counts: Integers = np.count_nonzero(self.asked(), axis=1)
        return counts

    def mistakes(self) -> Integers:
        """(n,) how many of those are wrong."""
        counts: Integers = np.count_nonzero(self.wrong, axis=1)
        return counts


def shown(wall: Wall, rows: int) -> list[int]:
    """Which of the n are shown in so many rows.

    All in their order; or else the chosen one first, then those with the most mistakes, also in
    their order, so that no two change places only because one got better.
    """
    count = len(wall.numbers)
    if count <= rows:
        return list(range(count))
    worst = np.argsort(-wall.mistakes(), kind="stable")
    others = worst[worst != wall.chosen][: max(rows, 1) - 1]
    return [wall.chosen, *np.sort(others).tolist()]


@lru_cache(maxsize=8)
def written(symbols: tuple[str, ...], ascii: bool) -> tuple[str, ...]:
    """The symbols as they are shown; an empty one takes a cell all the same."""
    return tuple(printable(symbol, ascii=ascii) or " " for symbol in symbols)


@lru_cache(maxsize=8)
def widest(symbols: tuple[str, ...], ascii: bool) -> int:
    """Cells of the widest of the symbols as they are shown."""
    return max(1, *map(cell_len, written(symbols, ascii)))


@lru_cache(maxsize=8)
def cross(symbols: tuple[str, ...], ascii: bool) -> str:
    """The glyph of what is wrong: one that is no symbol itself, where that can be."""
    taken = "".join(symbols)
    candidates = "x#!%*" if ascii else "✗x#!%*"
    return next((glyph for glyph in candidates if glyph not in taken), candidates[0])
