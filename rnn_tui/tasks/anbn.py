"""As many b as there were a: the simplest language for which one must count."""

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
from rnn_tui.tasks.task import End, Source

_A, _B, _END = range(3)


@dataclass(frozen=True)
class Anbn(GivenAlphabets):
    """Predict the next symbol of n times a, n times b and an end sign."""

    name: ClassVar[str] = "anbn"
    title: ClassVar[str] = "a^n b^n"
    definition: ClassVar[str] = (
        "n times a, n times b, an end sign $, n uniform from 1 to N; predict the next symbol"
    )
    needs_memory: ClassVar[bool] = True
    sources: ClassVar[tuple[Source, ...]] = (
        Source(
            "lowest loss possible",
            "ln N / (N + 1), 0.2093 at N = 10",
            "n costs ln N, of N + 1 symbols on average",
            "derived",
        ),
    )
    advice: ClassVar[str] = (
        "Needs to count: n cannot be known, but from the first b on everything follows from it. "
        "Look for: view 4, which strings are right, and up to which n beyond the largest it has "
        "seen. Found by trial, with N = 10: only the lstm gets beyond, to 12 to 20."
    )
    suggested: ClassVar[Mapping[str, Any]] = {
        "length": 10, "sequences": 100, "cell": "lstm", "hidden": 10, "init": "scaled",
        "optimizer": "adam", "lr": 0.01, "batch": 10, "valid": 1, "epochs": 200,
    }  # fmt: skip
    note: ClassVar[str] = (
        "needs to count: every b but the first, and the end, can be known; n cannot"
    )
    inputs: ClassVar[tuple[str, ...]] = ("a", "b")
    outputs: ClassVar[tuple[str, ...]] = ("a", "b", "$")
    grows_by: ClassVar[str] = "n"
    end: ClassVar[End | None] = End("$")

    length: int = option(10, "Of anbn: the largest n, N.", least=1)

    @property
    def steps(self) -> int:
        """T, of the longest sequence possible."""
        return 2 * self.length

    @property
    def optimum(self) -> float:
        """What n costs, spread over the symbols."""
        return math.log(self.length) / (self.length + 1)

    @property
    def trained(self) -> int:
        """The largest n."""
        return self.length

    def longer(self, factor: int) -> Anbn:
        """The same with an n of up to so many times the largest."""
        return replace(self, length=factor * self.length)

    def size(self, sequences: Sequences) -> Tokens:
        """n, at each b; see `Growing`."""
        of_each = (sequences.inputs == _A).sum(axis=1, keepdims=True)
        is_b = np.arange(sequences.steps) >= of_each
        return np.where(is_b & (np.arange(sequences.steps) < 2 * of_each), of_each, NOT_ASKED)

    def draw(self, generator: np.random.Generator, count: int) -> Sequences:
        """Sequences of different lengths 2n; the end sign is the last target, not an input."""
        n = generator.integers(1, self.length + 1, count).astype("intp", copy=False)
        places, steps = n[:, None], np.arange(2 * int(n.max()))
        inputs = np.where(steps < places, _A, _B).astype("intp", copy=False)
        targets = np.where(steps < places - 1, _A, np.where(steps < 2 * places - 1, _B, _END))
        scored = steps < 2 * places
        known = scored & ((inputs == _B) | (steps == self.length - 1))  # after N a comes b
        return Sequences(inputs, targets.astype("intp", copy=False), scored, 2 * n, known)
