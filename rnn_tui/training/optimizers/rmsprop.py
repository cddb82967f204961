"""RMSprop."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from rnn_tui.model.buffers import buffer
from rnn_tui.model.option import option
from rnn_tui.training.optimizers.optimizer import Memory, Vector
from rnn_tui.training.optimizers.weight_decay import WeightDecay


@dataclass(frozen=True)
class RMSprop(WeightDecay):
    """Divides the gradient by the root of the running mean v of its square.

        g += λp
        v = αv + (1 − α)g²
        p −= ηg / (√v + ε)

    Tieleman & Hinton, *Lecture 6.5: RMSprop*, Neural networks for machine learning, 2012; in
    this form, with ε outside the root, ``torch.optim.RMSprop``.
    """

    name: ClassVar[str] = "rmsprop"
    title: ClassVar[str] = "RMSprop"

    decay: float = option(0.99, "Decay α of the mean squared gradient.", least=0, below=1)
    eps: float = option(1e-8, "Added to the divisor, ε.", least=1e-30, below=1e6)

    def start(self, parameters: Vector) -> Memory:
        """The mean squared gradient, zero."""
        return (buffer(parameters.shape, parameters.dtype),)

    def update(
        self, parameters: Vector, gradient: Vector, memory: Memory, rate: float, step: int
    ) -> None:
        """One step down the scaled gradient."""
        (mean_square,) = memory
        self.add_decay(parameters, gradient)
        work = gradient * gradient
        work *= 1 - self.decay
        mean_square *= self.decay
        mean_square += work
        np.sqrt(mean_square, work)
        work += self.eps
        gradient /= work
        gradient *= rate
        parameters -= gradient
