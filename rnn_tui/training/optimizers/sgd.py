"""Stochastic gradient descent."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from rnn_tui.model.option import option
from rnn_tui.training.optimizers.optimizer import Memory, Vector


@dataclass(frozen=True)
class SGD:
    """Stochastic gradient descent, as in the notebook's ``train``. Remembers nothing.

        g += λp
        p −= ηg

    Robbins & Monro, *A stochastic approximation method*, 1951.
    """

    name: ClassVar[str] = "sgd"
    title: ClassVar[str] = "SGD"

    weight_decay: float = option(0.0, "Weight decay λ (adamw: decoupled).", least=0, below=1e6)

    def start(self, parameters: Vector) -> Memory:
        """Nothing."""
        return ()

    def update(
        self, parameters: Vector, gradient: Vector, memory: Memory, rate: float, step: int
    ) -> None:
        """One step down the gradient."""
        if self.weight_decay:
            gradient += self.weight_decay * parameters
        np.multiply(gradient, rate, gradient)
        np.subtract(parameters, gradient, parameters)
