"""The input again, d steps later: y_t = x_{t-d}, x uniform.

It cannot be solved without recurrence, and gets harder with d.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from rnn_tui.model.option import option
from rnn_tui.tasks.dataset import Sequences
from rnn_tui.tasks.task import Source
from rnn_tui.tasks.uniform import UniformNumbers


@dataclass(frozen=True)
class Echo(UniformNumbers):
    """Repeat each symbol after a delay; the first d targets are not scored."""

    name: ClassVar[str] = "echo"
    definition: ClassVar[str] = "y_t = x_{t-d}, x uniform; the first d targets are not scored"
    needs_memory: ClassVar[bool] = True
    sources: ClassVar[tuple[Source, ...]] = (
        Source(
            "lowest loss without memory (an rnn with U = 0)",
            "ln k",
            "x_t and y_t = x_{t-d} are independent",
            "derived",
        ),
    )
    advice: ClassVar[str] = (
        "Needs a memory of d steps: each input has to be carried past those behind it. Look "
        "for: the longer the delay the later it learns; in view 4 it guesses without its state. "
        "Found by trial (delay 3, T 20, 50 sequences, 32 nodes, Adam): rnn at epoch 8, gru 22, "
        "lstm 24; ten sequences of ten, the default, are learned by heart, and 66 to 94 % of "
        "new ones are right. With U = 0 an rnn guesses, an lstm learns it all the same, a gru "
        "in part."
    )
    suggested: ClassVar[Mapping[str, Any]] = {
        "length": 20, "sequences": 50, "cell": "gru", "hidden": 32, "init": "scaled",
        "optimizer": "adam", "lr": 0.01, "batch": 10, "valid": 1, "epochs": 40,
    }  # fmt: skip

    delay: int = option(
        3,
        "Of echo: time steps from an input to its target, D; of copy: from the last symbol to the "
        "marker.",
        least=1,
    )

    @property
    def title(self) -> str:
        """Such as ``echo 3 mod 3``: the delay, then k."""
        return f"echo {self.delay} mod {self.symbols}"

    @property
    def note(self) -> str:
        """What holding U at zero does to it."""
        steps = "1 step" if self.delay == 1 else f"{self.delay} steps"
        return f"needs a memory of {steps}: an rnn with U = 0 guesses, gates carry it on"

    def check(self) -> None:
        """Require a delay shorter than the sequences.

        Raises:
            ValueError: if no target would be scored.
        """
        if not self.delay < self.length:
            raise ValueError(f"--delay {self.delay}: must be less than --length {self.length}")

    def draw(self, generator: np.random.Generator, count: int) -> Sequences:
        """Sequences of length T; targets that are not scored are symbol 0."""
        inputs = self.draw_inputs(generator, count)
        targets, scored = np.zeros_like(inputs), np.zeros(inputs.shape, np.bool_)
        targets[:, self.delay :] = inputs[:, : -self.delay]
        scored[:, self.delay :] = True
        return Sequences(inputs, targets, scored)
