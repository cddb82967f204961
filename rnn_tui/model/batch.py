"""A mini-batch of sequences, with what the equations need of it worked out once."""

from __future__ import annotations

from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import DTypeLike, NDArray

from rnn_tui.model.buffers import Array

Tokens = NDArray[np.intp]


class OneHots(NamedTuple):
    """Symbols as vectors with a single 1.

    Attributes:
        inputs: the x_t.
        targets: the y_t.
    """

    inputs: Array
    targets: Array


class Batch:
    """Sequences of one length, time-major.

    Args:
        inputs: (T, B) symbols x_t, 0 to V − 1.
        targets: (T, B) symbols y_t, 0 to V − 1.
        symbols: V, the size of the vocabulary.
    """

    def __init__(self, inputs: Tokens, targets: Tokens, symbols: int) -> None:
        self.inputs: Tokens = np.ascontiguousarray(inputs, np.intp)
        self.targets: Tokens = np.ascontiguousarray(targets, np.intp)
        self.symbols = symbols
        self.steps, self.size = self.inputs.shape
        self._rows: dict[DTypeLike, OneHots] = {}
        self._columns: dict[DTypeLike, OneHots] = {}

    @classmethod
    def of_sequences(cls, inputs: Tokens, targets: Tokens, symbols: int) -> Batch:
        """From (B, T) arrays, a sequence in each row."""
        return cls(inputs.T, targets.T, symbols)

    @cached_property
    def target_cells(self) -> Tokens:
        """(T·B,) where the target's logit stands in a flattened (T, B, V) array."""
        count = self.targets.size
        return np.arange(count, dtype=np.intp) * self.symbols + self.targets.ravel()

    def one_hot_rows(self, dtype: DTypeLike) -> OneHots:
        """A row for each symbol, both (T·B, V); made once for each dtype."""
        rows = self._rows.get(dtype)
        if rows is None:
            rows = self._rows[dtype] = OneHots(
                self._one_hot(self.inputs, dtype), self._one_hot(self.targets, dtype)
            )
        return rows

    def one_hot_columns(self, dtype: DTypeLike) -> OneHots:
        """A column for each, inputs (T, V, B), targets (V, T, B); made once for each dtype."""
        columns = self._columns.get(dtype)
        if columns is None:
            shape = self.steps, self.size, self.symbols
            inputs = self._one_hot(self.inputs, dtype).reshape(shape)
            targets = self._one_hot(self.targets, dtype).reshape(shape)
            columns = self._columns[dtype] = OneHots(
                inputs.transpose(0, 2, 1).copy(), targets.transpose(2, 0, 1).copy()
            )
        return columns

    def _one_hot(self, tokens: Tokens, dtype: DTypeLike) -> Array:
        one_hot = np.zeros((tokens.size, self.symbols), dtype)
        one_hot[np.arange(tokens.size), tokens.ravel()] = 1
        return one_hot

    @cached_property
    def by_symbol(self) -> tuple[Tokens, list[tuple[int, slice]]]:
        """The (t, b) places sorted by input symbol, and the slice of each symbol present."""
        order = np.argsort(self.inputs.ravel(), kind="stable")
        present, starts = np.unique(self.inputs.ravel()[order], return_index=True)
        ends = [*starts[1:].tolist(), order.size]
        slices = [
            (symbol, slice(start, end))
            for symbol, start, end in zip(present.tolist(), starts.tolist(), ends, strict=True)
        ]
        return order, slices
