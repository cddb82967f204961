"""Backpropagation through time as in a textbook, with one of the usual mistakes if asked for."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnn_tui.model.batch import Batch
from rnn_tui.model.cell import Cell
from rnn_tui.model.cells.gru import GRU
from rnn_tui.model.cells.rnn import Elman
from rnn_tui.model.parameters import Parameters

Numbers = NDArray[Any]


class Backpropagation:
    """BPTT for one sequence, step by step as in a textbook, with one mistake if asked for."""

    def __init__(self, cell: Cell, network: Parameters, batch: Batch, mistake: str = "") -> None:
        self.cell, self.P, self.mistake = cell, network, mistake
        self.x = np.eye(batch.symbols[0])[batch.inputs[:, 0]]
        self.y = np.eye(batch.symbols[1])[batch.targets[:, 0]]
        self.gates = cell.gates if len(cell.gates) > 1 else ""

    def gradient(self) -> Parameters:
        P, H = self.P, len(self.P["U"])
        found = P.with_flat(np.zeros_like(P.flat))
        zeros = np.zeros(H)
        states, kept = [(zeros, zeros)], []
        for x in self.x:
            state, local = self.step(x @ P["W"] + P["b_h"], *states[-1])
            states.append(state)
            kept.append(local)
        d, e = zeros, zeros
        last = len(self.x) - 1
        for t in range(last, -1, -1):
            a, a_previous = states[t + 1][0], states[t][0]
            logits = a @ P["V"] + P["b_o"]
            ds_o = np.exp(logits - logits.max())
            ds_o = ds_o / ds_o.sum() - self.y[t]
            found["V"][...] += np.outer(a, ds_o)
            if self.mistake != "b_o of the last step alone" or t == last:
                found["b_o"][...] += ds_o
            ds_x, ds_u, direct, e = self.back(d + P["V"] @ ds_o, e, kept[t])
            found["W"][...] += np.outer(self.x[t], ds_x)
            factor = a if self.mistake == "dU one step off" else a_previous
            found["U"][...] += np.outer(factor, ds_u)
            if self.mistake != "b_h of the last step alone" or t == last:
                found["b_h"][...] += ds_x
            d = direct + self.through_u(ds_u)
            if self.mistake == "no carry":
                d = d - direct
                e = zeros
        return found

    def through_u(self, ds: Numbers) -> Numbers:
        if self.mistake == "no recurrent term":
            return np.zeros(len(self.P["U"]))
        blocks = np.split(self.P["U"], max(1, len(self.gates)), axis=1)
        pieces = np.split(ds, len(blocks))
        if self.mistake == "U not transposed":
            return np.sum([d @ U for U, d in zip(blocks, pieces, strict=True)], axis=0)
        return np.sum([U @ d for U, d in zip(blocks, pieces, strict=True)], axis=0)

    def slope(self, activation: Numbers) -> Numbers:
        if self.mistake == "no slope":
            return np.ones_like(activation)
        is_relu = self.cell == Elman("relu")
        return (activation > 0).astype(float) if is_relu else 1 - activation**2

    def step(self, s: Numbers, a: Numbers, c: Numbers) -> tuple[Any, Any]:
        u = a @ self.P["U"]
        if isinstance(self.cell, Elman):
            new = np.maximum(0, s + u) if self.cell.activation == "relu" else np.tanh(s + u)
            return (new, c), (new,)
        if isinstance(self.cell, GRU):
            (s_r, s_z, s_n), (u_r, u_z, u_n) = np.split(s, 3), np.split(u, 3)
            r, z = sigmoid(s_r + u_r), sigmoid(s_z + u_z)
            n = np.tanh(s_n + r * u_n)
            return (n + z * (a - n), c), (r, z, n, u_n, a)
        s_i, s_f, s_o, s_g = np.split(s + u, 4)
        i, f, o, g = sigmoid(s_i), sigmoid(s_f), sigmoid(s_o), np.tanh(s_g)
        c_new = f * c + i * g
        return (o * np.tanh(c_new), c_new), (i, f, o, g, c, np.tanh(c_new))

    def back(self, d: Numbers, e: Numbers, kept: Any) -> tuple[Numbers, Numbers, Numbers, Numbers]:
        """∂L/∂s by x and by U, what reaches a_t-1 directly, and c_t-1."""
        zeros = np.zeros_like(d)
        if isinstance(self.cell, Elman):
            ds = d * self.slope(kept[0])
            return ds, ds, zeros, zeros
        if isinstance(self.cell, GRU):
            r, z, n, u_n, a = kept
            dn = d * (1 - z) * self.slope(n)
            by_gate = {"r": dn * u_n * r * (1 - r), "z": d * (a - n) * z * (1 - z), "n": dn}
            ds_x = self.joined(by_gate)
            return ds_x, np.concatenate([ds_x[: 2 * len(d)], ds_x[2 * len(d) :] * r]), d * z, zeros
        i, f, o, g, c, tanh_c = kept
        e = e + d * o * (1 - tanh_c**2)
        by_gate = {
            "i": e * g * i * (1 - i), "f": e * c * f * (1 - f),
            "o": d * tanh_c * o * (1 - o), "g": e * i * self.slope(g),
        }  # fmt: skip
        ds = self.joined(by_gate)
        return ds, ds, zeros, e * f

    def joined(self, by_gate: dict[str, Numbers]) -> Numbers:
        """Side by side; a gate that was forgotten has no gradient."""
        return np.concatenate(
            [d * (self.mistake != f"gate {gate} forgotten") for gate, d in by_gate.items()]
        )


def sigmoid(x: Numbers) -> Numbers:
    return 1 / (1 + np.exp(-x))
