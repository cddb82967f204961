"""The derivative of the loss along one weight, from forward passes alone.

The complex step of Squire & Trapp, *Using complex variables to estimate derivatives of real
functions*, 1998:

    ∂L/∂w = Im L(w + i h) / h      h = 1e-30

Nothing is subtracted, so it is as exact as the loss itself, however small the derivative. A cell
that does not take complex numbers is differentiated by central differences, extrapolated.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, NamedTuple

import numpy as np

from rnn_tui.model.batch import Batch
from rnn_tui.model.buffers import Float
from rnn_tui.model.cell import Carry, Cell
from rnn_tui.model.head import symbol_losses
from rnn_tui.model.interruption import AtStep
from rnn_tui.model.parameters import Parameters
from rnn_tui.model.unrolled import Unrolled

Method = Literal["complex-step derivatives", "central differences"]

_COMPLEX_STEP, _REAL_STEP = 1e-30, 1e-4
_TOLERANCE = 1e-4
"""Relative error of central differences."""


class Slope(NamedTuple):
    """A derivative, and how far it may be off by itself."""

    value: float
    uncertainty: float


class ComplexStep:
    """Exact derivatives, to either side: they differ where a ReLU is exactly at its kink."""

    method: Method = "complex-step derivatives"
    tolerance = 0.0

    def __init__(self, loss: Loss) -> None:
        self._loss, self._parameters = loss, loss.parameters

    def along(self, name: str, where: tuple[int, ...]) -> Iterator[Slope]:
        """The slope to either side; the second is the same but at a kink."""
        block = self._parameters[name]
        kept = block[where]
        for step in (_COMPLEX_STEP, -_COMPLEX_STEP):
            block[where] = kept + 1j * step
            try:
                slope = self._loss().imag / step
            finally:
                block[where] = kept
            yield Slope(slope, 0.0)


class CentralDifferences:
    """Central differences with two steps, extrapolated (Richardson, 1911)."""

    method: Method = "central differences"
    tolerance = _TOLERANCE

    def __init__(self, loss: Loss) -> None:
        self._loss, self._parameters = loss, loss.parameters
        self._rounding = abs(loss().real) * 4 * np.finfo(np.float64).eps / _REAL_STEP

    def along(self, name: str, where: tuple[int, ...]) -> Iterator[Slope]:
        """The slope."""
        block = self._parameters[name]
        kept = block[where]

        def at(moved: Float) -> float:
            block[where] = moved
            try:
                return self._loss().real
            finally:
                block[where] = kept

        h = _REAL_STEP * max(1.0, abs(float(kept)))
        near, far = ((at(kept + s) - at(kept - s)) / (2 * s) for s in (h, 2 * h))
        yield Slope((4 * near - far) / 3, abs(near - far) + self._rounding)


class Loss:
    """The loss of a mini-batch, summed over time and averaged over sequences.

    Attributes:
        parameters: that it is a function of, live.
    """

    def __init__(
        self,
        cell: Cell,
        weights: Parameters,
        batch: Batch,
        dtype: type,
        at_step: AtStep | None,
        carried: Carry | None,
    ) -> None:
        self._carried = carried
        self.parameters = weights.with_flat(weights.flat.astype(dtype))
        self._batch, self._at_step = batch, at_step
        hidden = len(weights["U"])
        self._network = Unrolled(cell, batch.steps, batch.size, batch.symbols, hidden, dtype)

    def __call__(self) -> complex:
        """One forward pass."""
        outputs = self._network.forward(self.parameters, self._batch, self._at_step, self._carried)
        return complex(symbol_losses(outputs, self._batch).sum() / self._batch.size)


def slopes_of(
    cell: Cell,
    weights: Parameters,
    batch: Batch,
    at_step: AtStep | None,
    carried: Carry | None = None,
) -> ComplexStep | CentralDifferences:
    """The derivatives of the loss of a mini-batch along each weight.

    Args:
        cell: where it takes complex numbers it must be analytic in them: no absolute value, no
            conjugate.
        weights: float64, in the plain layout; copied.
        batch: the sequences.
        at_step: called between time steps; may raise `Interrupted`.
        carried: the state before the first step; None for zeros.
    """
    try:
        loss = Loss(cell, weights, batch, np.complex128, at_step, carried)
        loss()
    except TypeError:  # what NumPy raises where it would have to drop the imaginary part
        return CentralDifferences(Loss(cell, weights, batch, np.float64, at_step, carried))
    return ComplexStep(loss)
