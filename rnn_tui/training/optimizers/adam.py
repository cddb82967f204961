"""Adam."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from rnn_tui.model.buffers import buffer
from rnn_tui.model.option import option
from rnn_tui.training.optimizers.optimizer import Memory, Vector
from rnn_tui.training.optimizers.weight_decay import WeightDecay


@dataclass(frozen=True)
class Adam(WeightDecay):
    """Running means of the gradient, m, and of its square, v, corrected for their start at 0.

        g += λp
        m += (1 − β₁)(g − m)
        v = β₂v + (1 − β₂)g²
        p −= η/(1 − β₁ᵗ) · m / (√v / √(1 − β₂ᵗ) + ε)      t = 1, 2, …

    Kingma & Ba, *Adam: a method for stochastic optimization*, 2015; ``torch.optim.Adam``.
    """

    name: ClassVar[str] = "adam"
    title: ClassVar[str] = "Adam"

    beta1: float = option(0.9, "Decay β₁ of the mean gradient.", least=0, below=1)
    beta2: float = option(0.999, "Decay β₂ of the mean squared gradient.", least=0, below=1)
    eps: float = option(1e-8, "Added to the divisor, ε.", least=1e-30, below=1e6)

    def start(self, parameters: Vector) -> Memory:
        """The means of the gradient and of its square, zero."""
        shape, dtype = parameters.shape, parameters.dtype
        return buffer(shape, dtype), buffer(shape, dtype)

    def update(
        self, parameters: Vector, gradient: Vector, memory: Memory, rate: float, step: int
    ) -> None:
        """One step down the mean gradient, scaled."""
        self.add_decay(parameters, gradient)
        self.update_without_decay(parameters, gradient, memory, rate, step)

    def update_without_decay(
        self, parameters: Vector, gradient: Vector, memory: Memory, rate: float, step: int
    ) -> None:
        """The same for λ = 0, whatever the weight decay is."""
        mean, mean_square = memory
        work = gradient * gradient
        work *= 1 - self.beta2
        mean_square *= self.beta2
        mean_square += work
        gradient -= mean
        gradient *= 1 - self.beta1
        mean += gradient
        np.sqrt(mean_square, work)
        work /= (1 - self.beta2 ** (step + 1)) ** 0.5
        work += self.eps
        np.divide(mean, work, gradient)
        gradient *= rate / (1 - self.beta1 ** (step + 1))
        parameters -= gradient
