"""The same network for short sequences and small layers, with fewer calls.

At these sizes a call costs more than its arithmetic, so the equations of `rnn.py` are stacked
into as few products as there can be. With the columns, one for each sequence,

    z_t = [x_t; 1; a_h,t-1]      d_t = [∂L/∂s_h,t; ∂L/∂s_o,t-1]

and all parameters in one matrix

    M = [ W    0  ]
        [ b_h  b_o ]
        [ U    V  ]

the forward pass is [s_h,t; s_o,t-1] = Mᵀ z_t, the recurrent part of the backward pass is
∂L/∂a_h,t = [U V] d_t+1, and all five gradients are one product, Σ z_t d_tᵀ, but for the
corner that belongs to no parameter.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import DTypeLike

from rnn_tui.model.batch import Batch
from rnn_tui.model.parameters import Layout, Parameters, Place
from rnn_tui.model.rnn import FEW_SYMBOLS, tensors

_MOST_NUMBERS = 5_000
_MOST_PRODUCTS = 20_000


def pays(batch: int, symbols: int, hidden: int) -> bool:
    """Whether this is faster than `rnn.Unrolled`: measured 1.2 to 1.6 times where it is."""
    numbers = (symbols + 1 + hidden) * (hidden + symbols)
    small = numbers <= _MOST_NUMBERS and numbers * batch <= _MOST_PRODUCTS
    return small and symbols <= FEW_SYMBOLS


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


class Stacked:
    """Loss and gradients with parameters in the stacked layout; arrays are (T, n, B).

    Args:
        parameters: the live parameters, in the stacked layout.
        gradient: receives the gradients, in the stacked layout.
        steps: T.
        batch: B.
        symbols: V.
        hidden: H.
        dtype: float64 or float32.

    Attributes:
        logits: (T·B, V) s_o.
        exp_sums: (T·B,) Σ exp(s_o − shift).
        shifts: (T·B, 1) what was subtracted; stale after an unshifted pass.
    """

    def __init__(
        self,
        parameters: Parameters,
        gradient: Parameters,
        steps: int,
        batch: int,
        symbols: int,
        hidden: int,
        dtype: DTypeLike,
    ) -> None:
        T, B, V, H = steps, batch, symbols, hidden
        rows, columns = V + 1 + H, H + V
        self._M = parameters.flat.reshape(rows, columns)
        self._dM = gradient.flat.reshape(rows, columns)
        self._corner, self._UV = self._dM[:V, H:], self._M[V + 1 :]
        self._M_transposed = np.empty((columns, rows), dtype)
        z, d = np.zeros((T + 1, rows, B), dtype), np.zeros((T + 1, columns, B), dtype)
        z[:, V] = 1
        s = np.empty((T + 1, columns, B), dtype)
        self._x, self._a_h = z[:T, :V], z[1:, V + 1 :]
        self._s_o, self._ds_o = s[1:, H:], d[1:, H:]
        self._exp, self._sums = np.empty((T, V, B), dtype), np.empty((T, 1, B), dtype)
        self._shift = np.zeros((T, 1, B), dtype)
        self._slope, self._da_h = np.empty((T, H, B), dtype), np.empty((H, B), dtype)
        # Σ_t,b z dᵀ is one product of copies in which (t, b) is one axis.
        self._z, self._z_rows = z.transpose(1, 0, 2), np.empty((rows, T + 1, B), dtype)
        self._d, self._d_rows = d.transpose(0, 2, 1), np.empty((T + 1, B, columns), dtype)
        self._z_matrix = self._z_rows.reshape(rows, -1)
        self._d_matrix = self._d_rows.reshape(-1, columns)
        self._s_o_by_row = self._s_o.transpose(0, 2, 1)
        self._logits = np.empty((T, B, V), dtype)
        self.logits = self._logits.reshape(-1, V)
        self.exp_sums, self.shifts = self._sums.reshape(-1), self._shift.reshape(-1, 1)
        # The views of each time step, made once.
        self._forward_steps = [(z[t], s[t], s[t, :H], z[t + 1, V + 1 :]) for t in range(T)]
        self._last = (z[T], s[T])
        self._backward_steps = [(d[t + 1], self._slope[t], d[t, :H]) for t in reversed(range(T))]

    def gradients(self, batch: Batch, *, shift: bool = True) -> None:
        """Forward and backward pass; the gradient is summed over time and sequences.

        Args:
            batch: the symbols.
            shift: False only where `rnn.logits_are_small` holds.
        """
        tanh, multiply, subtract = np.tanh, np.multiply, np.subtract
        dtype = self._exp.dtype
        self._x[...] = batch.one_hot_inputs_by_step(dtype)
        self._M_transposed[...] = self._M.T

        # [s_h,t; s_o,t-1] = Mᵀ z_t      a_h,t = tanh(s_h,t)
        product = self._M_transposed.dot
        for z, s, s_h, a_h in self._forward_steps:
            product(z, s)
            tanh(s_h, a_h)
        z, s = self._last
        product(z, s)
        self._logits[...] = self._s_o_by_row

        # ∂L/∂s_o,t = softmax(s_o,t) − y_t
        exp = self._exp
        if shift:
            np.maximum.reduce(self._s_o, axis=1, out=self._shift, keepdims=True)
            subtract(self._s_o, self._shift, exp)
            np.exp(exp, exp)
        else:
            np.exp(self._s_o, exp)
        np.add.reduce(exp, axis=1, out=self._sums, keepdims=True)
        np.divide(exp, self._sums, exp)
        subtract(exp, batch.one_hot_targets_by_step(dtype), self._ds_o)

        # ∂L/∂s_h,t = ([U V] d_t+1) ∘ (1 − a_h,t²)
        multiply(self._a_h, self._a_h, self._slope)
        subtract(1, self._slope, self._slope)
        product, da_h = self._UV.dot, self._da_h
        for d, slope, ds_h in self._backward_steps:
            product(d, da_h)
            multiply(da_h, slope, ds_h)

        # dM = Σ z_t d_tᵀ
        self._z_rows[...] = self._z
        self._d_rows[...] = self._d
        self._z_matrix.dot(self._d_matrix, self._dM)
        self._corner[...] = 0
