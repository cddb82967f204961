"""The notebook's problem: y_t = (x_t + 1) mod k, x uniform.

It needs no memory: it can be solved with U = 0.
"""

import math
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from rnn_tui.model.batch import Tokens
from rnn_tui.model.option import option
from rnn_tui.tasks.dataset import Sequences
from rnn_tui.tasks.task import Source


@dataclass(frozen=True)
class Successor:
    """Predict the next number in mod k (the notebook's section *Problem to solve*)."""

    name: ClassVar[str] = "successor"
    definition: ClassVar[str] = "y_t = (x_t + 1) mod k, x uniform"
    needs_memory: ClassVar[bool] = False
    sources: ClassVar[tuple[Source, ...]] = ()
    optimum: ClassVar[float] = 0.0
    note: ClassVar[str] = "needs no memory: it can be solved with U = 0"

    symbols: int = option(3, "Size of the vocabulary, V.", least=2)
    length: int = option(10, "Time steps of a sequence, T.", least=1)
    sequences: int = option(10, "Sequences to train on.", least=1)

    @property
    def inputs(self) -> tuple[str, ...]:
        """The numbers below k."""
        return tuple(map(str, range(self.symbols)))

    @property
    def outputs(self) -> tuple[str, ...]:
        """The same."""
        return self.inputs

    @property
    def title(self) -> str:
        """Such as ``successor mod 3``."""
        return f"successor mod {self.symbols}"

    @property
    def chance(self) -> float:
        """The natural logarithm of k, nats per symbol."""
        return math.log(self.symbols)

    @property
    def chance_label(self) -> str:
        """Such as ``ln 3``."""
        return f"ln {self.symbols}"

    def draw(self, generator: np.random.Generator, count: int) -> Sequences:
        """Sequences of length T."""
        inputs: Tokens = generator.integers(
            0, self.symbols, size=(count, self.length), dtype="int64"
        ).astype("intp", copy=False)
        return Sequences(inputs, successor_of(inputs, self.symbols))


def successor_of(inputs: Tokens, symbols: int) -> Tokens:
    """(x + 1) mod k for each symbol."""
    return (inputs + 1) % symbols
