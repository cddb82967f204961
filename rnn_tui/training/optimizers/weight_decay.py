"""Weight decay, an option of every optimizer."""

from dataclasses import dataclass

from rnn_tui.model.option import option
from rnn_tui.training.optimizers.optimizer import Vector


@dataclass(frozen=True)
class WeightDecay:
    """Base of the optimizers: a pull of all parameters towards 0, g += λp.

    Hanson & Pratt, *Comparing biases for minimal network construction with back-propagation*,
    1989; as ``torch.optim`` has it.
    """

    weight_decay: float = option(0.0, "Weight decay λ (adamw: decoupled).", least=0, below=1e6)

    def add_decay(self, parameters: Vector, gradient: Vector) -> None:
        """Add λp to the gradient, in place."""
        if self.weight_decay:
            gradient += self.weight_decay * parameters
