"""The output layer's softmax and loss, for all time steps and sequences at once.

Arrays are (V, T, B), symbol by symbol, so that a sum over symbols adds long rows.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import DTypeLike

from rnn_tui.model.batch import Batch, Tokens
from rnn_tui.model.buffers import Array, buffer


class Outputs(Protocol):
    """The outputs of a forward pass, valid until the next one.

    Attributes:
        logits: (V, T, B) s_o.
        exp_sums: (T, B) Σ exp(s_o − shift).
        shifts: (T, B) what was subtracted before exp, so that it does not overflow.
    """

    logits: Array
    exp_sums: Array
    shifts: Array


def symbol_losses(outputs: Outputs, batch: Batch) -> Array:
    """(T, B) −log ŷ[y] in nats, from the logits, so that finite ones never give infinity.

    0 where no symbol is scored.
    """
    of_targets = np.take_along_axis(outputs.logits, batch.targets[np.newaxis], 0)[0]
    losses: Array = np.log(outputs.exp_sums) + (outputs.shifts - of_targets)  # nearly equal: first
    if batch.scored is not None:
        losses[~batch.scored] = 0
    return losses


def predicted(outputs: Outputs) -> Tokens:
    """(T, B) the most probable symbols."""
    symbols: Tokens = outputs.logits.argmax(0)
    return symbols


def count_correct(symbols: Tokens, batch: Batch) -> int:
    """How many of these (T, B) symbols are scored and right."""
    right = symbols == batch.targets
    return int(np.count_nonzero(right if batch.scored is None else right & batch.scored))


class Softmax:
    """ŷ = softmax(s_o) and ∂L/∂s_o; fulfils `Outputs`, with the largest logits as shifts.

    Attributes:
        logits: to be filled with a_h,t V before each pass.
        y_hat: (V, T, B) probabilities ŷ.
        ds_o: (V, T, B) ∂L/∂s_o.
    """

    def __init__(self, steps: int, batch: int, symbols: int, dtype: DTypeLike) -> None:
        shape = (symbols, steps, batch)
        self.logits, self.y_hat, self.ds_o = (buffer(shape, dtype) for _ in range(3))
        self.exp_sums, self.shifts = (buffer(shape[1:], dtype) for _ in range(2))

    def forward(self, b_o: Array) -> None:
        """From a_h,t V in ``logits`` to s_o,t = a_h,t V + b_o and ŷ_t = softmax(s_o,t).

        Overflow is not an error here; the caller silences its warnings (`np.errstate`).
        """
        s_o, exp = self.logits, self.y_hat
        np.add(s_o, b_o[:, np.newaxis, np.newaxis], s_o)
        np.maximum.reduce(s_o, 0, out=self.shifts)
        np.subtract(s_o, self.shifts, exp)
        np.exp(exp, exp)
        np.add.reduce(exp, 0, out=self.exp_sums)
        np.divide(exp, self.exp_sums, self.y_hat)

    def output_gradient(self, batch: Batch) -> None:
        """∂L/∂s_o,t = ŷ_t − y_t, for targets that are symbols; 0 where none is scored."""
        self.ds_o[...] = self.y_hat
        self.ds_o.reshape(-1)[batch.target_indices] -= 1
        if (weights := batch.weights(self.ds_o.dtype)) is not None:
            np.multiply(self.ds_o, weights, self.ds_o)
