"""Stochastic gradient descent with momentum."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from rnn_tui.model.buffers import buffer
from rnn_tui.model.option import option
from rnn_tui.training.optimizers.optimizer import Memory, Vector


@dataclass(frozen=True)
class Momentum:
    """Gradient descent with a velocity v, which sums up gradients and forgets them slowly.

        g += λp
        v = μv + g
        p −= ηv

    Polyak, *Some methods of speeding up the convergence of iteration methods*, 1964; in this
    form, without dampening, Sutskever, Martens, Dahl & Hinton, *On the importance of
    initialization and momentum in deep learning*, 2013, and ``torch.optim.SGD``.
    """

    name: ClassVar[str] = "momentum"
    title: ClassVar[str] = "SGD with momentum"

    momentum: float = option(0.9, "Momentum μ.", least=0, below=1)
    weight_decay: float = option(0.0, "Weight decay λ (adamw: decoupled).", least=0, below=1e6)

    def start(self, parameters: Vector) -> Memory:
        """The velocity, zero."""
        return (buffer(parameters.shape, parameters.dtype),)

    def update(
        self, parameters: Vector, gradient: Vector, memory: Memory, rate: float, step: int
    ) -> None:
        """One step along the velocity."""
        (velocity,) = memory
        if self.weight_decay:
            gradient += self.weight_decay * parameters
        velocity *= self.momentum
        velocity += gradient
        np.multiply(velocity, rate, gradient)
        parameters -= gradient
