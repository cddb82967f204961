"""Stochastic gradient descent."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from rnn_tui.training.optimizers.optimizer import Memory, Vector
from rnn_tui.training.optimizers.weight_decay import WeightDecay


@dataclass(frozen=True)
class SGD(WeightDecay):
    """Stochastic gradient descent, as in the notebook's ``train``. Remembers nothing.

        g += λp
        p −= ηg

    Robbins & Monro, *A stochastic approximation method*, 1951.
    """

    name: ClassVar[str] = "sgd"
    title: ClassVar[str] = "SGD"

    def start(self, parameters: Vector) -> Memory:
        """Nothing."""
        return ()

    def update(
        self, parameters: Vector, gradient: Vector, memory: Memory, rate: float, step: int
    ) -> None:
        """One step down the gradient."""
        self.add_decay(parameters, gradient)
        np.multiply(gradient, rate, gradient)
        np.subtract(parameters, gradient, parameters)
