"""Long short-term memory.

Hochreiter & Schmidhuber, *Long short-term memory*, 1997, with the forget gate of Gers,
Schmidhuber & Cummins, *Learning to forget*, 2000; no peepholes, as ``torch.nn.LSTM``:

    i_t, f_t, o_t = σ(x_t W + a_t-1 U + b)     g_t = tanh(x_t W_g + a_t-1 U_g + b_g)
    c_t = f_t ∘ c_t-1 + i_t ∘ g_t              a_t = o_t ∘ tanh(c_t)

With d_t = ∂L/∂a_t and e_t = ∂L/∂c_t, what comes from later steps included:

    e_t = e_t+1 ∘ f_t+1 + d_t ∘ o_t ∘ (1 − tanh²(c_t))
    ∂L/∂s_i = e_t ∘ g_t ∘ i_t ∘ (1 − i_t)      ∂L/∂s_f = e_t ∘ c_t-1 ∘ f_t ∘ (1 − f_t)
    ∂L/∂s_g = e_t ∘ i_t ∘ (1 − g_t²)           ∂L/∂s_o = d_t ∘ tanh(c_t) ∘ o_t ∘ (1 − o_t)
    ∂L/∂a_t-1 = [∂L/∂s_i, ∂L/∂s_f, ∂L/∂s_o, ∂L/∂s_g] Uᵀ

The gates stand in the order i f o g, so that the three σ are one call; σ(x) is computed as
(1 + tanh(x/2)) / 2, which cannot overflow.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import DTypeLike

from rnn_tui.model.buffers import Array, buffer, by_step
from rnn_tui.model.cell import Carry, Quantity
from rnn_tui.model.interruption import AtStep, polled


@dataclass(frozen=True)
class LSTM:
    """Long short-term memory: a cell state c that gates write, keep and read."""

    name: ClassVar[str] = "lstm"
    gates: ClassVar[str] = "ifog"
    title: ClassVar[str] = "long short-term memory (Hochreiter & Schmidhuber 1997)"

    def unroll(self, steps: int, batch: int, hidden: int, dtype: DTypeLike) -> LSTMSteps:
        """With buffers for T steps of B sequences."""
        return LSTMSteps(steps, batch, hidden, dtype)


class LSTMSteps:
    """The cell unrolled; see `rnn_tui.model.cell.Steps`."""

    def __init__(self, steps: int, batch: int, hidden: int, dtype: DTypeLike) -> None:
        def make(width: int, count: int = steps) -> Array:
            return buffer((count, batch, width), dtype)

        H = hidden
        self.s = make(4 * H)  # becomes the gates i, f, o, g
        self.a, self._c = make(H, steps + 1), make(H, steps + 1)
        self._tanh_c, self.da, self._dc = make(H), make(H), make(H)
        self.ds_x = self.ds_u = make(4 * H)
        self._i, self._f, self._o, self._g = (self.s[..., i * H : (i + 1) * H] for i in range(4))
        self._factors, self._through_c = make(4 * H), make(H)
        s, a, c, tanh_c = map(by_step, (self.s, self.a, self._c, self._tanh_c))
        self._forward = [
            (
                a[t], c[t], s[t], s[t][..., : 3 * H],
                *(s[t][..., i * H : (i + 1) * H] for i in range(4)),
                c[t + 1], tanh_c[t], a[t + 1],
            )
            for t in range(steps)
        ]  # fmt: skip
        d, e, ds = by_step(self.da), by_step(self._dc), by_step(self.ds_x)
        factors, through_c = by_step(self._factors), by_step(self._through_c)
        nowhere = np.empty_like(d[0]), np.empty_like(d[0])  # the gradient of what is carried in
        self._backward = [
            (
                d[t], e[t], *((d[t - 1], e[t - 1]) if t else nowhere),
                ds[t], ds[t].reshape(*ds[t].shape[:-1], 4, H), ds[t][..., 2 * H : 3 * H],
                factors[t].reshape(*ds[t].shape[:-1], 4, H), factors[t][..., 2 * H : 3 * H],
                through_c[t], s[t][..., H : 2 * H],
            )
            for t in range(steps)
        ]  # fmt: skip
        self._product, self._sums = np.empty_like(d[0]), np.empty_like(s[0])
        self._U_transposed = buffer((4 * H, H), dtype)
        self._H = H

    def start(self, carried: Carry | None) -> None:
        """Begin with carried a and c, or with zeros."""
        self.a[0], self._c[0] = (0, 0) if carried is None else carried

    def forward(self, U: Array, at_step: AtStep | None = None) -> None:
        """The gates i, f, o, g take the place of s."""
        add, multiply, tanh = np.add, np.multiply, np.tanh
        sums, product = self._sums, self._product
        for step in polled(self._forward, at_step):
            a_previous, c_previous, s, ifo, i, f, o, g, c, tanh_c, a = step
            a_previous.dot(U, sums)
            add(s, sums, s)
            # i, f, o = σ(s)      g = tanh(s)
            multiply(ifo, 0.5, ifo)
            tanh(s, s)
            multiply(ifo, 0.5, ifo)
            add(ifo, 0.5, ifo)
            # c = f ∘ c_t-1 + i ∘ g
            multiply(f, c_previous, c)
            multiply(i, g, product)
            add(c, product, c)
            # a = o ∘ tanh(c)
            tanh(c, tanh_c)
            multiply(o, tanh_c, a)

    def backward(self, U: Array, at_step: AtStep | None = None) -> None:
        """What does not depend on later steps first, for all of them at once."""
        H, product, U_transposed = self._H, self._product, self._U_transposed
        U_transposed[...] = U.T
        self._dc[-1] = 0
        i, f, o, g = self._i, self._f, self._o, self._g
        f_i, f_f, f_o, f_g = (self._factors[..., k * H : (k + 1) * H] for k in range(4))
        tanh_c, through_c = self._tanh_c, self._through_c
        # ∂L/∂s_i = e ∘ f_i     ∂L/∂s_f = e ∘ f_f     ∂L/∂s_g = e ∘ f_g     ∂L/∂s_o = d ∘ f_o
        for factor, gate, other in ((f_i, i, g), (f_f, f, self._c[:-1]), (f_o, o, tanh_c)):
            np.subtract(1, gate, factor)
            np.multiply(factor, gate, factor)
            np.multiply(factor, other, factor)
        np.square(g, f_g)
        np.subtract(1, f_g, f_g)
        np.multiply(f_g, i, f_g)
        np.square(tanh_c, through_c)
        np.subtract(1, through_c, through_c)
        np.multiply(through_c, o, through_c)

        add, multiply = np.add, np.multiply
        for step in polled(self._backward[::-1], at_step):
            d, e, d_previous, e_previous, ds, ds_by_gate, ds_o, by_gate, f_o, d_c, f = step
            # e += d ∘ ∂a/∂c
            multiply(d, d_c, product)
            add(e, product, e)
            multiply(e[..., None, :], by_gate, ds_by_gate)
            multiply(d, f_o, ds_o)
            multiply(e, f, e_previous)
            ds.dot(U_transposed, product)
            add(d_previous, product, d_previous)

    def carry(self) -> Carry:
        """The last a and c."""
        return self.a[-1], self._c[-1]

    def quantities(self) -> tuple[Quantity, ...]:
        """The gates, c and a."""
        return (
            Quantity("i", "σ(x W_i + a_t-1 U_i + b_i)", self._i),
            Quantity("f", "σ(x W_f + a_t-1 U_f + b_f)", self._f),
            Quantity("o", "σ(x W_o + a_t-1 U_o + b_o)", self._o),
            Quantity("g", "tanh(x W_g + a_t-1 U_g + b_g)", self._g),
            Quantity("c", "f ∘ c_t-1 + i ∘ g", self._c[1:]),
            Quantity("a", "o ∘ tanh(c)", self.a[1:]),
        )
