"""The notebook's own style, repaired: lists of rows, one-hot, float64, softmax at each step.

Its method names and shapes, with the missing half of its backpropagation filled in as it began.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from benchmarks.contenders.contender import Weights, Work


def softmax(s: NDArray[np.float64]) -> NDArray[np.float64]:
    exps = np.exp(s - np.max(s))
    return exps / np.sum(exps)


class Notebook:
    """One sequence at a time, one step at a time, all intermediate values kept in lists."""

    name = "notebook"

    def __init__(self, work: Work) -> None:
        first = {name: value.astype(np.float64) for name, value in work.weights.items()}
        self.w, self.u, self.v = first["W"].T.copy(), first["U"].copy(), first["V"].T.copy()
        self.b_h, self.b_o = first["b_h"].copy(), first["b_o"].copy()
        one_hot = np.eye(work.row.config.symbols)
        self._batches = [
            [(one_hot[x], one_hot[y]) for x, y in zip(xs.T, ys.T, strict=True)]
            for xs, ys in zip(work.inputs, work.targets, strict=True)
        ]
        self._rate = work.rate
        self._losses: list[float] = []

    def feedforward(self, x: NDArray[np.float64]) -> list[NDArray[np.float64]]:
        self.a_h, y_hat = [], []
        a_prev = np.zeros(len(self.u))
        for x_t in x:
            s_h = x_t @ self.w.T + a_prev @ self.u + self.b_h
            a_prev = np.tanh(s_h)
            self.a_h.append(a_prev)
            y_hat.append(softmax(a_prev @ self.v.T + self.b_o))
        return y_hat

    def loss(self, y: NDArray[np.float64], y_hat: list[NDArray[np.float64]]) -> float:
        return float(
            -sum(np.sum(y_t * np.log(y_hat_t)) for y_t, y_hat_t in zip(y, y_hat, strict=True))
        )

    def backpropagation(
        self, x: NDArray[np.float64], y: NDArray[np.float64], y_hat: list[NDArray[np.float64]]
    ) -> tuple[NDArray[np.float64], ...]:
        dw, du, dv = np.zeros_like(self.w), np.zeros_like(self.u), np.zeros_like(self.v)
        db_h, db_o = np.zeros_like(self.b_h), np.zeros_like(self.b_o)
        ds_next = np.zeros_like(self.b_h)
        for t in reversed(range(len(x))):
            ds_o = y_hat[t] - y[t]
            dv += np.outer(ds_o, self.a_h[t])
            db_o += ds_o
            ds_h = (ds_o @ self.v + ds_next @ self.u.T) * (1 - self.a_h[t] ** 2)
            dw += np.outer(ds_h, x[t])
            if t > 0:
                du += np.outer(self.a_h[t - 1], ds_h)
            db_h += ds_h
            ds_next = ds_h
        return dw, dv, du, db_h, db_o

    def epoch(self) -> None:
        self._losses = []
        for batch in self._batches:
            sums: list[NDArray[np.float64]] = []
            total = 0.0
            for x, y in batch:
                y_hat = self.feedforward(x)
                total += self.loss(y, y_hat)
                gradients = self.backpropagation(x, y, y_hat)
                sums = (
                    [a + b for a, b in zip(sums, gradients, strict=True)]
                    if sums
                    else list(gradients)
                )
            dw, dv, du, db_h, db_o = (gradient / len(batch) for gradient in sums)
            self.w -= self._rate * dw
            self.v -= self._rate * dv
            self.u -= self._rate * du
            self.b_h -= self._rate * db_h
            self.b_o -= self._rate * db_o
            self._losses.append(total / len(batch))

    def losses(self) -> NDArray[np.float64]:
        return np.array(self._losses)

    def weights(self) -> Weights:
        return {
            "W": self.w.T.copy(), "U": self.u.copy(), "V": self.v.T.copy(),
            "b_h": self.b_h.copy(), "b_o": self.b_o.copy(),
        }  # fmt: skip
