"""The gated recurrent unit.

Cho et al., *Learning phrase representations using RNN encoder-decoder*, 2014, with the reset gate
after the product with U as in cuDNN and ``torch.nn.GRU``, and one bias a gate:

    r_t, z_t = σ(x_t W + a_t-1 U + b)          n_t = tanh(x_t W_n + b_hn + r_t ∘ (a_t-1 U_n))
    a_t = (1 − z_t) ∘ n_t + z_t ∘ a_t-1

With d_t = ∂L/∂a_t, what comes from later steps included, and u_t = a_t-1 U_n:

    ∂L/∂s_n = d_t ∘ (1 − z_t) ∘ (1 − n_t²)     ∂L/∂s_z = d_t ∘ (a_t-1 − n_t) ∘ z_t ∘ (1 − z_t)
    ∂L/∂s_r = ∂L/∂s_n ∘ u_t ∘ r_t ∘ (1 − r_t)  ∂L/∂u = ∂L/∂s_n ∘ r_t
    ∂L/∂a_t-1 = d_t ∘ z_t + [∂L/∂s_r, ∂L/∂s_z, ∂L/∂u] Uᵀ

σ(x) is computed as (1 + tanh(x/2)) / 2, which cannot overflow.
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
class GRU:
    """Gated recurrent unit: it can keep its state, and reset what it reads of it."""

    name: ClassVar[str] = "gru"
    gates: ClassVar[str] = "rzn"
    title: ClassVar[str] = "gated recurrent unit (Cho et al. 2014)"

    def unroll(self, steps: int, batch: int, hidden: int, dtype: DTypeLike) -> GRUSteps:
        """With buffers for T steps of B sequences."""
        return GRUSteps(steps, batch, hidden, dtype)


class GRUSteps:
    """The cell unrolled; see `rnn_tui.model.cell.Steps`."""

    def __init__(self, steps: int, batch: int, hidden: int, dtype: DTypeLike) -> None:
        shape = steps, batch, hidden
        self.s = buffer((3, *shape), dtype)  # becomes the gates r, z, n
        self.a, self.da = buffer((steps + 1, batch, hidden), dtype), buffer(shape, dtype)
        self.ds_x, self.ds_u = buffer((3, *shape), dtype), buffer((3, *shape), dtype)
        self._u, self._factors = buffer((3, *shape), dtype), buffer((3, *shape), dtype)
        s, u, dx, du, factors = map(
            gates_by_step, (self.s, self._u, self.ds_x, self.ds_u, self._factors)
        )
        a, d = by_step(self.a), by_step(self.da)
        self._forward = [
            (a[t], u[t], u[t][:2], u[t][2], s[t][:2], *s[t], a[t + 1]) for t in range(steps)
        ]
        self._product, products = np.empty_like(d[0]), buffer((3, batch, hidden), dtype)
        scratch = self._product, products, products.reshape(3, *d[0].shape)
        self._backward = [
            (
                d[t], d[t - 1] if t else None, self.ds_u[:, t], du[t][:2], dx[t][:2],
                *dx[t], du[t][2], *factors[t], *s[t][:2], scratch,
            )
            for t in reversed(range(steps))
        ]  # fmt: skip

    def start(self, carried: Carry | None) -> None:
        """Begin with a carried a, or with zeros."""
        self.a[0] = 0 if carried is None else carried[0]

    def forward(self, U: Array, at_step: AtStep | None = None) -> None:
        """The gates r, z, n take the place of s."""
        self.advance(self.prepare(U), at_step)

    def prepare(self, U: Array) -> Array:
        """The blocks of the gates; half of those of r and z, for σ(x) = (1 + tanh(x/2)) / 2."""
        blocks = by_gate(U, 3)
        np.multiply(blocks[:2], 0.5, blocks[:2])
        return blocks

    def advance(self, U: Array, at_step: AtStep | None = None) -> None:
        """See `forward`."""
        add, multiply, subtract, tanh, matmul = np.add, np.multiply, np.subtract, np.tanh, np.matmul
        product = self._product
        # σ(x) = (1 + tanh(x/2)) / 2: the half of all x at once
        multiply(self.s[:2], 0.5, self.s[:2])
        for a_previous, u, u_rz, u_n, rz, r, z, n, a in polled(self._forward, at_step):
            matmul(a_previous, U, u)
            # r, z = σ(s + u)
            add(rz, u_rz, rz)
            tanh(rz, rz)
            multiply(rz, 0.5, rz)
            add(rz, 0.5, rz)
            # n = tanh(s_n + r ∘ u_n)
            multiply(r, u_n, product)
            add(n, product, n)
            tanh(n, n)
            # a = n + z ∘ (a_t-1 − n)
            subtract(a_previous, n, product)
            multiply(z, product, product)
            add(n, product, a)

    def backward(
        self, U: Array, at_step: AtStep | None = None, truncation: int | None = None
    ) -> None:
        """What does not depend on later steps first, for all of them at once."""
        (r, z, n), (f_r, f_z, f_n) = self.s, self._factors
        # ∂L/∂s_r = ∂L/∂s_n ∘ f_r     ∂L/∂s_z = d ∘ f_z     ∂L/∂s_n = d ∘ f_n
        np.subtract(1, r, f_r)
        np.multiply(f_r, r, f_r)
        np.multiply(f_r, self._u[2], f_r)
        np.square(n, f_n)
        np.subtract(1, f_n, f_n)
        np.subtract(1, z, f_z)
        np.multiply(f_n, f_z, f_n)
        np.multiply(f_z, z, f_z)
        np.multiply(f_z, self.a[:-1] - n, f_z)

        add, multiply, matmul, total = np.add, np.multiply, np.matmul, np.add.reduce
        U_transposed = np.ascontiguousarray(by_gate(U, 3).swapaxes(1, 2))
        steps = self._backward if truncation is None else self._truncated(truncation)
        for step in polled(steps, at_step):
            d, d_previous, du, du_rz, drz, dr, dz, dn, du_n, f_r, f_z, f_n, r, z, scratch = step
            multiply(d, f_z, dz)
            multiply(d, f_n, dn)
            multiply(dn, f_r, dr)
            du_rz[...] = drz
            multiply(dn, r, du_n)
            if d_previous is None:
                continue
            # ∂L/∂a_t-1 += d ∘ z + ∂L/∂(a_t-1 U) Uᵀ
            product, products, sums = scratch
            matmul(du, U_transposed, products)
            total(sums, 0, out=product)
            add(d_previous, product, d_previous)
            multiply(d, z, product)
            add(d_previous, product, d_previous)

    def _truncated(self, truncation: int) -> Iterator[tuple[Any, ...]]:
        """The same steps back of many outputs at once, added up in ds_x and ds_u."""
        da, gates, factors = by_row(self.da), by_row(self.s), by_row(self._factors)
        ds_x, ds_u = by_row(self.ds_x), by_row(self.ds_u)
        ds_x[...] = ds_u[...] = 0
        shape = rows_together(self.da), da.shape[1]
        d, d_previous, product = np.empty((3, *shape), da.dtype)
        dx, du, products = np.empty((3, 3, *shape), da.dtype)
        for is_first, is_last, outputs, steps in steps_back(self.da, truncation):
            if is_first:
                d[outputs] = da[steps]
            d_previous[outputs] = 0
            yield (
                d[outputs], None if is_last else d_previous[outputs], du[:, outputs],
                du[:2, outputs], dx[:2, outputs], *dx[:, outputs], du[2, outputs],
                *factors[:, steps], *gates[:2, steps],
                (product[outputs], products[:, outputs], products[:, outputs]),
            )  # fmt: skip
            ds_x[:, steps] += dx[:, outputs]
            ds_u[:, steps] += du[:, outputs]
            d, d_previous = d_previous, d

    def carry(self) -> Carry:
        """The last a."""
        return (self.a[-1],)

    def quantities(self) -> tuple[Quantity, ...]:
        """The gates and a."""
        r, z, n = self.s
        return (
            Quantity("r", "σ(x W_r + a_t-1 U_r + b_hr)", r),
            Quantity("z", "σ(x W_z + a_t-1 U_z + b_hz)", z),
            Quantity("n", "tanh(x W_n + b_hn + r ∘ (a_t-1 U_n))", n),
            Quantity("a", "(1 − z) ∘ n + z ∘ a_t-1", self.a[1:]),
        )
