"""A plain loop in the style of Karpathy's min-char-rnn: column vectors, one character at a time.

Its mathematics and manner in our own words (https://gist.github.com/karpathy/d4dee566867f8291f086),
but with the update everybody makes here, SGD without clipping, and in the row's dtype.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.contenders.contender import Weights, Work, refuse_large


class MinChar:
    """Dictionaries of column vectors by time step; gradients summed step by step."""

    name = "min-char-rnn"

    def __init__(self, work: Work) -> None:
        refuse_large(work)
        first = work.weights
        self._Wxh, self._Whh, self._Why = (
            first["W"].T.copy(),
            first["U"].T.copy(),
            first["V"].T.copy(),
        )
        self._bh, self._by = first["b_h"][:, None].copy(), first["b_o"][:, None].copy()
        self._batches = [
            [(x.tolist(), y.tolist()) for x, y in zip(xs.T, ys.T, strict=True)]
            for xs, ys in zip(work.inputs, work.targets, strict=True)
        ]
        self._rate = first["W"].dtype.type(work.rate)
        self._losses: list[float] = []

    def _sequence(self, inputs: list[int], targets: list[int]) -> tuple[float, list[Any]]:
        Wxh, Whh, Why, bh, by = self._Wxh, self._Whh, self._Why, self._bh, self._by
        xs, hs, ps = {}, {-1: np.zeros_like(bh)}, {}
        loss = 0.0
        for t in range(len(inputs)):
            xs[t] = np.zeros((Wxh.shape[1], 1), Wxh.dtype)
            xs[t][inputs[t]] = 1
            hs[t] = np.tanh(np.dot(Wxh, xs[t]) + np.dot(Whh, hs[t - 1]) + bh)
            y = np.dot(Why, hs[t]) + by
            ps[t] = np.exp(y) / np.sum(np.exp(y))
            loss += -np.log(ps[t][targets[t], 0])
        dWxh, dWhh, dWhy = np.zeros_like(Wxh), np.zeros_like(Whh), np.zeros_like(Why)
        dbh, dby = np.zeros_like(bh), np.zeros_like(by)
        dhnext = np.zeros_like(bh)
        for t in reversed(range(len(inputs))):
            dy = np.copy(ps[t])
            dy[targets[t]] -= 1
            dWhy += np.dot(dy, hs[t].T)
            dby += dy
            dh = np.dot(Why.T, dy) + dhnext
            draw = (1 - hs[t] * hs[t]) * dh
            dbh += draw
            dWxh += np.dot(draw, xs[t].T)
            dWhh += np.dot(draw, hs[t - 1].T)
            dhnext = np.dot(Whh.T, draw)
        return loss, [dWxh, dWhh, dWhy, dbh, dby]

    def epoch(self) -> None:
        self._losses = []
        parameters = [self._Wxh, self._Whh, self._Why, self._bh, self._by]
        for batch in self._batches:
            totals, total = [np.zeros_like(array) for array in parameters], 0.0
            for inputs, targets in batch:
                loss, gradients = self._sequence(inputs, targets)
                total += loss
                for sum_, gradient in zip(totals, gradients, strict=True):
                    sum_ += gradient
            for parameter, sum_ in zip(parameters, totals, strict=True):
                parameter += -self._rate * (sum_ / len(batch))
            self._losses.append(total / len(batch))

    def losses(self) -> NDArray[np.float64]:
        return np.array(self._losses, np.float64)

    def weights(self) -> Weights:
        return {
            "W": self._Wxh.T.copy(), "U": self._Whh.T.copy(), "V": self._Why.T.copy(),
            "b_h": self._bh[:, 0].copy(), "b_o": self._by[:, 0].copy(),
        }  # fmt: skip
