"""A mini-batch of sequences, with what the equations need of it worked out once."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import DTypeLike, NDArray

from rnn_tui.model.parameters import Float

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
        self._one_hots: dict[tuple[str, DTypeLike, bool], NDArray[Float]] = {}

    @classmethod
    def of_sequences(cls, inputs: Tokens, targets: Tokens, symbols: int) -> Batch:
        """From (B, T) arrays, a sequence in each row."""
        return cls(inputs.T, targets.T, symbols)

    @cached_property
    def target_cells(self) -> Tokens:
        """(T·B,) where the target's logit stands in a flattened (T, B, V) array."""
        count = self.targets.size
        return np.arange(count, dtype=np.intp) * self.symbols + self.targets.ravel()

    def one_hot_inputs(self, dtype: DTypeLike) -> NDArray[Float]:
        """(T·B, V), made once for each dtype."""
        return self._kept(("inputs", dtype, False))

    def one_hot_targets(self, dtype: DTypeLike) -> NDArray[Float]:
        """(T·B, V), made once for each dtype."""
        return self._kept(("targets", dtype, False))

    def one_hot_inputs_by_step(self, dtype: DTypeLike) -> NDArray[Float]:
        """(T, V, B), made once for each dtype."""
        return self._kept(("inputs", dtype, True))

    def one_hot_targets_by_step(self, dtype: DTypeLike) -> NDArray[Float]:
        """(T, V, B), made once for each dtype."""
        return self._kept(("targets", dtype, True))

    def _kept(self, key: tuple[str, DTypeLike, bool]) -> NDArray[Float]:
        known = self._one_hots.get(key)
        if known is None:
            name, dtype, by_step = key
            tokens = self.inputs if name == "inputs" else self.targets
            known = np.zeros((tokens.size, self.symbols), dtype)
            known[np.arange(tokens.size), tokens.ravel()] = 1
            if by_step:
                by_sequence = known.reshape(self.steps, self.size, self.symbols)
                known = np.ascontiguousarray(by_sequence.transpose(0, 2, 1))
            self._one_hots[key] = known
        return known

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
