"""Stochastic gradient descent with momentum."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from rnn_tui.model.buffers import buffer
from rnn_tui.model.option import option
from rnn_tui.training.optimizers.optimizer import Memory, Vector
from rnn_tui.training.optimizers.weight_decay import WeightDecay


@dataclass(frozen=True)
class Momentum(WeightDecay):
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

    def start(self, parameters: Vector) -> Memory:
        """The velocity, zero."""
        return (buffer(parameters.shape, parameters.dtype),)

    def update(
        self, parameters: Vector, gradient: Vector, memory: Memory, rate: float, step: int
    ) -> None:
        """One step along the velocity."""
        (velocity,) = memory
        self.add_decay(parameters, gradient)
        velocity *= self.momentum
        velocity += gradient
        np.multiply(velocity, rate, gradient)
        parameters -= gradient
