"""Sequences of symbols in little memory, while nobody knows yet how many there are."""

from __future__ import annotations

from array import array
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from rnn_tui.model.batch import Symbols

_TYPES = "BHI"
"""Whole numbers of 1, 2 and 4 bytes."""


class _Numbers(dict[str, int]):
    """The number of each symbol; a new one takes the next."""

    def __missing__(self, symbol: str) -> int:
        number = self[symbol] = len(self)
        return number


class Gathered:
    """Symbols one after another, each as a number."""

    def __init__(self) -> None:
        self._numbers = _Numbers()
        self._flat = array(_TYPES[0])

    def add(self, symbols: Iterable[str]) -> None:
        """Some more at the end."""
        numbers = [self._numbers[symbol] for symbol in symbols]
        while True:
            before = len(self._flat)
            try:
                self._flat.extend(numbers)
            except OverflowError:
                del self._flat[before:]
                wider = _TYPES[_TYPES.index(self._flat.typecode) + 1]
                self._flat = array(wider, self._flat)
            else:
                return

    def sorted(self) -> tuple[tuple[str, ...], Symbols]:
        """The alphabet, sorted, and the symbols as places in it, in the smallest type."""
        names = sorted(self._numbers)
        place: NDArray[np.intp] = np.empty(len(names), np.intp)
        for index, name in enumerate(names):
            place[self._numbers[name]] = index
        small = place.astype(np.min_scalar_type(max(0, len(names) - 1)))
        symbols: Symbols = small[np.frombuffer(self._flat, f"u{self._flat.itemsize}")]
        return tuple(names), symbols


def padded(flat: Symbols, lengths: NDArray[np.intp]) -> Symbols:
    """Sequences one after another as (N, T) rows, zeros behind the end of each."""
    steps = int(lengths.max())
    rows: Symbols = np.zeros((len(lengths), steps), flat.dtype)
    rows[np.arange(steps) < lengths[:, None]] = flat
    return rows
