"""Elman's stream of bits: two free ones and their exclusive or, over and over.

J. L. Elman, *Finding structure in time*, 1990.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from rnn_tui.model.option import option
from rnn_tui.tasks.alphabet import GivenAlphabets
from rnn_tui.tasks.dataset import Sequences
from rnn_tui.tasks.growing import GrowsInTime
from rnn_tui.tasks.task import Source

_ELMAN = "Elman 1990, Finding structure in time"


@dataclass(frozen=True)
class Xor(GrowsInTime, GivenAlphabets):
    """Predict the next bit; two of three are free."""

    name: ClassVar[str] = "xor"
    title: ClassVar[str] = "xor stream"
    definition: ClassVar[str] = (
        "triples a, b, a xor b one after the other, a and b fair coins; predict the next bit"
    )
    needs_memory: ClassVar[bool] = True
    sources: ClassVar[tuple[Source, ...]] = (
        Source("what can be predicted", "every third bit", _ELMAN, "primary"),
        Source("training", "3,000 bits, 600 passes, 2 hidden nodes", _ELMAN, "recalled"),
        Source(
            "lowest loss possible",
            "0.4621 where 3 divides T, 0.4852 at T = 10",
            "ln 2 for each free target, 0 for the others",
            "derived",
        ),
    )
    advice: ClassVar[str] = (
        "Needs the last two bits and the place in the triple: every third bit follows from the "
        "two before it, the others are coins that nobody can know. Look for: the loss falling "
        "from ln 2 and staying above 0; below the best possible on training sequences is "
        "learned by heart. Found by trial: 10 nodes and full backpropagation through time take "
        "40 to 70 epochs, backpropagation through one step, as Elman's, some ten times as many."
    )
    suggested: ClassVar[Mapping[str, Any]] = {
        "length": 30, "sequences": 300, "hidden": 10, "init": "scaled", "optimizer": "adam",
        "lr": 0.01, "batch": 10, "valid": 1, "epochs": 60,
    }  # fmt: skip
    note: ClassVar[str] = (
        "needs the last two bits and the place in the triple: only every third can be known"
    )
    inputs: ClassVar[tuple[str, ...]] = ("0", "1")
    outputs: ClassVar[tuple[str, ...]] = ("0", "1")

    length: int = option(10, "Time steps of a sequence, T.", least=1)

    @property
    def steps(self) -> int:
        """T, of every sequence."""
        return self.length

    @property
    def optimum(self) -> float:
        """The natural logarithm of 2 for each free target."""
        known = (self.length + 1) // 3
        return math.log(2) * (self.length - known) / self.length

    def draw(self, generator: np.random.Generator, count: int) -> Sequences:
        """Sequences of length T; each begins with the first bit of a triple."""
        triples = -(-(self.length + 1) // 3)
        free = generator.integers(0, 2, (count, triples, 2)).astype("intp", copy=False)
        stream = np.concatenate([free, free[:, :, :1] ^ free[:, :, 1:]], axis=2)
        bits = stream.reshape(count, -1)
        inputs, targets = bits[:, : self.length], bits[:, 1 : self.length + 1]
        knowable = np.tile(np.arange(self.length) % 3 == 1, (count, 1))
        return Sequences(inputs, targets, knowable=knowable)
