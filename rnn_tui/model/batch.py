"""A mini-batch of sequences, with what the equations need of it worked out once."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import DTypeLike, NDArray

from rnn_tui.model.buffers import Array

Tokens = NDArray[np.intp]


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
        self._one_hots: dict[str, Array] = {}

    @classmethod
    def of_sequences(cls, inputs: Tokens, targets: Tokens, symbols: int) -> Batch:
        """From (B, T) arrays, a sequence in each row."""
        return cls(inputs.T, targets.T, symbols)

    @cached_property
    def target_indices(self) -> Tokens:
        """(T·B,) where the targets stand in the flat memory of an array (V, T, B)."""
        return flat_indices(self.targets.reshape(-1))

    @cached_property
    def places_by_symbol(self) -> list[tuple[int, Tokens]]:
        """The input symbols that occur, each with its places among the T·B, in order."""
        order = np.argsort(self.inputs.ravel(), kind="stable")
        present, starts = np.unique(self.inputs.ravel()[order], return_index=True)
        return list(zip(present.tolist(), np.split(order, starts[1:]), strict=True))

    def one_hot_inputs(self, dtype: DTypeLike) -> Array:
        """(V, T, B) the x_t as vectors with a single 1; made once."""
        return self._one_hot("inputs", self.inputs, dtype)

    def one_hot_targets(self, dtype: DTypeLike) -> Array:
        """(V, T, B) the y_t as vectors with a single 1; made once."""
        return self._one_hot("targets", self.targets, dtype)

    def _one_hot(self, name: str, tokens: Tokens, dtype: DTypeLike) -> Array:
        made = self._one_hots.get(name)
        if made is None or made.dtype != dtype:
            made = self._one_hots[name] = np.zeros((self.symbols, *tokens.shape), dtype)
            made.reshape(-1)[flat_indices(tokens.reshape(-1))] = 1
        return made


def flat_indices(symbols: Tokens) -> Tokens:
    """(n,) symbols → (n,) their places in the flat memory of an array (V, n)."""
    return symbols * len(symbols) + np.arange(len(symbols))
