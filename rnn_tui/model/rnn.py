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

import math
from collections.abc import Callable, Iterator
from typing import Protocol

import numpy as np
from numpy.typing import DTypeLike, NDArray

from rnn_tui.model.batch import Batch
from rnn_tui.model.buffers import Array, buffer
from rnn_tui.model.parameters import Layout, Parameters, Tensor, one_after_another

AtStep = Callable[[], None]
"""Called at each time step; may raise `Interrupted`."""

FEW_SYMBOLS = 16
"""Up to so many symbols, products with one-hot matrices are faster than indices."""
_LONG_PRODUCT = 500_000_000  # multiply-adds, some ten milliseconds
_SMALL_PRODUCT = 1_000_000  # multiply-adds up to which a one-hot product is, too
_UNPACKED_PRODUCT = 1_000_000  # multiply-adds up to which OpenBLAS does not copy the factors


class Interrupted(Exception):
    """Raised by an `AtStep` callable to leave a pass half-way; nothing has changed then."""


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


class Unrolled:
    """The network unrolled over T steps for B sequences: every quantity of the equations.

    The buffers, and the views of each time step, are made once; a pass allocates nothing.

    Args:
        steps: T.
        batch: B.
        symbols: V.
        hidden: H.
        dtype: float64 or float32.

    Attributes:
        s_h: (T, B, H) weighted sums of the hidden layer.
        a_h: (T, B, H) activations of the hidden layer.
        s_o: (T, B, V) logits; also as ``logits``.
        exp_sums: (T, B) Σ exp(s_o − shift).
        shifts: (T, B) what was subtracted; stale after an unshifted pass.
        shifted: whether the last pass subtracted the largest logit before exp.
        ds_o: (T, B, V) ∂L/∂s_o, of the sum over time and sequences.
        ds_h: (T, B, H) ∂L/∂s_h, of the sum over time and sequences.
    """

    def __init__(
        self, steps: int, batch: int, symbols: int, hidden: int, dtype: DTypeLike = np.float64
    ) -> None:
        def make(*shape: int) -> Array:
            return buffer(shape, dtype)

        T, B, V, H = steps, batch, symbols, hidden
        self.steps, self.batch, self.symbols, self.hidden = steps, batch, symbols, hidden
        states = make(T + 1, B, H)  # a_h, with a_h,-1 = 0 before it
        self.a_h, a_previous = states[1:], states[:-1]
        self.s_h, self.ds_h = make(T, B, H), make(T, B, H)
        self.s_o, self.ds_o = make(T, B, V), make(T, B, V)
        self.exp_sums, self.shifts, self.shifted = make(T, B), make(T, B), False
        self.logits = self.s_o
        self._exp, self._slope = make(T, B, V), make(T, B, H)
        self._table, self._bias, self._product = make(V, H), make(B, V), make(B, H)
        self._U_transposed, self._V_transposed = make(H, H), make(V, H)
        self._one, self._ones = np.ones((), dtype), np.ones(T * B, dtype)
        self._ones_V, self._inverse_sums = np.ones(V, dtype), make(T * B)
        self._safe = math.sqrt(np.finfo(dtype).max)
        self._by_step = B > 1 and B * H * V <= _UNPACKED_PRODUCT
        self._one_hot = V <= FEW_SYMBOLS or T * B * V * H < _SMALL_PRODUCT
        self._grouped = make(0 if self._one_hot else T * B, H)

        # (T, B, n) as (T·B, n), and the views of each time step: vectors where B is 1.
        self._rows = rows = T * B
        self._a_h_rows, self._a_previous_rows = (
            self.a_h.reshape(rows, H),
            a_previous.reshape(rows, H),
        )
        self._ds_h_rows, self._ds_o_rows = self.ds_h.reshape(rows, H), self.ds_o.reshape(rows, V)
        self._exp_rows = self._exp.reshape(rows, V)
        self._sums, self._ds_o_flat = self.exp_sums.reshape(rows), self.ds_o.reshape(-1)
        looped = [a_previous, self.s_h, self.a_h, self.ds_h, self._slope]
        if B == 1:
            looped = [array[:, 0] for array in looped]
            self._product = self._product[0]
        self._first, *self._later = zip(*looped[:3], strict=True)
        self._last, *self._earlier = list(zip(*looped[3:], strict=True))[::-1]

    @property
    def y_hat(self) -> Array:
        """(T, B, V) probabilities ŷ of the last forward pass."""
        probabilities: Array = self._exp / self.exp_sums[:, :, np.newaxis]
        return probabilities

    def forward(self, parameters: Parameters, batch: Batch, at_step: AtStep | None = None) -> None:
        """Fill s_h, a_h, s_o, and what ŷ and the loss are made of.

        Args:
            parameters: the weights.
            batch: the symbols.
            at_step: called at each time step.

        Raises:
            Interrupted: if ``at_step`` does.
        """
        W, U, V = parameters["W"], parameters["U"], parameters["V"]
        b_h, b_o = parameters["b_h"], parameters["b_o"]
        add, tanh, product = np.add, np.tanh, self._product

        # x_t W + b_h is a row of W + b_h
        if self._rows < self.symbols:
            W.take(batch.inputs, 0, self.s_h, "clip")
            add(self.s_h, b_h, self.s_h)
        else:
            add(W, b_h, self._table)
            self._table.take(batch.inputs, 0, self.s_h, "clip")

        # s_h,t += a_h,t-1 U      a_h,t = tanh(s_h,t)      a_h,-1 = 0
        _, s_h, a_h = self._first
        tanh(s_h, a_h)
        for a_previous, s_h, a_h in self._later:
            if at_step is not None:
                at_step()
            a_previous.dot(U, product)
            add(s_h, product, s_h)
            tanh(s_h, a_h)

        # s_o,t = a_h,t V + b_o
        self._all_times(self.a_h, V, self.s_o, at_step)
        self._bias[...] = b_o
        add(self.s_o, self._bias, self.s_o)
        self._exponentials()

    def _exponentials(self) -> None:
        """Exp(s_o) and its sums; softmax is their quotient, with or without a shift."""
        exp, sums, inverse, safe = self._exp, self._sums, self._inverse_sums, self._safe
        # The sums tell afterwards whether an exponential was too large or all were too small.
        with np.errstate(all="ignore"):
            np.exp(self.s_o, exp)
            self._exp_rows.dot(self._ones_V, sums)
            np.reciprocal(sums, inverse)
            self.shifted = not (self._ones.dot(sums) < safe and self._ones.dot(inverse) < safe)
        if self.shifted:
            np.maximum.reduce(self.s_o, axis=2, out=self.shifts)
            np.subtract(self.s_o, self.shifts[:, :, np.newaxis], exp)
            np.exp(exp, exp)
            self._exp_rows.dot(self._ones_V, sums)
            np.reciprocal(sums, inverse)

    def loss(self, batch: Batch) -> Array:
        """−log ŷ_t[y_t] for each symbol, (T, B), in nats; see `symbol_losses`."""
        shifts = self.shifts if self.shifted else 0.0
        return symbol_losses(self.s_o, self.exp_sums, shifts, batch.targets)

    def correct(self, batch: Batch) -> NDArray[np.bool_]:
        """Whether the most probable symbol is the target, (T, B)."""
        correct: NDArray[np.bool_] = self.s_o.argmax(axis=2) == batch.targets
        return correct

    def blame_outputs(self, batch: Batch) -> None:
        """∂L/∂s_o,t = ŷ_t − y_t, for targets that are symbols."""
        np.multiply(self._exp_rows, self._inverse_sums[:, np.newaxis], self._ds_o_rows)
        if self.symbols <= FEW_SYMBOLS:
            targets = batch.one_hot_rows(self.s_o.dtype).targets
            np.subtract(self._ds_o_rows, targets, self._ds_o_rows)
        else:
            self._ds_o_flat[batch.target_cells] -= 1

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
            at_step: called at each time step.

        Raises:
            Interrupted: if ``at_step`` does; ``gradient`` is incomplete then.
        """
        ds_h_rows, ds_o_rows = self._ds_h_rows, self._ds_o_rows
        add, multiply = np.add, np.multiply

        # ∂L/∂a_h,t = ∂L/∂s_o,t Vᵀ, the recurrent term follows in the loop
        self._V_transposed[...] = parameters["V"].T
        self._all_times(self.ds_o, self._V_transposed, self.ds_h, at_step)
        # ∂a_h,t/∂s_h,t = 1 − a_h,t²
        np.square(self.a_h, self._slope)
        np.subtract(self._one, self._slope, self._slope)

        # ∂L/∂s_h,t = (∂L/∂a_h,t + ∂L/∂s_h,t+1 Uᵀ) ∘ (1 − a_h,t²)
        U_transposed, product = self._U_transposed, self._product
        U_transposed[...] = parameters["U"].T  # contiguous, twice as fast in the loop
        later, slope = self._last
        multiply(later, slope, later)
        for ds_h, slope in self._earlier:
            if at_step is not None:
                at_step()
            later.dot(U_transposed, product)
            add(ds_h, product, ds_h)
            multiply(ds_h, slope, ds_h)
            later = ds_h

        # dW = Σ x_tᵀ ∂L/∂s_h,t
        self._sum_by_symbol(batch, gradient["W"])
        # dU = Σ a_h,t-1ᵀ ∂L/∂s_h,t
        self._sum_products(self._a_previous_rows, ds_h_rows, gradient["U"], at_step)
        # dV = Σ a_h,tᵀ ∂L/∂s_o,t
        self._sum_products(self._a_h_rows, ds_o_rows, gradient["V"], at_step)
        # db_h = Σ ∂L/∂s_h,t      db_o = Σ ∂L/∂s_o,t
        self._ones.dot(ds_h_rows, gradient["b_h"])
        self._ones.dot(ds_o_rows, gradient["b_o"])

    def _all_times(self, left: Array, matrix: Array, out: Array, at_step: AtStep | None) -> None:
        """Each row of each time step times a matrix.

        Step by step where such a product is small enough for BLAS to make it without packing,
        else as few large ones.
        """
        if self._by_step:
            np.matmul(left, matrix, out)
            return
        rows, out_rows = left.reshape(self._rows, -1), out.reshape(self._rows, -1)
        for part in self._parts(matrix.size, at_step):
            rows[part].dot(matrix, out_rows[part])

    def _sum_products(self, left: Array, right: Array, out: Array, at_step: AtStep | None) -> None:
        """The sum of leftᵀ right over all rows."""
        parts = self._parts(out.size, at_step)
        first = next(parts)
        left[first].T.dot(right[first], out)
        for part in parts:
            out += left[part].T.dot(right[part])

    def _parts(self, products_per_row: int, at_step: AtStep | None) -> Iterator[slice]:
        """The rows, cut where their products would take long; polls before each part."""
        rows = self._rows
        size = max(1, _LONG_PRODUCT // products_per_row)
        for start in range(0, rows, size):
            if at_step is not None:
                at_step()
            yield slice(start, start + size)

    def _sum_by_symbol(self, batch: Batch, out: Array) -> None:
        """The rows ∂L/∂s_h of each input symbol summed: a product with one-hot inputs."""
        if self._one_hot:
            batch.one_hot_rows(out.dtype).inputs.T.dot(self._ds_h_rows, out)
            return
        order, slices = batch.by_symbol
        self._ds_h_rows.take(order, 0, self._grouped, "clip")
        out[...] = 0
        for symbol, places in slices:
            self._ones[places].dot(self._grouped[places], out[symbol])


class Outputs(Protocol):
    """What a forward pass leaves behind of its outputs, valid until the next one.

    Attributes:
        logits: (T, B, V) s_o.
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
        logits: (…, V).
        exp_sums: (…) Σ exp(logits − shift).
        shifts: (…), or 0 after an unshifted pass.
        targets: (…) symbols.

    Returns:
        (…) nats.
    """
    of_targets = np.take_along_axis(logits, targets[..., np.newaxis], -1)[..., 0]
    losses: Array = np.log(exp_sums) + (shifts - of_targets)  # shifted first: nearly equal
    return losses


def unrolled_for(batch: Batch, hidden: int, dtype: DTypeLike = np.float64) -> Unrolled:
    """Buffers of the size of a mini-batch."""
    return Unrolled(batch.steps, batch.size, batch.symbols, hidden, dtype)
