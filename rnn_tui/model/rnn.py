"""The notebook's recurrent network: forward pass, loss, backpropagation through time.

The equations are those of the notebook's sections *Feed forward* and *Backpropagation
Through Time* (Elman, *Finding structure in time*, 1990; Werbos, *Backpropagation through
time*, 1990), for T steps, B sequences, V symbols and H hidden nodes:

    s_h,t = x_t W + a_h,t-1 U + b_h      a_h,t = tanh(s_h,t)      a_h,-1 = 0
    s_o,t = a_h,t V + b_o                ŷ_t = softmax(s_o,t)
    L = Σ_t −log ŷ_t[y_t]

Arrays are time-major. A one-hot row times W is a row of W, so symbols stay indices. All
that can be computed for every time step at once is; the loops over time hold only what
is recurrent.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import DTypeLike, NDArray

from rnn_tui.model.batch import Batch, Tokens
from rnn_tui.model.parameters import Float, Layout, Parameters, Tensor

Array = NDArray[Float]
AtStep = Callable[[], None]
"""Called at each time step; may raise `Interrupted`."""


class Interrupted(Exception):
    """Raised by an `AtStep` callable to leave a pass half-way; nothing has changed then."""


def layout(symbols: int, hidden: int) -> Layout:
    """The five tensors, in the notebook's order."""
    return (
        Tensor("W", "x→h", (symbols, hidden), transposed=True),
        Tensor("U", "h→h", (hidden, hidden)),
        Tensor("V", "h→o", (hidden, symbols), transposed=True),
        Tensor("b_h", "", (hidden,)),
        Tensor("b_o", "", (symbols,)),
    )


class Unrolled:
    """The network unrolled over T steps for B sequences: every quantity of the equations.

    The buffers are allocated once and overwritten by each pass.

    Args:
        steps: T.
        batch: B.
        symbols: V.
        hidden: H.
        dtype: float64 or float32.

    Attributes:
        s_h: (T, B, H) weighted sums of the hidden layer.
        a_h: (T, B, H) activations of the hidden layer.
        s_o: (T, B, V) logits.
        y_hat: (T, B, V) probabilities ŷ.
        ds_o: (T, B, V) ∂L/∂s_o, of the sum over time and sequences.
        ds_h: (T, B, H) ∂L/∂s_h, of the sum over time and sequences.
    """

    def __init__(
        self, steps: int, batch: int, symbols: int, hidden: int, dtype: DTypeLike = np.float64
    ) -> None:
        def empty(*shape: int) -> Array:
            return np.empty(shape, dtype)

        self.steps, self.batch, self.symbols, self.hidden = steps, batch, symbols, hidden
        self.s_h, self.ds_h = empty(steps, batch, hidden), empty(steps, batch, hidden)
        self.s_o, self.ds_o = empty(steps, batch, symbols), empty(steps, batch, symbols)
        self.y_hat = empty(steps, batch, symbols)
        self._states = empty(steps + 1, batch, hidden)  # a_h, with a_h,-1 = 0 before it
        self._states[0] = 0
        self.a_h, self._a_previous = self._states[1:], self._states[:-1]
        self._slope = empty(steps, batch, hidden)
        self._table = empty(symbols, hidden)
        self._product = empty(batch, hidden)
        self._U_transposed = empty(hidden, hidden)
        self._maximum, self._sum = empty(steps, batch, 1), empty(steps, batch, 1)
        self._ones = np.ones(steps * batch, dtype)
        self._grouped = empty(steps * batch, hidden)
        # One view for each time step, made once.
        self._forward_steps = list(zip(self.s_h, self.a_h, self._a_previous, strict=True))[1:]
        self._backward_steps = list(zip(self.ds_h, self._slope, strict=True))[::-1]

    def forward(self, parameters: Parameters, batch: Batch, at_step: AtStep | None = None) -> None:
        """Fill s_h, a_h, s_o and ŷ.

        Raises:
            Interrupted: if ``at_step`` does.
        """
        W, U, V = parameters["W"], parameters["U"], parameters["V"]
        b_h, b_o = parameters["b_h"], parameters["b_o"]

        # x_t W + b_h, a row of the table W + b_h for each symbol
        np.add(W, b_h, out=self._table)
        np.take(self._table, batch.inputs, axis=0, out=self.s_h, mode="clip")

        # s_h,t += a_h,t-1 U      a_h,t = tanh(s_h,t)
        product, add, tanh = self._product, np.add, np.tanh
        tanh(self.s_h[0], self.a_h[0])
        for s_h, a_h, a_previous in self._forward_steps:
            if at_step is not None:
                at_step()
            a_previous.dot(U, product)
            add(s_h, product, s_h)
            tanh(s_h, a_h)

        # s_o,t = a_h,t V + b_o
        np.dot(_rows(self.a_h), V, _rows(self.s_o))
        self.s_o += b_o

        # ŷ_t = softmax(s_o,t), shifted by the largest logit so that exp cannot overflow
        np.max(self.s_o, axis=2, keepdims=True, out=self._maximum)
        np.subtract(self.s_o, self._maximum, out=self.y_hat)
        np.exp(self.y_hat, out=self.y_hat)
        np.sum(self.y_hat, axis=2, keepdims=True, out=self._sum)
        self.y_hat /= self._sum

    def loss(self, batch: Batch) -> Array:
        """−log ŷ_t[y_t] for each symbol, (T, B), in nats.

        Taken from the logits (log-sum-exp), so that finite logits never give infinity.
        """
        target = self.s_o.reshape(-1).take(batch.target_cells).reshape(self.steps, self.batch)
        terms: Array = np.log(self._sum[:, :, 0]) + (self._maximum[:, :, 0] - target)
        return terms

    def correct(self, batch: Batch) -> NDArray[np.bool_]:
        """Whether the most probable symbol is the target, (T, B)."""
        correct: NDArray[np.bool_] = self.s_o.argmax(axis=2) == batch.targets
        return correct

    def blame_outputs(self, batch: Batch) -> None:
        """∂L/∂s_o,t = ŷ_t − y_t, for targets that are symbols."""
        self.ds_o[...] = self.y_hat
        self.ds_o.reshape(-1)[batch.target_cells] -= 1

    def backward(
        self,
        parameters: Parameters,
        batch: Batch,
        gradient: Parameters,
        at_step: AtStep | None = None,
    ) -> None:
        """From ∂L/∂s_o, which must be filled, to ∂L/∂s_h and the five gradients.

        Args:
            parameters: those of the forward pass.
            batch: that of the forward pass.
            gradient: receives the gradient of L, summed over time and sequences.
            at_step: called at each time step.

        Raises:
            Interrupted: if ``at_step`` does; ``gradient`` is incomplete then.
        """
        U, V = parameters["U"], parameters["V"]

        # ∂L/∂a_h,t = ∂L/∂s_o,t Vᵀ, the recurrent term follows in the loop
        np.dot(_rows(self.ds_o), V.T, _rows(self.ds_h))
        # ∂a_h,t/∂s_h,t = 1 − a_h,t²
        np.multiply(self.a_h, self.a_h, out=self._slope)
        np.subtract(1, self._slope, out=self._slope)

        # ∂L/∂s_h,t = (∂L/∂a_h,t + ∂L/∂s_h,t+1 Uᵀ) ∘ (1 − a_h,t²)
        self._U_transposed[...] = U.T  # contiguous, twice as fast in the loop
        U_transposed, product = self._U_transposed, self._product
        add, multiply = np.add, np.multiply
        later: Array | None = None
        for ds_h, slope in self._backward_steps:
            if at_step is not None:
                at_step()
            if later is not None:
                later.dot(U_transposed, product)
                add(ds_h, product, ds_h)
            multiply(ds_h, slope, ds_h)
            later = ds_h

        ds_h_rows, ds_o_rows = _rows(self.ds_h), _rows(self.ds_o)
        # dW = Σ x_tᵀ ∂L/∂s_h,t
        self._sum_by_symbol(batch, ds_h_rows, gradient["W"])
        # dU = Σ a_h,t-1ᵀ ∂L/∂s_h,t
        np.dot(_rows(self._a_previous).T, ds_h_rows, gradient["U"])
        # dV = Σ a_h,tᵀ ∂L/∂s_o,t
        np.dot(_rows(self.a_h).T, ds_o_rows, gradient["V"])
        # db_h = Σ ∂L/∂s_h,t      db_o = Σ ∂L/∂s_o,t
        np.dot(self._ones, ds_h_rows, gradient["b_h"])
        np.dot(self._ones, ds_o_rows, gradient["b_o"])

    def _sum_by_symbol(self, batch: Batch, rows: Array, out: Array) -> None:
        """The rows of each input symbol summed: a product with the one-hot inputs."""
        order, slices = batch.by_symbol
        np.take(rows, order, axis=0, out=self._grouped, mode="clip")
        out[...] = 0
        for symbol, places in slices:
            np.dot(self._ones[places], self._grouped[places], out[symbol])


def _rows(array: Array) -> Array:
    """(T, B, n) as (T·B, n), without a copy."""
    return array.reshape(-1, array.shape[-1])


def unrolled_for(batch: Batch, hidden: int, dtype: DTypeLike = np.float64) -> Unrolled:
    """Buffers of the size of a mini-batch."""
    return Unrolled(batch.steps, batch.size, batch.symbols, hidden, dtype)


__all__ = ["AtStep", "Batch", "Interrupted", "Tokens", "Unrolled", "layout", "unrolled_for"]
