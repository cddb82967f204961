"""Stochastic gradient descent with Nesterov's momentum."""

from dataclasses import dataclass
from typing import ClassVar

from rnn_tui.model.buffers import buffer
from rnn_tui.model.option import option
from rnn_tui.training.optimizers.optimizer import Memory, Vector
from rnn_tui.training.optimizers.weight_decay import WeightDecay


@dataclass(frozen=True)
class Nesterov(WeightDecay):
    """Gradient descent with a velocity v whose next step is looked ahead.

        g += λp
        v = μv + g
        p −= η(g + μv)

    Nesterov, *A method of solving a convex programming problem with convergence rate O(1/k²)*,
    1983; in this form ``torch.optim.SGD(nesterov=True)``, after Sutskever, Martens, Dahl &
    Hinton, *On the importance of initialization and momentum in deep learning*, 2013.
    """

    name: ClassVar[str] = "nesterov"
    title: ClassVar[str] = "SGD with Nesterov momentum"

    momentum: float = option(0.9, "Momentum μ.", least=0, below=1)

    def start(self, parameters: Vector) -> Memory:
        """The velocity, zero."""
        return (buffer(parameters.shape, parameters.dtype),)

    def update(
        self, parameters: Vector, gradient: Vector, memory: Memory, rate: float, step: int
    ) -> None:
        """One step along the gradient and the velocity."""
        (velocity,) = memory
        self.add_decay(parameters, gradient)
        velocity *= self.momentum
        velocity += gradient
        gradient += self.momentum * velocity
        gradient *= rate
        parameters -= gradient
