"""The output layer's softmax and loss, for all time steps and sequences at once.

Numbers of outputs have a logical shape (V, …). In memory they lie symbol by symbol where the
symbols are few, so that a sum over symbols adds long rows, else place by place, as the product
with V makes them.
"""

from __future__ import annotations

import math
from typing import Protocol

import numpy as np
from numpy.typing import DTypeLike, NDArray

from rnn_tui.model.batch import Batch, are_few
from rnn_tui.model.buffers import Array, buffer


class Outputs(Protocol):
    """What a forward pass leaves behind of its outputs, valid until the next one.

    Attributes:
        logits: (V, T, B) s_o.
        exp_sums: (T, B) Σ exp(s_o − shift).
        shifts: (T, B); meaningful only after a shifted pass.
        shifted: whether it was one.
    """

    logits: Array
    exp_sums: Array
    shifts: Array
    shifted: bool


def symbol_losses(
    logits: Array, exp_sums: Array, shifts: Array | float, targets: NDArray[np.intp]
) -> Array:
    """−log ŷ[y], taken from the logits, so that finite logits never give infinity.

    Args:
        logits: (V, …).
        exp_sums: (…) Σ exp(logits − shift).
        shifts: (…), or 0 after an unshifted pass.
        targets: (…) symbols.

    Returns:
        (…) nats.
    """
    of_targets = np.take_along_axis(logits, targets[np.newaxis], 0)[0]
    losses: Array = np.log(exp_sums) + (shifts - of_targets)  # shifted first: nearly equal
    return losses


def output_buffer(symbols: int, shape: tuple[int, ...], dtype: DTypeLike) -> Array:
    """Zeros of the shape (V, …), in memory as they are worked on fastest."""
    if are_few(symbols):
        return buffer((symbols, *shape), dtype)
    return np.moveaxis(buffer((*shape, symbols), dtype), -1, 0)


class Softmax:
    """ŷ = softmax(s_o) and ∂L/∂s_o; fulfils `Outputs`.

    Args:
        steps: T.
        batch: B.
        symbols: V.
        dtype: float64 or float32.

    Attributes:
        logits: (V, T, B) s_o; to be filled with a_h,t V before each pass.
        exp_sums: (T, B) Σ exp(s_o − shift).
        shifts: (T, B) what was subtracted; stale after an unshifted pass.
        shifted: whether the last pass subtracted the largest logit before exp.
    """

    def __init__(self, steps: int, batch: int, symbols: int, dtype: DTypeLike) -> None:
        T, B, V = steps, batch, symbols
        self.logits, self._exp = (output_buffer(V, (T, B), dtype) for _ in range(2))
        self._few = are_few(V)
        self.exp_sums, self.shifts = buffer((T, B), dtype), buffer((T, B), dtype)
        self.shifted = False
        self._logits, self._exps = self.logits.reshape(V, -1), self._exp.reshape(V, -1)
        self._sums, self._largest = self.exp_sums.reshape(-1), self.shifts.reshape(-1)
        # (V, T·B) + (V, 1), or (T, B, V) + (B, V), which is faster than + (V,)
        self._bias_rows = buffer((1, V) if self._few else (B, V), dtype)
        self._bias = self._bias_rows.T if self._few else self._bias_rows
        self._biased = self._logits if self._few else self.logits.transpose(1, 2, 0)
        self._inverse = buffer((T * B,), dtype)
        self._ones, self._ones_V = np.ones(T * B, dtype), np.ones(V, dtype)
        self._safe = math.sqrt(np.finfo(dtype).max)

    @property
    def y_hat(self) -> Array:
        """(V, T, B) probabilities ŷ of the last pass."""
        probabilities: Array = self._exp / self.exp_sums
        return probabilities

    def forward(self, b_o: Array) -> None:
        """From a_h,t V in ``logits`` to s_o,t = a_h,t V + b_o, exp(s_o) and its sums.

        Softmax is the quotient of the two, with or without a shift. Numbers that overflow on the
        way are no error here; whoever calls this silences them (`np.errstate`) once for many.

        Args:
            b_o: (V,).
        """
        self._bias_rows[...] = b_o
        np.add(self._biased, self._bias, self._biased)

        # The sums tell afterwards whether an exponential was too large or all were too small.
        exps, sums, inverse, safe = self._exps, self._sums, self._inverse, self._safe
        np.exp(self._logits, exps)
        self._ones_V.dot(exps, sums)
        np.reciprocal(sums, inverse)
        self.shifted = not (self._ones.dot(sums) < safe and self._ones.dot(inverse) < safe)
        if self.shifted:
            np.maximum.reduce(self._logits, axis=0, out=self._largest)
            np.subtract(self._logits, self._largest, exps)
            np.exp(exps, exps)
            self._ones_V.dot(exps, sums)
            np.reciprocal(sums, inverse)

    def losses(self, batch: Batch) -> Array:
        """−log ŷ_t[y_t] for each symbol, (T, B), in nats; see `symbol_losses`."""
        shifts = self.shifts if self.shifted else 0.0
        return symbol_losses(self.logits, self.exp_sums, shifts, batch.targets)

    def blame(self, batch: Batch, ds_o: Array, *, with_one_hots: bool) -> None:
        """∂L/∂s_o,t = ŷ_t − y_t, for targets that are symbols.

        Args:
            batch: whose targets.
            ds_o: (V, T, B) receives it; an `output_buffer`.
            with_one_hots: whether subtracting one-hot targets is faster than using indices, where
                the symbols are many.
        """
        by_symbol = ds_o.reshape(self._exps.shape)
        np.multiply(self._exps, self._inverse, by_symbol)
        if self._few or with_one_hots:
            one_hots = batch.one_hots(ds_o.dtype)
            columns = one_hots.target_columns if self._few else one_hots.target_rows.T
            np.subtract(by_symbol, columns.reshape(by_symbol.shape), by_symbol)
        else:
            by_symbol.T.reshape(-1)[batch.target_cells] -= 1
