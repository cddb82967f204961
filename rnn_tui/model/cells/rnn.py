"""The notebook's cell.

The equations are those of the notebook's sections *Feed forward* and *Backpropagation Through
Time* (Elman, *Finding structure in time*, 1990; Werbos, *Backpropagation through time*, 1990):

    s_t = x_t W + a_t-1 U + b_h          a_t = tanh(s_t)      (or ReLU: a_t = max(0, s_t))

    ∂L/∂s_t = (∂L/∂a_t + ∂L/∂s_t+1 Uᵀ) ∘ (1 − a_t²)          (ReLU: 1 where a_t > 0, else 0)
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import DTypeLike

from rnn_tui.model.buffers import Array, buffer, by_row, by_step
from rnn_tui.model.cell import Carry, Quantity
from rnn_tui.model.interruption import AtStep, polled
from rnn_tui.model.option import option
from rnn_tui.model.truncation import rows_together, steps_back


@dataclass(frozen=True)
class Elman:
    """The notebook's cell: one layer, no gates."""

    name: ClassVar[str] = "rnn"
    gates: ClassVar[str] = "h"
    title: ClassVar[str] = "the notebook's cell (Elman 1990)"

    activation: str = option("tanh", "Activation of the cell rnn.", choices=("tanh", "relu"))

    def unroll(self, steps: int, batch: int, hidden: int, dtype: DTypeLike) -> ElmanSteps:
        """With buffers for T steps of B sequences."""
        return ElmanSteps(steps, batch, hidden, dtype, self.activation)


class ElmanSteps:
    """The cell unrolled; see `rnn_tui.model.cell.Steps`."""

    def __init__(
        self, steps: int, batch: int, hidden: int, dtype: DTypeLike, activation: str
    ) -> None:
        self._activation = activation
        self.s = buffer((1, steps, batch, hidden), dtype)
        self.da = buffer((steps, batch, hidden), dtype)
        self.a = buffer((steps + 1, batch, hidden), dtype)
        self.ds_x = self.ds_u = self.da[np.newaxis]  # in place
        self._slopes = buffer((steps, batch, hidden), dtype)
        s, a, d, slope = map(by_step, (self.s[0], self.a, self.da, self._slopes))
        self._forward = list(zip(a, s, a[1:], strict=False))
        self._product = product = np.empty_like(s[0])
        self._backward = [
            (d[t], slope[t], d[t - 1] if t else None, product) for t in reversed(range(steps))
        ]
        self._U_transposed = buffer((hidden, hidden), dtype)  # contiguous: twice as fast

    def start(self, carried: Carry | None) -> None:
        """Begin with a carried a, or with zeros."""
        self.a[0] = 0 if carried is None else carried[0]

    def forward(self, U: Array, at_step: AtStep | None = None) -> None:
        """Add a_t-1 U to s_t; then a_t = tanh(s_t)."""
        self.advance(U, at_step)

    def prepare(self, U: Array) -> Array:
        """U itself, contiguous."""
        return np.ascontiguousarray(U)

    def advance(self, U: Array, at_step: AtStep | None = None) -> None:
        """See `forward`."""
        add, tanh, product = np.add, np.tanh, self._product
        is_tanh = self._activation == "tanh"
        for a_previous, s, a in polled(self._forward, at_step):
            a_previous.dot(U, product)
            add(s, product, s)
            tanh(s, a) if is_tanh else np.maximum(s, 0, out=a)

    def backward(
        self, U: Array, at_step: AtStep | None = None, truncation: int | None = None
    ) -> None:
        """∂L/∂s_t = (∂L/∂a_t + ∂L/∂s_t+1 Uᵀ) ∘ slope_t."""
        add, multiply = np.add, np.multiply
        a, slopes, U_transposed = self.a[1:], self._slopes, self._U_transposed
        U_transposed[...] = U.T
        if self._activation == "tanh":
            np.square(a, slopes)
            np.subtract(1, slopes, slopes)
        else:
            np.greater(a, 0, slopes)
        steps = self._backward if truncation is None else self._truncated(truncation)
        for d, slope, d_previous, product in polled(steps, at_step):
            multiply(d, slope, d)
            if d_previous is None:
                continue
            d.dot(U_transposed, product)
            add(d_previous, product, d_previous)

    def _truncated(self, truncation: int) -> Iterator[tuple[Any, ...]]:
        """The same steps back of many outputs at once; what each comes to is added up in da."""
        da, slopes = by_row(self.da), by_row(self._slopes)
        d, d_previous, product = np.empty((3, rows_together(self.da), da.shape[1]), da.dtype)
        for is_first, is_last, outputs, steps in steps_back(self.da, truncation):
            if is_first:
                d[outputs] = da[steps]
                da[steps] = 0
            d_previous[outputs] = 0
            previous = None if is_last else d_previous[outputs]
            yield d[outputs], slopes[steps], previous, product[outputs]
            da[steps] += d[outputs]
            d, d_previous = d_previous, d

    def carry(self) -> Carry:
        """The last a."""
        return (self.a[-1],)

    def quantities(self) -> tuple[Quantity, ...]:
        """S and a."""
        a = "tanh(s)" if self._activation == "tanh" else "max(0, s)"
        return (
            Quantity("s", "x W + a_t-1 U + b_h", self.s[0]),
            Quantity("a", a, self.a[1:]),
        )
