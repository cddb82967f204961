"""The gated recurrent unit.

Cho et al., *Learning phrase representations using RNN encoder-decoder*, 2014, with the reset gate
after the product with U as in cuDNN and ``torch.nn.GRU``, and one bias a gate:

    r_t, z_t = σ(x_t W + a_t-1 U + b)          n_t = tanh(x_t W_n + b_n + r_t ∘ (a_t-1 U_n))
    a_t = (1 − z_t) ∘ n_t + z_t ∘ a_t-1

With d_t = ∂L/∂a_t, what comes from later steps included, and u_t = a_t-1 U_n:

    ∂L/∂s_n = d_t ∘ (1 − z_t) ∘ (1 − n_t²)     ∂L/∂s_z = d_t ∘ (a_t-1 − n_t) ∘ z_t ∘ (1 − z_t)
    ∂L/∂s_r = ∂L/∂s_n ∘ u_t ∘ r_t ∘ (1 − r_t)  ∂L/∂u = ∂L/∂s_n ∘ r_t
    ∂L/∂a_t-1 = d_t ∘ z_t + [∂L/∂s_r, ∂L/∂s_z, ∂L/∂u] Uᵀ

σ(x) is computed as (1 + tanh(x/2)) / 2, which cannot overflow.
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
        def make(width: int, count: int = steps) -> Array:
            return buffer((count, batch, width), dtype)

        H = hidden
        self.s, self._u = make(3 * H), make(3 * H)  # s becomes the gates r, z, n
        self.a, self.da = make(H, steps + 1), make(H)
        self.ds_x, self.ds_u = make(3 * H), make(3 * H)
        self._r, self._z, self._n = (self.s[..., i * H : (i + 1) * H] for i in range(3))
        self._factors = make(3 * H)
        s, u, a = by_step(self.s), by_step(self._u), by_step(self.a)
        self._forward = [
            (
                a[t], u[t], u[t][..., : 2 * H], u[t][..., 2 * H :],
                s[t][..., : 2 * H], s[t][..., :H], s[t][..., H : 2 * H], s[t][..., 2 * H :],
                a[t + 1],
            )
            for t in range(steps)
        ]  # fmt: skip
        d, x, y, f = map(by_step, (self.da, self.ds_x, self.ds_u, self._factors))
        self._backward = [
            (
                d[t], d[t - 1] if t else self._unused(d[0]), x[t], y[t],
                *(x[t][..., i * H : (i + 1) * H] for i in range(3)), y[t][..., 2 * H :],
                *(f[t][..., i * H : (i + 1) * H] for i in range(3)),
                s[t][..., :H], s[t][..., H : 2 * H],
            )
            for t in range(steps)
        ]  # fmt: skip
        self._product, self._U_transposed = np.empty_like(d[0]), buffer((3 * H, H), dtype)
        self._H = H

    @staticmethod
    def _unused(like: Array) -> Array:
        """Where the gradient of the state carried in goes."""
        return np.empty_like(like)

    def start(self, carried: Carry | None) -> None:
        """Begin with a carried a, or with zeros."""
        self.a[0] = 0 if carried is None else carried[0]

    def forward(self, U: Array, at_step: AtStep | None = None) -> None:
        """The gates r, z, n take the place of s."""
        add, multiply, subtract, tanh = np.add, np.multiply, np.subtract, np.tanh
        product = self._product
        for a_previous, u, u_rz, u_n, s_rz, r, z, n, a in polled(self._forward, at_step):
            a_previous.dot(U, u)
            # r, z = σ(s + u)
            add(s_rz, u_rz, s_rz)
            multiply(s_rz, 0.5, s_rz)
            tanh(s_rz, s_rz)
            multiply(s_rz, 0.5, s_rz)
            add(s_rz, 0.5, s_rz)
            # n = tanh(s_n + r ∘ u_n)
            multiply(r, u_n, product)
            add(n, product, n)
            tanh(n, n)
            # a = n + z ∘ (a_t-1 − n)
            subtract(a_previous, n, product)
            multiply(z, product, product)
            add(n, product, a)

    def backward(self, U: Array, at_step: AtStep | None = None) -> None:
        """What does not depend on later steps first, for all of them at once."""
        H, product, U_transposed = self._H, self._product, self._U_transposed
        U_transposed[...] = U.T
        r, z, n = self._r, self._z, self._n
        f_r, f_z, f_n = (self._factors[..., i * H : (i + 1) * H] for i in range(3))
        # ∂L/∂s_r = ∂L/∂s_n ∘ f_r     ∂L/∂s_z = d ∘ f_z     ∂L/∂s_n = d ∘ f_n
        np.multiply(self._u[..., 2 * H :], r, f_r)
        np.multiply(f_r, 1 - r, f_r)
        np.subtract(1, z, f_n)
        np.multiply(self.a[:-1] - n, z, f_z)
        np.multiply(f_z, f_n, f_z)
        np.multiply(f_n, 1 - np.square(n), f_n)

        add, multiply = np.add, np.multiply
        for step in polled(self._backward[::-1], at_step):
            d, d_previous, _, ds_u, dr, dz, dn, du, f_r, f_z, f_n, r, z = step
            multiply(d, f_z, dz)
            multiply(d, f_n, dn)
            multiply(dn, f_r, dr)
            multiply(dn, r, du)
            ds_u[..., : 2 * H] = step[2][..., : 2 * H]
            # ∂L/∂a_t-1 += d ∘ z + ∂L/∂(a_t-1 U) Uᵀ
            ds_u.dot(U_transposed, product)
            add(d_previous, product, d_previous)
            multiply(d, z, product)
            add(d_previous, product, d_previous)

    def carry(self) -> Carry:
        """The last a."""
        return (self.a[-1],)

    def quantities(self) -> tuple[Quantity, ...]:
        """The gates and a."""
        return (
            Quantity("r", "σ(x W_r + a_t-1 U_r + b_r)", self._r),
            Quantity("z", "σ(x W_z + a_t-1 U_z + b_z)", self._z),
            Quantity("n", "tanh(x W_n + b_n + r ∘ (a_t-1 U_n))", self._n),
            Quantity("a", "(1 − z) ∘ n + z ∘ a_t-1", self.a[1:]),
        )
