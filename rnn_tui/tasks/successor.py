"""The notebook's problem: y_t = (x_t + 1) mod k, x uniform.

It needs no memory: it can be solved with U = 0.
"""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from rnn_tui.model.batch import Tokens
from rnn_tui.tasks.dataset import Sequences
from rnn_tui.tasks.task import Source
from rnn_tui.tasks.uniform import UniformNumbers


@dataclass(frozen=True)
class Successor(UniformNumbers):
    """Predict the next number in mod k (the notebook's section *Problem to solve*)."""

    name: ClassVar[str] = "successor"
    definition: ClassVar[str] = "y_t = (x_t + 1) mod k, x uniform"
    needs_memory: ClassVar[bool] = False
    sources: ClassVar[tuple[Source, ...]] = ()
    note: ClassVar[str] = "needs no memory: it can be solved with U = 0"

    @property
    def title(self) -> str:
        """Such as ``successor mod 3``."""
        return f"successor mod {self.symbols}"

    def draw(self, generator: np.random.Generator, count: int) -> Sequences:
        """Sequences of length T."""
        inputs = self.draw_inputs(generator, count)
        return Sequences(inputs, successor_of(inputs, self.symbols))


def successor_of(inputs: Tokens, symbols: int) -> Tokens:
    """(x + 1) mod k for each symbol."""
    return (inputs + 1) % symbols
