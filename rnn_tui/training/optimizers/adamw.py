"""AdamW: Adam with decoupled weight decay."""

from dataclasses import dataclass
from typing import ClassVar

from rnn_tui.training.optimizers.adam import Adam
from rnn_tui.training.optimizers.optimizer import Memory, Vector


@dataclass(frozen=True)
class AdamW(Adam):
    """Adam whose weight decay shrinks the parameters and stays out of the gradient.

        p −= ηλp
        then as `Adam` with λ = 0

    Loshchilov & Hutter, *Decoupled weight decay regularization*, 2019; ``torch.optim.AdamW``,
    whose default is λ = 0.01.
    """

    name: ClassVar[str] = "adamw"
    title: ClassVar[str] = "AdamW"

    def update(
        self, parameters: Vector, gradient: Vector, memory: Memory, rate: float, step: int
    ) -> None:
        """Shrink the parameters, then one step of Adam."""
        if self.weight_decay:
            parameters *= 1 - rate * self.weight_decay
        self.update_without_decay(parameters, gradient, memory, rate, step)
