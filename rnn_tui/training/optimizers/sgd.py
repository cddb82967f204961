"""Stochastic gradient descent."""

import numpy as np

from rnn_tui.model.buffers import buffer
from rnn_tui.training.optimizers.optimizer import Vector


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
