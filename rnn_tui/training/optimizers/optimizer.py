"""What an optimizer is."""

from typing import ClassVar, Protocol

from numpy.typing import NDArray

from rnn_tui.model.buffers import Float

Vector = NDArray[Float]

Memory = tuple[Vector, ...]
"""What an optimizer remembers between updates: vectors laid out like the parameters."""


class Optimizer(Protocol):
    """A rule that turns a gradient into an update of the parameters.

    A frozen dataclass, a file each, listed in `registry`; its fields are options. It keeps
    nothing itself: what it remembers belongs to the caller. Formulas, order of operations and
    defaults are those of ``torch.optim``, written for parameters p, gradient g, learning rate η
    and weight decay λ; ``a += b`` stands for a new value, products and quotients are elementwise.

    Where parameter, gradient and memory of a number are all 0, they stay 0.

    Attributes:
        name: what ``--optimizer`` calls it.
        title: what people call it.
    """

    name: ClassVar[str]
    title: ClassVar[str]

    def start(self, parameters: Vector) -> Memory:
        """What it remembers before the first update: zeros, or nothing."""

    def update(
        self, parameters: Vector, gradient: Vector, memory: Memory, rate: float, step: int
    ) -> None:
        """Change parameters and memory in place.

        Args:
            parameters: a vector, float64 or float32.
            gradient: of the same length and dtype; left with numbers that mean nothing.
            memory: made by `start`, changed by every update since.
            rate: the learning rate η of this update.
            step: the updates made before.
        """
