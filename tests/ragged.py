"""A task for tests: sequences of different lengths, and more output than input symbols."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from rnn_tui.tasks.dataset import Sequences
from rnn_tui.tasks.task import Source
from rnn_tui.tasks.uniform import UniformNumbers


@dataclass(frozen=True)
class Ragged(UniformNumbers):
    """The symbol and whether it is the first; the last two steps of each sequence are scored."""

    name: ClassVar[str] = "ragged"
    title: ClassVar[str] = "ragged"
    note: ClassVar[str] = ""
    definition: ClassVar[str] = "y_t = x_t, plus k at the first step"
    needs_memory: ClassVar[bool] = True
    sources: ClassVar[tuple[Source, ...]] = ()

    @property
    def outputs(self) -> tuple[str, ...]:
        return tuple(map(str, range(2 * self.symbols)))

    @property
    def sizes(self) -> tuple[int, int]:
        return self.symbols, 2 * self.symbols

    def draw(self, generator: np.random.Generator, count: int) -> Sequences:
        inputs = self.draw_inputs(generator, count)
        lengths = generator.integers(1, self.length + 1, count).astype("intp")
        targets = inputs.copy()
        targets[:, 0] += self.symbols
        steps = np.arange(self.length)
        scored = (steps < lengths[:, None]) & (steps >= lengths[:, None] - 2)
        return Sequences(inputs, targets, scored, lengths)
