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

from rnn_tui.model.batch import Batch
from rnn_tui.model.parameters import Float, Layout, Parameters, Tensor, one_after_another

Array = NDArray[Float]
AtStep = Callable[[], None]
"""Called at each time step; may raise `Interrupted`."""

FEW_SYMBOLS = 16
"""Up to so many symbols, products with one-hot matrices are faster than indices."""
_LONG_PRODUCT = 500_000_000  # multiply-adds, some ten milliseconds
_SMALL_PRODUCT = 1_000_000  # multiply-adds up to which a one-hot product is, too


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
        s_o: (T, B, V) logits.
        logits: (T·B, V) the same.
        exp_sums: (T·B,) Σ exp(s_o − shift) of each time step.
        shifts: (T·B, 1) what was subtracted from the logits; zeros after an unshifted pass.
        ds_o: (T, B, V) ∂L/∂s_o, of the sum over time and sequences.
        ds_h: (T, B, H) ∂L/∂s_h, of the sum over time and sequences.
    """

    def __init__(
        self, steps: int, batch: int, symbols: int, hidden: int, dtype: DTypeLike = np.float64
    ) -> None:
        def empty(*shape: int) -> Array:
            return np.empty(shape, dtype)

        rows = steps * batch
        self.steps, self.batch, self.symbols, self.hidden = steps, batch, symbols, hidden
        self.s_h, self.ds_h = empty(steps, batch, hidden), empty(steps, batch, hidden)
        self.s_o, self.ds_o = empty(steps, batch, symbols), empty(steps, batch, symbols)
        states = empty(steps + 1, batch, hidden)  # a_h, with a_h,-1 = 0 before it
        states[0] = 0
        self.a_h, a_previous = states[1:], states[:-1]
        self.exp_sums, self.shifts = empty(rows), np.zeros((rows, 1), dtype)
        self._exp = empty(rows, symbols)
        self._slope = empty(steps, batch, hidden)
        self._table = empty(symbols, hidden)
        self._product = empty(batch, hidden) if batch > 1 else empty(hidden)
        self._U_transposed = empty(hidden, hidden)
        self._ones, self._ones_V = np.ones(rows, dtype), np.ones(symbols, dtype)
        self._one_hot = symbols <= FEW_SYMBOLS or rows * symbols * hidden < _SMALL_PRODUCT
        self._grouped = empty(0 if self._one_hot else rows, hidden)
        self._zero_shifts = True

        # (T, B, n) as (T·B, n), and the views of each time step; (n,) where B is 1.
        self.logits, self._ds_o_rows = self.s_o.reshape(rows, -1), self.ds_o.reshape(rows, -1)
        self._a_h_rows, self._ds_h_rows = self.a_h.reshape(rows, -1), self.ds_h.reshape(rows, -1)
        self._a_previous_rows = a_previous.reshape(rows, -1)
        self._sum_columns, self._ds_o_flat = self.exp_sums[:, np.newaxis], self.ds_o.reshape(-1)
        looped = [a_previous, self.s_h, self.a_h, self.ds_h, self._slope]
        if batch == 1:
            looped = [array[:, 0] for array in looped]
        self._forward_steps = list(zip(*looped[:3], strict=True))
        self._backward_steps = list(zip(*looped[3:], strict=True))[::-1]

    @property
    def y_hat(self) -> Array:
        """(T, B, V) probabilities ŷ of the last forward pass."""
        probabilities: Array = (self._exp / self._sum_columns).reshape(self.s_o.shape)
        return probabilities

    def forward(
        self,
        parameters: Parameters,
        batch: Batch,
        at_step: AtStep | None = None,
        *,
        shift: bool = True,
    ) -> None:
        """Fill s_h, a_h, s_o, and what ŷ and the loss are made of.

        Args:
            parameters: the weights.
            batch: the symbols.
            at_step: called at each time step.
            shift: False only where `logits_are_small` holds.

        Raises:
            Interrupted: if ``at_step`` does.
        """
        W, U, V = parameters["W"], parameters["U"], parameters["V"]
        b_h, b_o = parameters["b_h"], parameters["b_o"]
        add, tanh, product = np.add, np.tanh, self._product

        # x_t W + b_h is a row of the table W + b_h
        add(W, b_h, self._table)
        self._table.take(batch.inputs, 0, self.s_h, "clip")

        # s_h,t += a_h,t-1 U      a_h,t = tanh(s_h,t)      a_h,-1 = 0
        for t, (a_previous, s_h, a_h) in enumerate(self._forward_steps):
            if at_step is not None:
                at_step()
            if t > 0:
                a_previous.dot(U, product)
                add(s_h, product, s_h)
            tanh(s_h, a_h)

        # s_o,t = a_h,t V + b_o
        self._a_h_rows.dot(V, self.logits)
        add(self.s_o, b_o, self.s_o)
        self._exponentials(shift)

    def _exponentials(self, shift: bool) -> None:
        """Exp(s_o) and its sums; softmax is their quotient, with or without a shift."""
        if shift:
            np.maximum.reduce(self.logits, axis=1, out=self.shifts, keepdims=True)
            np.subtract(self.logits, self.shifts, self._exp)
            np.exp(self._exp, self._exp)
        else:
            if not self._zero_shifts:
                self.shifts[...] = 0
            np.exp(self.logits, self._exp)
        self._zero_shifts = not shift
        self._exp.dot(self._ones_V, self.exp_sums)

    def loss(self, batch: Batch) -> Array:
        """−log ŷ_t[y_t] for each symbol, (T, B), in nats; see `symbol_losses`."""
        losses = symbol_losses(
            self.logits, self.exp_sums, self.shifts[:, 0], batch.targets.reshape(-1)
        )
        return losses.reshape(self.steps, self.batch)

    def correct(self, batch: Batch) -> NDArray[np.bool_]:
        """Whether the most probable symbol is the target, (T, B)."""
        correct: NDArray[np.bool_] = self.s_o.argmax(axis=2) == batch.targets
        return correct

    def blame_outputs(self, batch: Batch) -> None:
        """∂L/∂s_o,t = ŷ_t − y_t, for targets that are symbols."""
        np.divide(self._exp, self._sum_columns, self._ds_o_rows)
        if self.symbols <= FEW_SYMBOLS:
            np.subtract(self._ds_o_rows, batch.one_hot_targets(self.s_o.dtype), self._ds_o_rows)
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
            gradient: receives the gradient of L, summed over time and sequences; its tensors
                lie one after another.
            at_step: called at each time step.

        Raises:
            Interrupted: if ``at_step`` does; ``gradient`` is incomplete then.
        """
        # ∂L/∂a_h,t = ∂L/∂s_o,t Vᵀ, the recurrent term follows in the loop
        ds_h_rows, ds_o_rows = self._ds_h_rows, self._ds_o_rows
        ds_o_rows.dot(parameters["V"].T, ds_h_rows)
        # ∂a_h,t/∂s_h,t = 1 − a_h,t²
        np.multiply(self.a_h, self.a_h, self._slope)
        np.subtract(1, self._slope, self._slope)

        # ∂L/∂s_h,t = (∂L/∂a_h,t + ∂L/∂s_h,t+1 Uᵀ) ∘ (1 − a_h,t²)
        self._U_transposed[...] = parameters["U"].T  # contiguous, twice as fast in the loop
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

        # dW = Σ x_tᵀ ∂L/∂s_h,t
        self._sum_by_symbol(batch, gradient["W"])
        # dU = Σ a_h,t-1ᵀ ∂L/∂s_h,t
        self._sum_products(self._a_previous_rows, ds_h_rows, gradient["U"], at_step)
        # dV = Σ a_h,tᵀ ∂L/∂s_o,t
        self._sum_products(self._a_h_rows, ds_o_rows, gradient["V"], at_step)
        # db_h = Σ ∂L/∂s_h,t      db_o = Σ ∂L/∂s_o,t
        self._ones.dot(ds_h_rows, gradient["b_h"])
        self._ones.dot(ds_o_rows, gradient["b_o"])

    def _sum_products(self, left: Array, right: Array, out: Array, at_step: AtStep | None) -> None:
        """The sum of leftᵀ right over all rows; in parts where it would take long."""
        parts = -(-left.shape[0] * out.size // _LONG_PRODUCT)
        if parts == 1:
            left.T.dot(right, out)
            return
        out[...] = 0
        for some, others in zip(
            np.array_split(left, parts), np.array_split(right, parts), strict=True
        ):
            if at_step is not None:
                at_step()
            out += some.T.dot(others)

    def _sum_by_symbol(self, batch: Batch, out: Array) -> None:
        """The rows ∂L/∂s_h of each input symbol summed: a product with one-hot inputs."""
        if self._one_hot:
            batch.one_hot_inputs(out.dtype).T.dot(self._ds_h_rows, out)
            return
        order, slices = batch.by_symbol
        self._ds_h_rows.take(order, 0, self._grouped, "clip")
        out[...] = 0
        for symbol, places in slices:
            self._ones[places].dot(self._grouped[places], out[symbol])


def symbol_losses(
    logits: Array, exp_sums: Array, shifts: Array, targets: NDArray[np.intp]
) -> Array:
    """−log ŷ[y], taken from the logits, so that finite logits never give infinity.

    Args:
        logits: (n, V).
        exp_sums: (n,) Σ exp(logits − shift).
        shifts: (n,)
        targets: (n,) symbols.

    Returns:
        (n,) nats.
    """
    cells = np.arange(len(targets)) * logits.shape[1] + targets
    losses: Array = np.log(exp_sums) + (shifts - logits.reshape(-1).take(cells))
    return losses


def largest_logit(dtype: DTypeLike) -> float:
    """A logit up to which exp(±s_o), and a sum of a million of them, is safe without a shift."""
    return 75.0 if np.dtype(dtype) == np.float32 else 600.0


def logits_are_small(parameters: Parameters) -> bool:
    """Whether exp(s_o) is safe without a shift: as |a_h| ≤ 1, a logit is at most Σ|V| + |b_o|."""
    with np.errstate(all="ignore"):
        bound = np.abs(parameters["V"]).sum(axis=0) + np.abs(parameters["b_o"])
    return bool(bound.max() < largest_logit(parameters.flat.dtype))


def unrolled_for(batch: Batch, hidden: int, dtype: DTypeLike = np.float64) -> Unrolled:
    """Buffers of the size of a mini-batch."""
    return Unrolled(batch.steps, batch.size, batch.symbols, hidden, dtype)
