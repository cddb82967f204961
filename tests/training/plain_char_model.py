"""A character model written plainly, one symbol at a time, after A. Karpathy's min-char-rnn (2015).

The equations, the carried state, the clipping of each number and Adagrad are its own; Adagrad adds
its ε to the root, as PyTorch does, and an epoch ends where no whole chunk is left.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating[Any]]
EPS = 1e-10


class Model:
    """The network with its gradient and Adagrad's memory.

    Args:
        parameters: Wxh (H, V), Whh (H, H), Why (V, H), bh (H,), by (V,); changed in place.
        rate: learning rate.
        clip: no number of a gradient is larger than this.
    """

    def __init__(self, parameters: list[Array], rate: float, clip: float) -> None:
        self.parameters, self.rate, self.clip = parameters, rate, clip
        self.memory = [np.zeros_like(p) for p in parameters]
        self.state = np.zeros_like(parameters[3])

    def update(self, inputs: list[int], targets: list[int]) -> float:
        """One chunk: its loss in nats, summed; the state and the parameters go on."""
        loss, gradients = self._loss_and_gradients(inputs, targets)
        for p, gradient, memory in zip(self.parameters, gradients, self.memory, strict=True):
            gradient = np.clip(gradient, -self.clip, self.clip)
            memory += gradient * gradient
            p -= self.rate * gradient / (np.sqrt(memory) + EPS)
        return loss

    def _loss_and_gradients(
        self, inputs: list[int], targets: list[int]
    ) -> tuple[float, list[Array]]:
        Wxh, Whh, Why, bh, by = self.parameters
        states, probabilities, loss = [self.state], [], 0.0
        for x, y in zip(inputs, targets, strict=True):
            states.append(np.tanh(Wxh[:, x] + Whh @ states[-1] + bh))
            scores = Why @ states[-1] + by
            exponentials = np.exp(scores - scores.max())
            probabilities.append(exponentials / exponentials.sum())
            loss -= float(np.log(probabilities[-1][y]))
        dWxh, dWhh, dWhy, dbh, dby = gradients = [np.zeros_like(p) for p in self.parameters]
        dh_next = np.zeros_like(bh)
        for t in reversed(range(len(inputs))):
            dy = probabilities[t].copy()
            dy[targets[t]] -= 1
            dWhy += np.outer(dy, states[t + 1])
            dby += dy
            raw = (1 - states[t + 1] ** 2) * (Why.T @ dy + dh_next)
            dbh += raw
            dWxh[:, inputs[t]] += raw
            dWhh += np.outer(raw, states[t])
            dh_next = Whh.T @ raw
        self.state = states[-1]
        return loss, gradients


def train(model: Model, symbols: NDArray[np.intp], length: int) -> Iterator[float]:
    """Chunk after chunk, for ever: the loss of each before its update, nats per symbol."""
    chunks = (len(symbols) - 1) // length
    while True:
        model.state = np.zeros_like(model.state)
        for start in range(0, chunks * length, length):
            inputs = symbols[start : start + length].tolist()
            targets = symbols[start + 1 : start + length + 1].tolist()
            yield model.update(inputs, targets) / length
