"""Ten symbols to be repeated after a long wait."""

from __future__ import annotations

import math
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

_COUNT = 10
_LETTERS = tuple("abcdefgh")
_BLANK, _MARKER = len(_LETTERS), len(_LETTERS) + 1


@dataclass(frozen=True)
class Copy(GivenAlphabets):
    """Blanks up to the marker, behind it the symbols again."""

    name: ClassVar[str] = "copy"
    definition: ClassVar[str] = (
        "10 symbols out of 8, D - 1 blanks, a marker ?, 10 blanks; the targets are D + 10 blanks, "
        "then the 10 symbols"
    )
    needs_memory: ClassVar[bool] = True
    sources: ClassVar[tuple[Source, ...]] = (
        Source(
            "lowest loss without memory of the symbols",
            "10 ln 8 / (D + 20)",
            "the blanks are known, each of the 10 symbols is a guess",
            "derived",
        ),
    )
    advice: ClassVar[str] = (
        "Needs ten symbols at once, each for as long. Look for: the blanks are learned at once, "
        "and the loss stands at 10 ln 8 / (D + 20), where no symbol is remembered; what is "
        "below that is memory. Found by trial, with D = 1: an lstm of 96 nodes and 2,000 "
        "sequences come to 92 % of all targets of new sequences after 60 epochs, where 58 % "
        "need no memory; a gru of 64 nodes and 1,000 sequences to 82 %."
    )
    suggested: ClassVar[Mapping[str, Any]] = {
        "delay": 1, "sequences": 2000, "cell": "lstm", "hidden": 96, "init": "scaled",
        "optimizer": "adam", "lr": 0.01, "batch": 20, "valid": 1, "epochs": 60,
    }  # fmt: skip
    inputs: ClassVar[tuple[str, ...]] = (*_LETTERS, "_", "?")
    outputs: ClassVar[tuple[str, ...]] = (*_LETTERS, "_")
    grows_by: ClassVar[str] = "delay"

    delay: int = option(10, "Of copy: time steps from the last symbol to the marker, D.", least=1)

    @property
    def title(self) -> str:
        """Such as ``copy after 10``: the delay."""
        return f"copy after {self.delay}"

    @property
    def note(self) -> str:
        """How long each symbol is to be kept."""
        return (
            f"needs 10 symbols at once for {self.delay + _COUNT} steps: at "
            f"{self.chance:.4f} the blanks are learned and no symbol is"
        )

    @property
    def steps(self) -> int:
        """T, of every sequence."""
        return self.delay + 2 * _COUNT

    @property
    def chance(self) -> float:
        """Of the best predictor without memory of the symbols, nats per symbol."""
        return _COUNT * math.log(len(_LETTERS)) / self.steps

    @property
    def chance_label(self) -> str:
        """Such as ``10 ln 8 / 30``."""
        return f"{_COUNT} ln {len(_LETTERS)} / {self.steps}"

    @property
    def chance_accuracy(self) -> float:
        """The blanks, and of the symbols one of eight, 0 to 1."""
        return 1 - _COUNT * (1 - 1 / len(_LETTERS)) / self.steps

    @property
    def trained(self) -> int:
        """The delay."""
        return self.delay

    def longer(self, factor: int) -> Copy:
        """The same after so many times the delay."""
        return replace(self, delay=factor * self.delay)

    def size(self, sequences: Sequences) -> Tokens:
        """The delay, of the last ten symbols; see `Growing`."""
        sizes = np.full(sequences.inputs.shape, NOT_ASKED)
        sizes[:, -_COUNT:] = self.delay
        return sizes

    def draw(self, generator: np.random.Generator, count: int) -> Sequences:
        """Sequences of length D + 20."""
        symbols = generator.integers(0, len(_LETTERS), (count, _COUNT))
        inputs = np.full((count, self.steps), _BLANK, np.intp)
        targets = inputs.copy()
        inputs[:, :_COUNT] = targets[:, -_COUNT:] = symbols
        inputs[:, -_COUNT - 1] = _MARKER
        return Sequences(inputs, targets)
