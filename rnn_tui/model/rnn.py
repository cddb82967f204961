"""The notebook's recurrent network: forward pass, loss, backpropagation through time.

The equations are those of the notebook's sections *Feed forward* and *Backpropagation
Through Time* (Elman, *Finding structure in time*, 1990; Werbos, *Backpropagation through
time*, 1990), for T steps, B sequences, V symbols and H hidden nodes:

    s_h,t = x_t W + a_h,t-1 U + b_h      a_h,t = tanh(s_h,t)      a_h,-1 = 0
    s_o,t = a_h,t V + b_o                ŷ_t = softmax(s_o,t)
    L = Σ_t −log ŷ_t[y_t]

Arrays are time-major. A one-hot row times W is a row of W, so symbols stay indices. All
that can be computed for all time steps at once is; the loops over time hold only what is
recurrent.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import DTypeLike

from rnn_tui.model.batch import Batch
from rnn_tui.model.buffers import Array, buffer
from rnn_tui.model.head import Softmax
from rnn_tui.model.interruption import AtStep, polled
from rnn_tui.model.parameters import Layout, Parameters, Tensor, one_after_another
from rnn_tui.model.products import sum_by_input, sum_of_products


def tensors(symbols: int, hidden: int) -> tuple[Tensor, ...]:
    """The five tensors, in the notebook's order."""
    return (
        Tensor("W", "x→h", (symbols, hidden), transposed=True),
        Tensor("U", "h→h", (hidden, hidden)),
        Tensor("V", "h→o", (hidden, symbols), transposed=True),
        Tensor("b_h", "", (hidden,)),
        Tensor("b_o", "", (symbols,)),
    )


def layout(symbols: int, hidden: int) -> Layout:
    """The five tensors one after another."""
    return one_after_another(*tensors(symbols, hidden))


_NUMBERS_TOGETHER = 65_536
"""Of (t, B, H) in a `TimeBlock`: they stay in the cache, and a callable is soon called again."""


class TimeBlock(NamedTuple):
    """Time steps that are computed together.

    Attributes:
        times: which.
        rows: the same among the T·B.
        forward: for each but t = 0: a_h,t-1, s_h,t, a_h,t.
        backward: for each but t = T − 1, the last one first: ∂L/∂s_h,t+1, ∂L/∂s_h,t, slope.
    """

    times: slice
    rows: slice
    forward: list[tuple[Array, Array, Array]]
    backward: list[tuple[Array, Array, Array]]


class Unrolled:
    """The network unrolled over T steps for B sequences: every quantity of the equations.

    The buffers, and the views of each time step, are made once.

    Args:
        steps: T.
        batch: B.
        symbols: V.
        hidden: H.
        dtype: float64 or float32, that of the parameters.

    Attributes:
        s_h: (T, B, H) weighted sums of the hidden layer.
        a_h: (T, B, H) activations of the hidden layer.
        head: the output layer, with s_o, ŷ and ∂L/∂s_o.
        ds_h: (T, B, H) ∂L/∂s_h, of the sum over time and sequences.
    """

    def __init__(
        self, steps: int, batch: int, symbols: int, hidden: int, dtype: DTypeLike = np.float64
    ) -> None:
        shape = steps, batch, hidden
        self.s_h, self.a_h, self.ds_h = (buffer(shape, dtype) for _ in range(3))
        self.head = Softmax(steps, batch, symbols, dtype)
        self._a_rows, self._ds_rows = self.a_h.reshape(-1, hidden), self.ds_h.reshape(-1, hidden)
        self._logits = self.head.logits.reshape(symbols, -1)
        self._ds_o_rows = self.head.ds_o.reshape(symbols, -1).T
        together = min(steps, max(1, _NUMBERS_TOGETHER // (batch * hidden)))
        self._slopes = buffer((together, batch, hidden), dtype)
        self._blocks = [
            self._block(start, min(start + together, steps)) for start in range(0, steps, together)
        ]
        self._product = buffer((batch, hidden) if batch > 1 else (hidden,), dtype)
        self._U_transposed = buffer((hidden, hidden), dtype)  # contiguous ones are faster
        self._V_transposed = buffer((symbols, hidden), dtype)

    def _block(self, start: int, stop: int) -> TimeBlock:
        steps, batch, _ = self.a_h.shape
        # For one sequence vectors, which are multiplied faster than matrices of one row.
        arrays = self.s_h, self.a_h, self.ds_h, self._slopes
        s_h, a_h, ds_h, slopes = (a[:, 0] if batch == 1 else a for a in arrays)
        times = range(start, stop)
        return TimeBlock(
            slice(start, stop),
            slice(start * batch, stop * batch),
            [(a_h[t - 1], s_h[t], a_h[t]) for t in times if t > 0],
            [(ds_h[t + 1], ds_h[t], slopes[t - start]) for t in times[::-1] if t + 1 < steps],
        )

    def forward(
        self, parameters: Parameters, batch: Batch, at_step: AtStep | None = None
    ) -> Softmax:
        """Fill s_h, a_h and the output layer, which is returned; see `Network.forward`."""
        W, U, V, b_h, b_o = (parameters[name] for name in ("W", "U", "V", "b_h", "b_o"))
        add, tanh, product = np.add, np.tanh, self._product

        table = W + b_h
        for block in self._blocks:
            # x_t W + b_h is a row of W + b_h
            table.take(batch.inputs[block.times], 0, self.s_h[block.times], "clip")

            # s_h,t += a_h,t-1 U      a_h,t = tanh(s_h,t)      a_h,-1 = 0
            if block is self._blocks[0]:
                tanh(self.s_h[0], self.a_h[0])
            for a_previous, s_h, a_h in polled(block.forward, at_step):
                a_previous.dot(U, product)
                add(s_h, product, s_h)
                tanh(s_h, a_h)

            # a_h,t V
            np.matmul(V.T, self._a_rows[block.rows].T, self._logits[:, block.rows])
        # s_o,t = a_h,t V + b_o      ŷ_t = softmax(s_o,t)
        self.head.forward(b_o)
        return self.head

    def backward(
        self,
        parameters: Parameters,
        batch: Batch,
        gradient: Parameters,
        at_step: AtStep | None = None,
    ) -> None:
        """Fill the gradient of L, summed over time and sequences; see `Network.backward`.

        Each tensor of ``gradient`` must be contiguous.
        """
        self.head.output_gradient(batch)
        self.backpropagate(parameters, batch, gradient, at_step)

    def backpropagate(
        self,
        parameters: Parameters,
        batch: Batch,
        gradient: Parameters,
        at_step: AtStep | None = None,
    ) -> None:
        """From ∂L/∂s_o in the output layer to ∂L/∂s_h and the five gradients; see `backward`."""
        add, multiply, product = np.add, np.multiply, self._product
        a_rows, ds_rows, ds_o_rows = self._a_rows, self._ds_rows, self._ds_o_rows
        U_transposed, V_transposed = self._U_transposed, self._V_transposed
        U_transposed[...], V_transposed[...] = parameters["U"].T, parameters["V"].T

        for block in reversed(self._blocks):
            # ∂L/∂a_h,t = ∂L/∂s_o,t Vᵀ, the recurrent term follows
            np.matmul(ds_o_rows[block.rows], V_transposed, ds_rows[block.rows])
            # ∂a_h,t/∂s_h,t = 1 − a_h,t²
            a_h = self.a_h[block.times]
            slopes = self._slopes[: len(a_h)]
            np.square(a_h, slopes)
            np.subtract(1, slopes, slopes)

            # ∂L/∂s_h,t = (∂L/∂a_h,t + ∂L/∂s_h,t+1 Uᵀ) ∘ (1 − a_h,t²)
            if block is self._blocks[-1]:
                multiply(self.ds_h[-1], slopes[-1], self.ds_h[-1])
            for ds_later, ds_h, slope in polled(block.backward, at_step):
                ds_later.dot(U_transposed, product)
                add(ds_h, product, ds_h)
                multiply(ds_h, slope, ds_h)

        # dW = Σ x_tᵀ ∂L/∂s_h,t
        sum_by_input(ds_rows, batch, gradient["W"])
        # dU = Σ a_h,t-1ᵀ ∂L/∂s_h,t
        B = batch.size  # rows of a time step
        sum_of_products(a_rows[:-B], ds_rows[B:], gradient["U"], at_step)
        # dV = Σ a_h,tᵀ ∂L/∂s_o,t
        sum_of_products(a_rows, ds_o_rows, gradient["V"], at_step)
        # db_h = Σ ∂L/∂s_h,t, of the steps of all symbols      db_o = Σ ∂L/∂s_o,t
        np.add.reduce(gradient["W"], 0, out=gradient["b_h"])
        np.add.reduce(ds_o_rows, 0, out=gradient["b_o"])
