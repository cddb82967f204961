"""The notebook's recurrent network: forward pass, loss, backpropagation through time.

The equations are those of the notebook's sections *Feed forward* and *Backpropagation
Through Time* (Elman, *Finding structure in time*, 1990; Werbos, *Backpropagation through
time*, 1990), for T steps, B sequences, V symbols and H hidden nodes:

    s_h,t = x_t W + a_h,t-1 U + b_h      a_h,t = tanh(s_h,t)      a_h,-1 = 0
    s_o,t = a_h,t V + b_o                ŷ_t = softmax(s_o,t)
    L = Σ_t −log ŷ_t[y_t]

Arrays are time-major. A one-hot row times W is a row of W, so symbols stay indices. All
that can be computed for many time steps at once is; the loops over time hold only what
is recurrent.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import DTypeLike, NDArray

from rnn_tui.model.batch import Batch, are_few
from rnn_tui.model.buffers import Array, buffer
from rnn_tui.model.head import Softmax, output_buffer
from rnn_tui.model.interruption import AtStep, polled
from rnn_tui.model.parameters import Parameters
from rnn_tui.model.products import Recurrence, RowProducts, Sums

_NUMBERS_TOGETHER = 65_536
"""Of an array (t, B, H) that stay in the cache while all is done with these time steps."""


Times = Callable[[Array, Array], Array]


class _Stretch(NamedTuple):
    """Some time steps that are worked on together, so that their numbers stay in the cache.

    Attributes:
        times: which.
        s_h: (t, B, H), of these steps, as all that follows.
        outputs: a_h times a matrix.
        blame: ∂L/∂s_o times a matrix, into the memory of ∂L/∂s_h.
        activations: (t, B, H) a_h.
        slopes: (t, B, H) 1 − a_h²; memory that all stretches share.
        forward: for each but t = 0: a_h,t-1 times a matrix, s_h,t, a_h,t.
        backward: for each but t = T − 1, the last one first: ∂L/∂s_h,t+1 times a matrix,
            ∂L/∂s_h,t, the slope.
    """

    times: slice
    s_h: Array
    outputs: RowProducts
    blame: RowProducts
    activations: Array
    slopes: Array
    forward: list[tuple[Times, Array, Array]]
    backward: list[tuple[Times, Array, Array]]


class Unrolled:
    """The network unrolled over T steps for B sequences: every quantity of the equations.

    The buffers, and the views of each time step, are made once; a pass allocates nothing.

    Args:
        steps: T.
        batch: B.
        symbols: V.
        hidden: H.
        dtype: float64 or float32.
        keep_s_h: whether s_h is there after the forward pass; else a_h takes its place.

    Attributes:
        a_h: (T, B, H) activations of the hidden layer.
        s_o: (T, B, V) logits.
        outputs: the logits and what softmax and loss are made of.
        ds_o: (T, B, V) ∂L/∂s_o, of the sum over time and sequences.
        ds_h: (T, B, H) ∂L/∂s_h, of the sum over time and sequences.
    """

    def __init__(
        self,
        steps: int,
        batch: int,
        symbols: int,
        hidden: int,
        dtype: DTypeLike = np.float64,
        *,
        keep_s_h: bool = True,
    ) -> None:
        def make(*shape: int) -> Array:
            return buffer(shape, dtype)

        T, B, V, H = steps, batch, symbols, hidden
        self.steps, self.batch, self.symbols, self.hidden = steps, batch, symbols, hidden
        self.a_h, self.ds_h = make(T, B, H), make(T, B, H)
        self._s_h = make(T, B, H) if keep_s_h else self.a_h
        self.outputs, self._ds_o = Softmax(T, B, V, dtype), output_buffer(V, (T, B), dtype)
        self.s_o, self.ds_o = (a.transpose(1, 2, 0) for a in (self.outputs.logits, self._ds_o))
        self._table, self._V_transposed = make(V, H), make(V, H)
        self._one, self._ones_V = np.ones((), dtype), np.ones(V, dtype)
        self._ones = np.ones(T * B, dtype)
        self._over_all = Sums(T, B, V, H, np.dtype(dtype))
        self._a_h_rows, self._ds_h_rows = self.a_h.reshape(-1, H), self.ds_h.reshape(-1, H)
        self._ds_o_rows = self.ds_o.reshape(-1, V)
        self._recurrence = Recurrence(B, H, dtype)
        self._stretches = self._cut(max(1, _NUMBERS_TOGETHER // (B * H)))

    def _cut(self, length: int) -> list[_Stretch]:
        """The time steps in stretches."""
        T, B, H = self.a_h.shape
        slope = buffer((min(length, T), B, H), self.a_h.dtype)
        arrays = self._s_h, self.a_h, self.ds_h, slope
        s_h, a_h, ds_h, slopes = (a[:, 0] if B == 1 else a for a in arrays)
        times_ = self._recurrence.times
        stretches = []
        for start in range(0, T, length):
            some = slice(start, min(start + length, T))
            steps = range(some.start, some.stop)
            stretch = _Stretch(
                some,
                self._s_h[some],
                RowProducts.of(self.a_h[some], self.s_o[some]),
                RowProducts.of(self.ds_o[some], self.ds_h[some]),
                self.a_h[some],
                slope[: len(steps)],
                [(times_(a_h[t - 1]), s_h[t], a_h[t]) for t in steps if t > 0],
                [
                    (times_(ds_h[t + 1]), ds_h[t], slopes[t - start])
                    for t in reversed(steps)
                    if t + 1 < T
                ],
            )
            stretches.append(stretch)
        return stretches

    @property
    def s_h(self) -> Array:
        """(T, B, H) weighted sums of the hidden layer.

        Raises:
            AttributeError: if they are not kept.
        """
        if self._s_h is self.a_h:
            raise AttributeError("s_h was not kept")
        return self._s_h

    @property
    def y_hat(self) -> Array:
        """(T, B, V) probabilities ŷ of the last forward pass."""
        return np.moveaxis(self.outputs.y_hat, 0, -1)

    def forward(self, parameters: Parameters, batch: Batch, at_step: AtStep | None = None) -> None:
        """Fill s_h, a_h, s_o, and what ŷ and the loss are made of.

        Args:
            parameters: the weights.
            batch: the symbols.
            at_step: called between time steps.

        Raises:
            Interrupted: if ``at_step`` does.
        """
        U, V = self._recurrence.matrix(parameters["U"]), parameters["V"]
        self._V_transposed[...] = V.T
        if are_few(self.symbols):  # by symbol the product of the transposed is faster
            V = self._V_transposed.T
        add, tanh, product = np.add, np.tanh, self._recurrence.product

        W, b_h, few_rows = parameters["W"], parameters["b_h"], len(self._ones) < self.symbols
        table = W if few_rows else add(W, b_h, self._table)
        for some in self._stretches:
            # x_t W + b_h is a row of the table W + b_h
            table.take(batch.inputs[some.times], 0, some.s_h, "clip")
            if few_rows:
                add(some.s_h, b_h, some.s_h)

            # s_h,t += a_h,t-1 U      a_h,t = tanh(s_h,t)      a_h,-1 = 0
            if some.times.start == 0:
                tanh(self._s_h[0], self.a_h[0])
            for a_previous_times, s_h, a_h in polled(some.forward, at_step):
                a_previous_times(U, product)
                add(s_h, product, s_h)
                tanh(s_h, a_h)

            # a_h,t V
            some.outputs.by(V)
        # s_o,t = a_h,t V + b_o
        self.outputs.forward(parameters["b_o"])

    def loss(self, batch: Batch) -> Array:
        """−log ŷ_t[y_t] for each symbol, (T, B), in nats; see `symbol_losses`."""
        return self.outputs.losses(batch)

    def correct(self, batch: Batch) -> NDArray[np.bool_]:
        """Whether the most probable symbol is the target, (T, B)."""
        correct: NDArray[np.bool_] = self.s_o.argmax(axis=2) == batch.targets
        return correct

    def blame_outputs(self, batch: Batch) -> None:
        """∂L/∂s_o,t = ŷ_t − y_t, for targets that are symbols."""
        with_one_hots = self._over_all.with_one_hots
        self.outputs.blame(batch, self._ds_o, with_one_hots=with_one_hots)

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
            gradient: receives the gradient of L, summed over time and sequences; each of its
                tensors is contiguous.
            at_step: called between time steps.

        Raises:
            Interrupted: if ``at_step`` does; ``gradient`` is incomplete then.
        """
        U_transposed = self._recurrence.matrix(parameters["U"].T)
        add, multiply, product = np.add, np.multiply, self._recurrence.product

        for some in reversed(self._stretches):
            # ∂L/∂a_h,t = ∂L/∂s_o,t Vᵀ, the recurrent term follows
            some.blame.by(self._V_transposed)
            # ∂a_h,t/∂s_h,t = 1 − a_h,t²
            np.square(some.activations, some.slopes)
            np.subtract(self._one, some.slopes, some.slopes)

            # ∂L/∂s_h,t = (∂L/∂a_h,t + ∂L/∂s_h,t+1 Uᵀ) ∘ (1 − a_h,t²)
            if some.times.stop == self.steps:
                multiply(self.ds_h[-1], some.slopes[-1], self.ds_h[-1])
            for later_times, ds_h, slope in polled(some.backward, at_step):
                later_times(U_transposed, product)
                add(ds_h, product, ds_h)
                multiply(ds_h, slope, ds_h)

        # dW = Σ x_tᵀ ∂L/∂s_h,t
        a_h_rows, ds_h_rows, over_all = self._a_h_rows, self._ds_h_rows, self._over_all
        over_all.by_input(ds_h_rows, batch, gradient["W"])
        # dU = Σ a_h,t-1ᵀ ∂L/∂s_h,t
        later = self.batch  # rows, all but the first step's
        over_all.of_products(a_h_rows[:-later], ds_h_rows[later:], gradient["U"], at_step)
        # dV = Σ a_h,tᵀ ∂L/∂s_o,t
        over_all.of_products(a_h_rows, self._ds_o_rows, gradient["V"], at_step)
        # db_h = Σ ∂L/∂s_h,t, of the steps of all symbols      db_o = Σ ∂L/∂s_o,t
        self._ones_V.dot(gradient["W"], gradient["b_h"])
        self._ones.dot(self._ds_o_rows, gradient["b_o"])


def unrolled_for(batch: Batch, hidden: int, dtype: DTypeLike = np.float64) -> Unrolled:
    """Buffers of the size of a mini-batch; s_h is kept only where that is faster."""
    sizes = batch.steps, batch.size, batch.symbols, hidden
    return Unrolled(*sizes, dtype, keep_s_h=batch.size == 1)
