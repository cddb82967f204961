"""The notebook's own style, repaired: its methods one by one, only what cannot run changed.

Lists of rows, integer one-hot vectors, a loss for each time step, columns made with newaxis. Its
softmax is in float64, for want of float128 everywhere, and its backpropagation goes on as it began.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from benchmarks.contenders.contender import Weights, Work, refuse_large

Rows = list[NDArray[np.float64]]


class Notebook:
    """One sequence at a time, one step at a time, all intermediate values kept in lists."""

    name = "notebook"

    def __init__(self, work: Work) -> None:
        refuse_large(work)
        first = {name: value.astype(np.float64) for name, value in work.weights.items()}
        self.n_nodes = work.row.config.hidden
        self.w, self.u, self.v = first["W"].T.copy(), first["U"].copy(), first["V"].T.copy()
        self.b_h, self.b_o = first["b_h"].copy(), first["b_o"].copy()
        one_hot = np.eye(work.row.config.symbols[0], dtype=int)
        self._batches = [
            [(one_hot[x], one_hot[y]) for x, y in zip(xs.T, ys.T, strict=True)]
            for xs, ys in zip(work.inputs, work.targets, strict=True)
        ]
        self._rate = work.rate
        self._losses: list[float] = []
        self.reset_mem()

    def reset_mem(self) -> None:
        self.s_h: Rows = []
        self.a_h: Rows = []
        self.s_o: Rows = []
        self.y_hat: Rows = []

    def feedforward(self, x: NDArray[np.int_]) -> Rows:
        self.reset_mem()
        for t in range(len(x)):
            a_ht_prev = np.zeros(self.n_nodes) if t == 0 else self.a_h[t - 1]
            s_ht = x[t] @ self.w.T + a_ht_prev @ self.u + self.b_h
            a_ht = self.tanh(s_ht)
            s_ot = a_ht @ self.v.T + self.b_o
            y_t = self.softmax(s_ot)
            self.s_h.append(s_ht)
            self.a_h.append(a_ht)
            self.s_o.append(s_ot)
            self.y_hat.append(y_t)
        return self.y_hat

    def total_loss(self, y: NDArray[np.int_], y_hat: Rows) -> float:
        return float(sum([self.loss(t, y, y_hat) for t in range(len(y))]))

    @staticmethod
    def loss(t: int, y: NDArray[np.int_], y_hat: Rows) -> float:
        if (y[t] == y_hat[t]).all():
            return 0
        return float(np.sum(-y[t] * np.log(y_hat[t])))

    @staticmethod
    def tanh(x: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.tanh(x)

    @staticmethod
    def softmax(x: NDArray[np.float64]) -> NDArray[np.float64]:
        x = np.array(x, dtype=np.float64)
        exp = np.exp(x - np.max(x))
        scores: NDArray[np.float64] = exp / exp.sum(keepdims=True)
        return scores

    def backpropagation(
        self, x: NDArray[np.int_], y: NDArray[np.int_], y_hat: Rows
    ) -> tuple[NDArray[np.float64], ...]:
        du, dv, dw = np.zeros(self.u.shape), np.zeros(self.v.shape), np.zeros(self.w.shape)
        dbh, dbo = np.zeros(self.b_h.shape), np.zeros(self.b_o.shape)
        ds_ht_next = np.zeros(self.n_nodes)
        for t in reversed(range(len(y))):
            dbo_t = y_hat[t] - y[t]
            dv_t = dbo_t[:, np.newaxis] @ self.a_h[t][:, np.newaxis].T
            dv += dv_t
            dbo += dbo_t

            da_ht = dbo_t @ self.v + ds_ht_next @ self.u.T
            ds_ht = da_ht * (1 - self.a_h[t] ** 2)
            dw_t = ds_ht[:, np.newaxis] @ x[t][:, np.newaxis].T
            dw += dw_t
            if t > 0:
                du += self.a_h[t - 1][:, np.newaxis] @ ds_ht[:, np.newaxis].T
            dbh += ds_ht
            ds_ht_next = ds_ht
        return dw, dv, du, dbh, dbo

    def epoch(self) -> None:
        self._losses = []
        for batch in self._batches:
            sums: list[NDArray[np.float64]] = []
            total = 0.0
            for x, y in batch:
                y_hat = self.feedforward(x)
                total += self.total_loss(y, y_hat)
                deltas = self.backpropagation(x, y, y_hat)
                sums = [a + b for a, b in zip(sums, deltas, strict=True)] if sums else list(deltas)
            dw, dv, du, dbh, dbo = sums
            rate = self._rate / len(batch)
            self.u -= rate * du
            self.w -= rate * dw
            self.v -= rate * dv
            self.b_h -= rate * dbh
            self.b_o -= rate * dbo
            self._losses.append(total / len(batch))

    def losses(self) -> NDArray[np.float64]:
        return np.array(self._losses)

    def weights(self) -> Weights:
        return {
            "W": self.w.T.copy(), "U": self.u.copy(), "V": self.v.T.copy(),
            "b_h": self.b_h.copy(), "b_o": self.b_o.copy(),
        }  # fmt: skip
