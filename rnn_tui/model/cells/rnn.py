"""The notebook's cell.

The equations are those of the notebook's sections *Feed forward* and *Backpropagation Through
Time* (Elman, *Finding structure in time*, 1990; Werbos, *Backpropagation through time*, 1990):

    s_t = x_t W + a_t-1 U + b_h          a_t = tanh(s_t)      (or ReLU: a_t = max(0, s_t))

    ∂L/∂s_t = (∂L/∂a_t + ∂L/∂s_t+1 Uᵀ) ∘ (1 − a_t²)          (ReLU: 1 where a_t > 0, else 0)
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import DTypeLike

from rnn_tui.model.buffers import Array, buffer, by_step
from rnn_tui.model.cell import Carry, Quantity
from rnn_tui.model.interruption import AtStep, polled
from rnn_tui.model.option import option


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
        self._last = d[-1], slope[-1], d[-1]
        self._backward = list(zip(d[1:], d, slope, strict=False))[::-1]
        self._product = np.empty_like(s[0])
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

    def backward(self, U: Array, at_step: AtStep | None = None) -> None:
        """∂L/∂s_t = (∂L/∂a_t + ∂L/∂s_t+1 Uᵀ) ∘ slope_t."""
        add, multiply, product = np.add, np.multiply, self._product
        a, slopes, U_transposed = self.a[1:], self._slopes, self._U_transposed
        U_transposed[...] = U.T
        if self._activation == "tanh":
            np.square(a, slopes)
            np.subtract(1, slopes, slopes)
        else:
            np.greater(a, 0, slopes)
        multiply(*self._last)
        for d_later, d, slope in polled(self._backward, at_step):
            d_later.dot(U_transposed, product)
            add(d, product, d)
            multiply(d, slope, d)

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
