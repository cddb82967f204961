"""Which of two letters came first and which second, among distractors.

After experiment 6a of S. Hochreiter and J. Schmidhuber, *Long short-term memory*, 1997, with its
places in proportion to the length.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np

from rnn_tui.model.batch import Tokens
from rnn_tui.model.option import option
from rnn_tui.tasks.alphabet import GivenAlphabets
from rnn_tui.tasks.dataset import Sequences
from rnn_tui.tasks.growing import NOT_ASKED
from rnn_tui.tasks.task import Source

_DISTRACTORS = tuple("abcd")
_X = len(_DISTRACTORS)


@dataclass(frozen=True)
class TemporalOrder(GivenAlphabets):
    """Tell at the end which of four orders it was."""

    name: ClassVar[str] = "temporal-order"
    title: ClassVar[str] = "temporal order"
    definition: ClassVar[str] = (
        "X or Y at t1, uniform from T/10 to T/5, and at t2, from T/2 to 3T/5, among a, b, c, d; "
        "the last target, the only one that is scored, is both"
    )
    needs_memory: ClassVar[bool] = True
    sources: ClassVar[tuple[Source, ...]] = (
        Source(
            "training until it was learned",
            "LSTM 31,390 sequences",
            "Hochreiter & Schmidhuber 1997, Long short-term memory, experiment 6a",
            "secondary",
        ),
    )
    advice: ClassVar[str] = (
        "Needs two letters and their order to the end, past distractors; only the last step is "
        "scored, so its error has to find the way back through all others. Look for: nothing "
        "for a while, then all at once. Found by trial: T 20 after 4 to 24 epochs, T 50 with "
        "one seed of two, T 100 with none."
    )
    suggested: ClassVar[Mapping[str, Any]] = {
        "length": 20, "sequences": 500, "cell": "gru", "hidden": 32, "init": "scaled",
        "optimizer": "adam", "lr": 0.01, "batch": 10, "valid": 1, "epochs": 30,
    }  # fmt: skip
    note: ClassVar[str] = (
        "needs two letters and their order to the end, past all else: harder the longer it is"
    )
    inputs: ClassVar[tuple[str, ...]] = (*_DISTRACTORS, "X", "Y")
    outputs: ClassVar[tuple[str, ...]] = ("XX", "XY", "YX", "YY")
    grows_by: ClassVar[str] = "length"

    length: int = option(20, "Time steps of a sequence, T.", least=10)

    @property
    def steps(self) -> int:
        """T, of every sequence."""
        return self.length

    @property
    def trained(self) -> int:
        """The length."""
        return self.length

    def longer(self, factor: int) -> TemporalOrder:
        """The same in sequences so many times as long."""
        return replace(self, length=factor * self.length)

    def size(self, sequences: Sequences) -> Tokens:
        """The length, at the last step; see `Growing`."""
        sizes = np.full(sequences.inputs.shape, NOT_ASKED)
        sizes[:, -1] = self.length
        return sizes

    def draw(self, generator: np.random.Generator, count: int) -> Sequences:
        """Sequences of length T; targets that are not scored are symbol 0."""
        T, rows = self.length, np.arange(count)
        inputs = generator.integers(0, len(_DISTRACTORS), (count, T)).astype("intp", copy=False)
        first = generator.integers(-(-T // 10), T // 5 + 1, count)
        second = generator.integers(-(-T // 2), 3 * T // 5 + 1, count)
        letters = generator.integers(0, 2, (2, count))
        inputs[rows, first], inputs[rows, second] = _X + letters
        targets, scored = np.zeros_like(inputs), np.zeros(inputs.shape, np.bool_)
        targets[:, -1] = 2 * letters[0] + letters[1]
        scored[:, -1] = True
        return Sequences(inputs, targets, scored)
