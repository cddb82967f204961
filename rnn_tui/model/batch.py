"""A mini-batch of sequences, with what the equations need of it worked out once."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import DTypeLike, NDArray

from rnn_tui.model.buffers import Array

Tokens = NDArray[np.intp]


FEW_SYMBOLS = 16


def are_few(symbols: int) -> bool:
    """Whether numbers of outputs lie symbol by symbol, and one-hot products beat indices."""
    return symbols <= FEW_SYMBOLS


def cells_of(targets: Tokens, symbols: int) -> Tokens:
    """Where the targets' logits stand in the memory of `outputs.output_buffer`.

    Args:
        targets: (n,) symbols.
        symbols: V.

    Returns:
        (n,) indices into the flat memory.
    """
    places = np.arange(len(targets), dtype=np.intp)
    return targets * len(targets) + places if are_few(symbols) else places * symbols + targets


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
        self._one_hots: dict[DTypeLike, OneHots] = {}

    @classmethod
    def of_sequences(cls, inputs: Tokens, targets: Tokens, symbols: int) -> Batch:
        """From (B, T) arrays, a sequence in each row."""
        return cls(inputs.T, targets.T, symbols)

    @cached_property
    def target_cells(self) -> Tokens:
        """(T·B,) where the targets' logits stand; see `cells_of`."""
        return cells_of(self.targets.reshape(-1), self.symbols)

    def one_hots(self, dtype: DTypeLike) -> OneHots:
        """The symbols as vectors with a single 1; made once for each dtype."""
        one_hots = self._one_hots.get(dtype)
        if one_hots is None:
            one_hots = self._one_hots[dtype] = OneHots(self, dtype)
        return one_hots

    @cached_property
    def by_symbol(self) -> list[tuple[int, Tokens]]:
        """The input symbols that occur, each with its places among the T·B, ascending."""
        order = np.argsort(self.inputs.ravel(), kind="stable")
        present, starts = np.unique(self.inputs.ravel()[order], return_index=True)
        return list(zip(present.tolist(), np.split(order, starts[1:]), strict=True))


class OneHots:
    """The symbols of a mini-batch as vectors with a single 1, in each of these shapes made once.

    Args:
        batch: whose symbols.
        dtype: of the numbers.
    """

    def __init__(self, batch: Batch, dtype: DTypeLike) -> None:
        self._inputs, self._targets = batch.inputs, batch.targets
        self._symbols, self._dtype = batch.symbols, dtype

    @cached_property
    def input_rows(self) -> Array:
        """The x_t, (T·B, V)."""
        return self._rows(self._inputs)

    @cached_property
    def target_rows(self) -> Array:
        """The y_t, (T·B, V)."""
        return self._rows(self._targets)

    @cached_property
    def input_columns(self) -> Array:
        """The x_t, (T, V, B)."""
        columns = self._rows(self._inputs).reshape(*self._inputs.shape, self._symbols)
        return columns.transpose(0, 2, 1).copy()

    @cached_property
    def target_columns(self) -> Array:
        """The y_t, (V, T, B)."""
        columns = self._rows(self._targets).reshape(*self._targets.shape, self._symbols)
        return columns.transpose(2, 0, 1).copy()

    def _rows(self, tokens: Tokens) -> Array:
        rows = np.zeros((tokens.size, self._symbols), self._dtype)
        rows[np.arange(tokens.size), tokens.ravel()] = 1
        return rows
