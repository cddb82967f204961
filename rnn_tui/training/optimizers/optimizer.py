"""Rules that make an update of a gradient."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from rnn_tui.model.buffers import Float, buffer

Vector = NDArray[Float]


class Optimizer(Protocol):
    """(parameters, gradient) → parameters, with whatever it remembers between updates.

    Attributes:
        state: what it remembers, arrays of the parameters' length; part of the run.
    """

    state: tuple[Vector, ...]

    def update(self, parameters: Vector, gradient: Vector, learning_rate: float) -> None:
        """Change the parameters in place."""
        ...


class SGD:
    """Stochastic gradient descent: P ← P − η ∂L/∂P. Remembers nothing.

    Robbins & Monro, *A stochastic approximation method*, 1951; the notebook's ``train``.

    Args:
        parameters: a vector of the length and dtype of those to be trained.
    """

    def __init__(self, parameters: Vector) -> None:
        self.state: tuple[Vector, ...] = ()
        self._step = buffer(parameters.shape, parameters.dtype)
        self._rate = np.zeros((), parameters.dtype)
        self._rate_is = 0.0

    def update(self, parameters: Vector, gradient: Vector, learning_rate: float) -> None:
        """One step down the gradient."""
        if learning_rate != self._rate_is:
            self._rate[...] = self._rate_is = learning_rate
        np.multiply(gradient, self._rate, self._step)
        np.subtract(parameters, self._step, parameters)


def clip_to_norm(gradient: Vector, limit: float) -> None:
    """Scale a gradient in place so that its norm is at most the limit.

    Pascanu, Mikolov & Bengio, *On the difficulty of training recurrent neural networks*, 2013.
    """
    norm = float(np.linalg.norm(gradient.astype(np.float64, copy=False)))  # no overflow
    if norm > limit:
        gradient *= gradient.dtype.type(limit / norm)
