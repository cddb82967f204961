"""A mini-batch of sequences, with what the equations need of it worked out once."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from rnn_tui.model.buffers import Array

Tokens = NDArray[np.intp]
Symbols = NDArray[np.integer[Any]]
"""Symbols in any whole-number type, as small as their alphabet allows."""
Mask = NDArray[np.bool_]


class Batch:
    """Sequences padded to one length, time-major.

    Args:
        inputs: (T, B) symbols x_t, 0 to I − 1; of padding any.
        targets: (T, B) symbols y_t, 0 to O − 1; where no symbol is scored, any.
        symbols: I and O, how many input and output symbols there are.
        scored: (T, B) which symbols count in loss and gradient; None for all.
        remember: keep the one-hot vectors that were asked for; else they are made each time.
    """

    def __init__(
        self,
        inputs: Symbols,
        targets: Symbols,
        symbols: tuple[int, int],
        scored: Mask | None = None,
        *,
        remember: bool = True,
    ) -> None:
        self.inputs: Tokens = np.ascontiguousarray(inputs, np.intp)
        self.targets: Tokens = np.ascontiguousarray(targets, np.intp)
        self.scored = None if scored is None else np.ascontiguousarray(scored)
        self.symbols = symbols
        self.steps, self.size = self.inputs.shape
        self._made: dict[str, Array] = {}
        self._remember = remember

    @cached_property
    def scored_count(self) -> int:
        """How many symbols are scored."""
        return self.inputs.size if self.scored is None else int(np.count_nonzero(self.scored))

    @cached_property
    def target_indices(self) -> Tokens:
        """(T·B,) where the targets stand in the flat memory of an array (O, T, B)."""
        return flat_indices(self.targets.reshape(-1))

    @cached_property
    def places_by_symbol(self) -> list[tuple[int, Tokens]]:
        """The input symbols that occur, each with its places among the T·B, in order."""
        order = np.argsort(self.inputs.ravel(), kind="stable")
        present, starts = np.unique(self.inputs.ravel()[order], return_index=True)
        return list(zip(present.tolist(), np.split(order, starts[1:]), strict=True))

    def one_hot_inputs(self, dtype: DTypeLike) -> Array:
        """(I, T, B) the x_t as vectors with a single 1."""
        return self._one_hot("inputs", self.inputs, self.symbols[0], dtype)

    def one_hot_targets(self, dtype: DTypeLike) -> Array:
        """(O, T, B) the y_t as vectors with a single 1."""
        return self._one_hot("targets", self.targets, self.symbols[1], dtype)

    def weights(self, dtype: DTypeLike) -> Array | None:
        """(T, B) 1 where a symbol is scored, else 0; None where all are; made once."""
        if self.scored is None:
            return None
        made = self._made.get("weights")
        if made is None or made.dtype != dtype:
            made = self._made["weights"] = self.scored.astype(dtype)
        return made

    def _one_hot(self, name: str, tokens: Tokens, count: int, dtype: DTypeLike) -> Array:
        made = self._made.get(name)
        if made is None or made.dtype != dtype:
            made = np.zeros((count, *tokens.shape), dtype)
            made.reshape(-1)[flat_indices(tokens.reshape(-1))] = 1
            if self._remember:
                self._made[name] = made
        return made


def flat_indices(symbols: Tokens) -> Tokens:
    """(n,) symbols → (n,) their places in the flat memory of an array (V, n)."""
    return symbols * len(symbols) + np.arange(len(symbols))
