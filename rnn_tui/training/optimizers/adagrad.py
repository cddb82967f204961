"""Adagrad."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from rnn_tui.model.buffers import buffer
from rnn_tui.model.option import option
from rnn_tui.training.optimizers.optimizer import Memory, Vector
from rnn_tui.training.optimizers.weight_decay import WeightDecay


@dataclass(frozen=True)
class Adagrad(WeightDecay):
    """Divides the gradient by the root of the sum v of its squares so far.

        g += λp
        v += g²
        p −= ηg / (√v + ε)

    Duchi, Hazan & Singer, *Adaptive subgradient methods for online learning and stochastic
    optimization*, 2011; ``torch.optim.Adagrad``, and Karpathy's min-char-rnn (there √(v + ε)).
    """

    name: ClassVar[str] = "adagrad"
    title: ClassVar[str] = "Adagrad"

    eps: float = option(1e-10, "Added to the divisor, ε.", least=1e-30, below=1e6)

    def start(self, parameters: Vector) -> Memory:
        """The sum of squared gradients, zero."""
        return (buffer(parameters.shape, parameters.dtype),)

    def update(
        self, parameters: Vector, gradient: Vector, memory: Memory, rate: float, step: int
    ) -> None:
        """One step down the scaled gradient."""
        (sum_of_squares,) = memory
        self.add_decay(parameters, gradient)
        work = gradient * gradient
        sum_of_squares += work
        np.sqrt(sum_of_squares, work)
        work += self.eps
        gradient /= work
        gradient *= rate
        parameters -= gradient
