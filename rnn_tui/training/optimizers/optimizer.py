"""What an optimizer is."""

from typing import Protocol

from numpy.typing import NDArray

from rnn_tui.model.buffers import Float

Vector = NDArray[Float]


class Optimizer(Protocol):
    """(parameters, gradient) → parameters, with whatever it remembers between updates.

    Attributes:
        state: what it remembers, arrays of the parameters' length; part of the run.
    """

    state: tuple[Vector, ...]

    def update(self, parameters: Vector, gradient: Vector, learning_rate: float) -> None:
        """Change the parameters in place."""
