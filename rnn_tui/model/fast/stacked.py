"""The notebook's network for short sequences and small layers, with fewer calls.

At these sizes a call costs more than its arithmetic, so the equations of `unrolled.py` are stacked
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

import math

import numpy as np
from numpy.typing import DTypeLike

from rnn_tui.model.batch import Batch
from rnn_tui.model.buffers import Array, buffer
from rnn_tui.model.cell import Carry, Cell, network_tensors
from rnn_tui.model.cells.rnn import Elman
from rnn_tui.model.interruption import AtStep
from rnn_tui.model.parameters import Layout, Parameters, Place

_MOST_NUMBERS = 6_500  # in the matrix M, for single sequences
_MOST_PRODUCTS = 10_000  # numbers in M times sequences, for mini-batches
_FEW_NUMBERS = 300  # in M, for mini-batches of any size
_FEW_SYMBOLS = 16  # up to which the sums of exponentials are repeated for each symbol


def is_faster(cell: Cell, batch: int, symbols: tuple[int, int], hidden: int) -> bool:
    """Whether `Stacked` can do it and is faster than `Unrolled`: 1.3 to 2 times where it is.

    Its bound for logits that need no shift holds for tanh, whose activations are at most 1.
    """
    if cell != Elman("tanh"):
        return False
    inputs, outputs = symbols
    numbers = (inputs + 1 + hidden) * (hidden + outputs)
    if batch == 1:
        return numbers <= _MOST_NUMBERS
    return numbers <= _FEW_NUMBERS or numbers * batch <= _MOST_PRODUCTS


def stacked_layout(cell: Cell, symbols: tuple[int, int], hidden: int) -> Layout:
    """The five tensors in the matrix M, row by row; its corner is zeros."""
    inputs, outputs = symbols
    width = hidden + outputs
    places = {
        "W": Place(0, width),
        "b_h": Place(inputs * width, width),
        "b_o": Place(inputs * width + hidden, width),
        "U": Place((inputs + 1) * width, width),
        "V": Place((inputs + 1) * width + hidden, width),
    }
    named = network_tensors(cell, inputs, outputs, hidden)
    size = (inputs + 1 + hidden) * width
    return Layout(named, tuple(places[tensor.name] for tensor in named), size)


class Stacked:
    """Outputs and gradients with parameters in the stacked layout; fulfils `Outputs`.

    Shifts are zeros, or the largest logits where exp might overflow. The arguments are those of
    `Unrolled`; ``at_step`` is never called, because a pass is short.
    """

    def __init__(
        self, steps: int, batch: int, symbols: tuple[int, int], hidden: int, dtype: DTypeLike
    ) -> None:
        T, B, H = steps, batch, hidden
        inputs, outputs = symbols
        rows, columns = inputs + 1 + H, H + outputs

        def make(*shape: int) -> Array:
            return buffer(shape, dtype)

        # Copies of M, so that the views below are the same for whatever parameters.
        self._M, self._M_transposed = make(rows, columns), make(columns, rows)
        self._numbers, self._UV = self._M.reshape(-1), self._M[inputs + 1 :]
        self._one = np.ones((), dtype)
        self._gradient: Parameters | None = None  # whose views are `_dM` and `_corner`
        s = make(T + 1, columns, B)
        self._zd = zd = make(T + 1, rows + columns, B)  # z_t above d_t
        z, d = zd[:, :rows], zd[:, rows:]
        z[:, inputs] = 1
        self._x, self._a_h = z[:T, :inputs].transpose(1, 0, 2), z[1:, inputs + 1 :]
        self._a_before, self._is_carried = z[0, inputs + 1 :], False  # zeros unless carried in
        self._slope, self._da_h = make(T, H, B), make(H, B)
        self.shifts, self._is_shifted = make(T, B), False
        # By symbol, so that all sums over symbols are one product.
        self.logits, self._ds_o = s[1:, H:].transpose(1, 0, 2), d[1:, H:].transpose(1, 0, 2)
        rows_of_sums = outputs if outputs <= _FEW_SYMBOLS else 1
        self._exp, self._ones = make(outputs, T, B), np.ones((rows_of_sums, outputs), dtype)
        self._exp_columns, self._sums = self._exp.reshape(outputs, -1), make(rows_of_sums, T * B)
        self.exp_sums = self._sums[0].reshape(T, B)
        # Up to this logit exp(±s_o), and a sum of many of them, is safe without a shift. No logit
        # is larger than Σ|V| + |b_o| ≤ (√H + 1) ‖V, b_o‖ ≤ (√H + 1) ‖M‖.
        largest_logit = 75.0 if np.dtype(dtype) == np.float32 else 600.0
        self._surely_small = (largest_logit / (math.sqrt(H) + 1)) ** 2
        # Σ z dᵀ is one product once time and sequence are one axis.
        self._by_row = make(rows + columns, T + 1, B)
        gathered = zd[:, :, 0].T if B == 1 else self._by_row.reshape(rows + columns, -1)
        self._z_rows, self._d_columns = gathered[:rows], gathered[rows:].T

        slope = self._slope
        if B == 1:  # vectors, which are multiplied faster than matrices of one column
            z, d, s, slope = (array[..., 0] for array in (z, d, s, slope))
            self._da_h = self._da_h[:, 0]
            products = [(z_t.dot, self._M) for z_t in z]
        else:
            products = [(self._M_transposed.dot, z_t) for z_t in z]
        steps_forward = zip(products, s, s[:, :H], z[1:, inputs + 1 :], strict=False)
        self._forward = [(*product, *arrays) for product, *arrays in steps_forward]
        self._last = (*products[T], s[T])
        self._backward = list(zip(d[1:], slope, d[:T, :H], strict=True))[::-1]
        self._batch = B

    def forward(
        self,
        parameters: Parameters,
        batch: Batch,
        at_step: AtStep | None = None,
        carried: Carry | None = None,
    ) -> Stacked:
        """Fill s_h, a_h, s_o, exp(s_o) and its sums; see `Network.forward`."""
        tanh = np.tanh
        self._numbers[...] = parameters.flat
        self._x[...] = batch.one_hot_inputs(self._M.dtype)
        if carried is not None or self._is_carried:
            self._a_before[...] = 0 if carried is None else carried[0].T
            self._is_carried = carried is not None
        if self._batch > 1:
            self._M_transposed[...] = self._M.T

        # [s_h,t; s_o,t-1] = Mᵀ z_t      a_h,t = tanh(s_h,t)
        for product, factor, s, s_h, a_h in self._forward:
            product(factor, s)
            tanh(s_h, a_h)
        product, factor, s = self._last
        product(factor, s)
        self._take_exponentials()
        return self

    def backward(
        self,
        parameters: Parameters,
        batch: Batch,
        gradient: Parameters,
        at_step: AtStep | None = None,
    ) -> None:
        """Fill the gradient, summed over time and sequences; see `Network.backward`."""
        multiply, subtract = np.multiply, np.subtract

        # ∂L/∂s_o,t = softmax(s_o,t) − y_t
        np.divide(self._exp_columns, self._sums, self._exp_columns)
        subtract(self._exp, batch.one_hot_targets(self._M.dtype), self._ds_o)
        if (weights := batch.weights(self._M.dtype)) is not None:
            multiply(self._ds_o, weights, self._ds_o)

        # ∂L/∂s_h,t = ([U V] d_t+1) ∘ (1 − a_h,t²)
        slope, da_h = self._slope, self._da_h
        np.square(self._a_h, slope)
        subtract(self._one, slope, slope)
        product = self._UV.dot
        for d, slope, ds_h in self._backward:
            product(d, da_h)
            multiply(da_h, slope, ds_h)

        # dM = Σ z_t d_tᵀ
        if self._batch > 1:
            self._by_row[...] = self._zd.transpose(1, 0, 2)
        if gradient is not self._gradient:
            self._gradient, self._dM = gradient, gradient.flat.reshape(self._M.shape)
            self._corner = self._dM[: batch.symbols[0], -batch.symbols[1] :]
        self._z_rows.dot(self._d_columns, self._dM)
        self._corner.fill(0)  # it belongs to no parameter

    def carry(self) -> Carry:
        """The last a_h."""
        return (self._a_h[-1].T,)

    def _take_exponentials(self) -> None:
        """Exp(s_o), shifted where it might overflow, and its sums over the symbols."""
        exp, shifts, was_shifted = self._exp, self.shifts, self._is_shifted
        self._is_shifted = not self._numbers.dot(self._numbers) < self._surely_small
        if self._is_shifted:
            np.maximum.reduce(self.logits, axis=0, out=shifts)
            np.subtract(self.logits, shifts, exp)
            np.exp(exp, exp)
        else:
            if was_shifted:
                shifts.fill(0)
            np.exp(self.logits, exp)
        self._ones.dot(self._exp_columns, self._sums)
