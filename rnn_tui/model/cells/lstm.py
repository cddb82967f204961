"""Long short-term memory.

Hochreiter & Schmidhuber, *Long short-term memory*, 1997, with the forget gate of Gers,
Schmidhuber & Cummins, *Learning to forget*, 2000; no peepholes, as ``torch.nn.LSTM``:

    i_t, f_t, o_t = σ(x_t W + a_t-1 U + b)     g_t = tanh(x_t W_g + a_t-1 U_g + b_hg)
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

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import DTypeLike

from rnn_tui.model.buffers import Array, buffer, by_gate, by_row, by_step, gates_by_step
from rnn_tui.model.cell import Carry, Quantity
from rnn_tui.model.interruption import AtStep, polled
from rnn_tui.model.truncation import rows_together, steps_back


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
        shape = steps, batch, hidden
        self.s = buffer((4, *shape), dtype)  # becomes the gates i, f, o, g
        self.a, self._c = (buffer((steps + 1, batch, hidden), dtype) for _ in range(2))
        self._tanh_c, self._slope_c = buffer(shape, dtype), buffer(shape, dtype)
        self.da, self._dc = buffer(shape, dtype), buffer(shape, dtype)
        self.ds_x = self.ds_u = buffer((4, *shape), dtype)
        self._factors = buffer((4, *shape), dtype)
        s, ds, factors = map(gates_by_step, (self.s, self.ds_x, self._factors))
        a, c, tanh_c = map(by_step, (self.a, self._c, self._tanh_c))
        self._forward = [
            (a[t], c[t], s[t], s[t][:3], *s[t], c[t + 1], tanh_c[t], a[t + 1]) for t in range(steps)
        ]
        d, e, slope_c = map(by_step, (self.da, self._dc, self._slope_c))
        self._product, self._sums = np.empty_like(d[0]), np.empty_like(s[0])
        products = buffer((4, batch, hidden), dtype)
        scratch = self._product, products, products.reshape(4, *d[0].shape)
        self._backward = [
            (
                d[t], e[t], *((d[t - 1], e[t - 1]) if t else (None, None)),
                self.ds_x[:, t], ds[t], ds[t][2], factors[t], factors[t][2], slope_c[t], s[t][1],
                scratch,
            )
            for t in reversed(range(steps))
        ]  # fmt: skip

    def start(self, carried: Carry | None) -> None:
        """Begin with carried a and c, or with zeros."""
        self.a[0], self._c[0] = (0, 0) if carried is None else carried

    def forward(self, U: Array, at_step: AtStep | None = None) -> None:
        """The gates i, f, o, g take the place of s."""
        self.advance(self.prepare(U), at_step)

    def prepare(self, U: Array) -> Array:
        """The blocks of the gates; half of those of i, f and o, for σ(x) = (1 + tanh(x/2)) / 2."""
        blocks = by_gate(U, 4)
        np.multiply(blocks[:3], 0.5, blocks[:3])
        return blocks

    def advance(self, U: Array, at_step: AtStep | None = None) -> None:
        """See `forward`."""
        add, multiply, tanh, matmul = np.add, np.multiply, np.tanh, np.matmul
        sums, product = self._sums, self._product
        # σ(x) = (1 + tanh(x/2)) / 2: the half of all x at once
        multiply(self.s[:3], 0.5, self.s[:3])
        for step in polled(self._forward, at_step):
            a_previous, c_previous, s, ifo, i, f, o, g, c, tanh_c, a = step
            matmul(a_previous, U, sums)
            add(s, sums, s)
            # i, f, o = σ(s)      g = tanh(s)
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

    def backward(
        self, U: Array, at_step: AtStep | None = None, truncation: int | None = None
    ) -> None:
        """What does not depend on later steps first, for all of them at once."""
        (i, f, o, g), (f_i, f_f, f_o, f_g) = self.s, self._factors
        tanh_c, slope_c = self._tanh_c, self._slope_c
        # ∂L/∂s_i = e ∘ f_i     ∂L/∂s_f = e ∘ f_f     ∂L/∂s_g = e ∘ f_g     ∂L/∂s_o = d ∘ f_o
        np.subtract(1, self.s[:3], self._factors[:3])
        np.multiply(self._factors[:3], self.s[:3], self._factors[:3])
        np.multiply(f_i, g, f_i)
        np.multiply(f_f, self._c[:-1], f_f)
        np.multiply(f_o, tanh_c, f_o)
        np.square(g, f_g)
        np.subtract(1, f_g, f_g)
        np.multiply(f_g, i, f_g)
        # ∂a/∂c = o ∘ (1 − tanh²(c))
        np.square(tanh_c, slope_c)
        np.subtract(1, slope_c, slope_c)
        np.multiply(slope_c, o, slope_c)

        add, multiply, matmul, total = np.add, np.multiply, np.matmul, np.add.reduce
        U_transposed = np.ascontiguousarray(by_gate(U, 4).swapaxes(1, 2))
        self._dc[-1] = 0
        steps = self._backward if truncation is None else self._truncated(truncation)
        for step in polled(steps, at_step):
            d, e, d_previous, e_previous, ds, ds_by_gate, ds_o, by, f_o, slope, f, scratch = step
            product, products, sums = scratch
            # e += d ∘ ∂a/∂c
            multiply(d, slope, product)
            add(e, product, e)
            multiply(e, by, ds_by_gate)
            multiply(d, f_o, ds_o)
            if d_previous is None:
                continue
            multiply(e, f, e_previous)
            # ∂L/∂a_t-1 += ∂L/∂s Uᵀ
            matmul(ds, U_transposed, products)
            total(sums, 0, out=product)
            add(d_previous, product, d_previous)

    def _truncated(self, truncation: int) -> Iterator[tuple[Any, ...]]:
        """The same steps back of many outputs at once, added up in ds_x, which is ds_u."""
        da, f, slopes = by_row(self.da), by_row(self.s[1]), by_row(self._slope_c)
        factors, ds_total = by_row(self._factors), by_row(self.ds_x)
        ds_total[...] = 0
        shape = rows_together(self.da), da.shape[1]
        d, e, d_previous, e_previous, product = np.empty((5, *shape), da.dtype)
        ds, products = np.empty((2, 4, *shape), da.dtype)
        for is_first, is_last, outputs, steps in steps_back(self.da, truncation):
            if is_first:
                d[outputs], e[outputs] = da[steps], 0
            d_previous[outputs] = 0
            previous = d_previous[outputs], e_previous[outputs]
            yield (
                d[outputs], e[outputs], *((None, None) if is_last else previous),
                ds[:, outputs], ds[:, outputs], ds[2, outputs],
                factors[:, steps], factors[2, steps], slopes[steps], f[steps],
                (product[outputs], products[:, outputs], products[:, outputs]),
            )  # fmt: skip
            ds_total[:, steps] += ds[:, outputs]
            d, e, d_previous, e_previous = d_previous, e_previous, d, e

    def carry(self) -> Carry:
        """The last a and c."""
        return self.a[-1], self._c[-1]

    def quantities(self) -> tuple[Quantity, ...]:
        """The gates, c and a."""
        i, f, o, g = self.s
        return (
            Quantity("i", "σ(x W_i + a_t-1 U_i + b_hi)", i),
            Quantity("f", "σ(x W_f + a_t-1 U_f + b_hf)", f),
            Quantity("o", "σ(x W_o + a_t-1 U_o + b_ho)", o),
            Quantity("g", "tanh(x W_g + a_t-1 U_g + b_hg)", g),
            Quantity("c", "f ∘ c_t-1 + i ∘ g", self._c[1:]),
            Quantity("a", "o ∘ tanh(c)", self.a[1:]),
        )
