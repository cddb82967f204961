"""The notebook's problem: y_t = (x_t + 1) mod k, x uniform.

It needs no memory: it can be solved with U = 0.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

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
    advice: ClassVar[str] = (
        "The notebook's problem, and the one to begin with: each target follows from the input "
        "beside it, so an rnn with U = 0 solves it as well. It shows how a network learns, not "
        "that it remembers. Look for: the loss leaving ln k, symbols turning right one after "
        "the other, and view 4, where nothing is lost without the state. Found by trial: no "
        "mistake after about 170 epochs at the rate 0.001, about 18 at 0.01 (medians of 100 "
        "seeds)."
    )
    suggested: ClassVar[Mapping[str, Any]] = {
        "epochs": 300,
    }
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
