"""What the tasks share whose symbols are numbers below k, each equally likely."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from rnn_tui.model.batch import Tokens
from rnn_tui.model.option import option
from rnn_tui.tasks.generated import Generated
from rnn_tui.tasks.growing import GrowsInTime
from rnn_tui.tasks.task import End


@dataclass(frozen=True)
class UniformNumbers(GrowsInTime, Generated):
    """Inputs that are independent and uniform over 0 to k − 1, and targets that follow from them.

    Every target, too, is uniform over the k numbers, so that guessing costs ln k, and the best
    possible predictor makes no mistake.
    """

    optimum: ClassVar[float] = 0.0
    end: ClassVar[End | None] = None

    symbols: int = option(3, "Size of the vocabulary, V.", least=2)
    length: int = option(
        10,
        "Time steps of a sequence, T; of anbn the largest n; copy and the Reber grammars have "
        "none.",
        least=1,
    )
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
    def sizes(self) -> tuple[int, int]:
        """Twice k."""
        return self.symbols, self.symbols

    @property
    def steps(self) -> int:
        """T, of every sequence."""
        return self.length

    @property
    def chance(self) -> float:
        """The natural logarithm of k, nats per scored symbol."""
        return math.log(self.symbols)

    @property
    def chance_label(self) -> str:
        """Such as ``ln 3``."""
        return f"ln {self.symbols}"

    def check(self) -> None:
        """Nothing: the options do not depend on each other."""

    def draw_inputs(self, generator: np.random.Generator, count: int) -> Tokens:
        """(count, T) input symbols."""
        drawn = generator.integers(0, self.symbols, size=(count, self.length), dtype="int64")
        return drawn.astype("intp", copy=False)
