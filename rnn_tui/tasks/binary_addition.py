"""Adding two numbers as one learns it at school, bit by bit with a carry."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from rnn_tui.model.option import option
from rnn_tui.tasks.alphabet import GivenAlphabets
from rnn_tui.tasks.dataset import Sequences
from rnn_tui.tasks.growing import GrowsInTime
from rnn_tui.tasks.task import Source


@dataclass(frozen=True)
class BinaryAddition(GrowsInTime, GivenAlphabets):
    """Predict the bits of a sum."""

    name: ClassVar[str] = "binary-addition"
    title: ClassVar[str] = "binary addition"
    definition: ClassVar[str] = (
        "two random numbers of T bits, a pair of bits at each step, the least significant ones "
        "first; the targets are the bits of their sum, the last carry dropped"
    )
    needs_memory: ClassVar[bool] = True
    sources: ClassVar[tuple[Source, ...]] = ()
    advice: ClassVar[str] = (
        "Needs one bit, the carry, to the end: a carry that is wrong spoils what follows. Look "
        "for: whether it adds numbers longer than any it was trained on (view 4). Found by "
        "trial: every cell learns it."
    )
    suggested: ClassVar[Mapping[str, Any]] = {
        "length": 10, "sequences": 200, "hidden": 16, "init": "scaled", "optimizer": "adam",
        "lr": 0.01, "batch": 10, "valid": 1, "epochs": 60,
    }  # fmt: skip
    note: ClassVar[str] = (
        "needs a memory of one bit, the carry, to the end: a mistake in it may spoil what follows"
    )
    inputs: ClassVar[tuple[str, ...]] = ("00", "01", "10", "11")
    outputs: ClassVar[tuple[str, ...]] = ("0", "1")

    length: int = option(10, "Time steps of a sequence, T.", least=1)

    @property
    def steps(self) -> int:
        """T, of every sequence."""
        return self.length

    def draw(self, generator: np.random.Generator, count: int) -> Sequences:
        """Sequences of length T."""
        inputs = generator.integers(0, 4, (count, self.length)).astype("intp", copy=False)
        totals = (inputs >> 1) + (inputs & 1)
        for t in range(1, self.length):
            totals[:, t] += totals[:, t - 1] >> 1  # the carry
        return Sequences(inputs, totals & 1)
