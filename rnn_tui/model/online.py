"""The same network for online training of one short sequence at a time, with fewer calls.

At these sizes a call costs more than its arithmetic, so the equations of `rnn.py` are stacked
into as few products as there can be. With the rows

    z_t = [x_t, 1, a_h,t-1]      d_t = [∂L/∂s_h,t, ∂L/∂s_o,t-1]

and all parameters in one matrix

    M = [ W    0  ]
        [ b_h  b_o ]
        [ U    V  ]

the forward pass is [s_h,t, s_o,t-1] = z_t M, the recurrent part of the backward pass is
∂L/∂a_h,t = [U V] d_t+1ᵀ, and all five gradients are one product, Σ z_tᵀ d_t, but for the
corner that belongs to no parameter.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import DTypeLike

from rnn_tui.model.batch import Batch
from rnn_tui.model.parameters import Layout, Parameters, Place
from rnn_tui.model.rnn import AtStep, tensors

_MOST_NUMBERS = 5_000
_MOST_SYMBOLS = 16


def pays(batch: int, symbols: int, hidden: int) -> bool:
    """Whether this is faster than `rnn.Unrolled`: measured 1.3 to 1.6 times where it is."""
    numbers = (symbols + 1 + hidden) * (hidden + symbols)
    return batch == 1 and symbols <= _MOST_SYMBOLS and numbers <= _MOST_NUMBERS


def stacked_layout(symbols: int, hidden: int) -> Layout:
    """The five tensors in the matrix M, row by row; its corner is zeros."""
    width = hidden + symbols
    places = {
        "W": Place(0, width),
        "b_h": Place(symbols * width, width),
        "b_o": Place(symbols * width + hidden, width),
        "U": Place((symbols + 1) * width, width),
        "V": Place((symbols + 1) * width + hidden, width),
    }
    named = tensors(symbols, hidden)
    size = (symbols + 1 + hidden) * width
    return Layout(named, tuple(places[tensor.name] for tensor in named), size)


class Online:
    """One sequence: loss and gradients with parameters in the stacked layout.

    Args:
        parameters: the live parameters, in the stacked layout.
        gradient: receives the gradients, in the stacked layout.
        steps: T.
        symbols: V.
        hidden: H.
        dtype: float64 or float32.

    Attributes:
        logits: (T, V) s_o.
        exp_sums: (T,) Σ exp(s_o − shift).
        shifts: (T, 1) what was subtracted; zeros after an unshifted pass.
    """

    def __init__(
        self,
        parameters: Parameters,
        gradient: Parameters,
        steps: int,
        symbols: int,
        hidden: int,
        dtype: DTypeLike,
    ) -> None:
        T, V, H = steps, symbols, hidden
        self._M = parameters.flat.reshape(V + 1 + H, H + V)
        self._dM = gradient.flat.reshape(V + 1 + H, H + V)
        self._corner = self._dM[:V, H:]
        z, d = np.zeros((T + 1, V + 1 + H), dtype), np.zeros((T + 1, H + V), dtype)
        z[:, V] = 1
        s = np.empty((T + 1, H + V), dtype)
        self._x, self._a_h, self._zT, self._d = z[:T, :V], z[1:, V + 1 :], z.T, d
        self.logits, self._ds_o = s[1:, H:], d[1:, H:]
        self.exp_sums, self.shifts = np.empty(T, dtype), np.zeros((T, 1), dtype)
        self._exp, self._ones = np.empty((T, V), dtype), np.ones(V, dtype)
        self._sum_columns = self.exp_sums[:, np.newaxis]
        self._slope, self._da_h = np.empty((T, H), dtype), np.empty(H, dtype)
        self._UV = self._M[V + 1 :]
        self._forward_steps = [(z[t], s[t], s[t, :H], z[t + 1, V + 1 :]) for t in range(T)]
        self._last = (z[T], s[T])
        self._backward_steps = [(d[t + 1], self._slope[t], d[t, :H]) for t in reversed(range(T))]

    def gradients(self, batch: Batch, at_step: AtStep | None = None, *, shift: bool = True) -> None:
        """Forward and backward pass for one sequence.

        Args:
            batch: of size 1.
            at_step: not called, a pass is over in microseconds.
            shift: False only where `rnn.logits_are_small` holds.
        """
        M, tanh, multiply, subtract = self._M, np.tanh, np.multiply, np.subtract
        dtype = self._exp.dtype
        self._x[...] = batch.one_hot_inputs(dtype)

        # [s_h,t, s_o,t-1] = z_t M      a_h,t = tanh(s_h,t)
        for z, s, s_h, a_h in self._forward_steps:
            z.dot(M, s)
            tanh(s_h, a_h)
        z, s = self._last
        z.dot(M, s)

        # ∂L/∂s_o,t = softmax(s_o,t) − y_t
        exp = self._exp
        if shift:
            np.maximum.reduce(self.logits, axis=1, out=self.shifts, keepdims=True)
            subtract(self.logits, self.shifts, exp)
            np.exp(exp, exp)
        else:
            np.exp(self.logits, exp)
        exp.dot(self._ones, self.exp_sums)
        np.divide(exp, self._sum_columns, exp)
        subtract(exp, batch.one_hot_targets(dtype), self._ds_o)

        # ∂L/∂s_h,t = ([U V] d_t+1ᵀ) ∘ (1 − a_h,t²)
        multiply(self._a_h, self._a_h, self._slope)
        subtract(1, self._slope, self._slope)
        UV, da_h = self._UV, self._da_h
        for d, slope, ds_h in self._backward_steps:
            UV.dot(d, da_h)
            multiply(da_h, slope, ds_h)

        # dM = Σ z_tᵀ d_t
        self._zT.dot(self._d, self._dM)
        self._corner[...] = 0
