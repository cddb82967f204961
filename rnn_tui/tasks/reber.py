"""Strings of the Reber grammar, alone and embedded; predict the next symbol.

The embedded ones are experiment 1 of S. Hochreiter and J. Schmidhuber, *Long short-term memory*,
1997.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from rnn_tui.model.batch import Mask, Tokens
from rnn_tui.tasks.alphabet import GivenAlphabets
from rnn_tui.tasks.dataset import Sequences
from rnn_tui.tasks.task import End, Source

_SYMBOLS = tuple("BTPSXVE")
_B, _T, _P, _E = (_SYMBOLS.index(symbol) for symbol in "BTPE")

_GRAMMAR = (
    ("B1", "B1"),
    ("T2", "P3"),  # which branch
    ("S2", "X4"),  # the T branch's loop of S
    ("T3", "V5"),  # the P branch's loop of T
    ("S6", "X3"),  # to the end, or into the P branch
    ("P4", "V6"),  # into the T branch, or to the end
    ("E7", "E7"),
    ("B7", "B7"),  # over; the symbol is padding
)
"""By state, the two symbols that may come, equally likely, each with the state that follows."""
_SYMBOL = np.array([[_SYMBOLS.index(edge[0]) for edge in edges] for edges in _GRAMMAR], np.intp)
_NEXT = np.array([[int(edge[1]) for edge in edges] for edges in _GRAMMAR])
_OVER = len(_GRAMMAR) - 1


@dataclass(frozen=True)
class Reber(GivenAlphabets):
    """Predict the next symbol of a Reber string."""

    name: ClassVar[str] = "reber"
    title: ClassVar[str] = "Reber grammar"
    definition: ClassVar[str] = (
        "strings of the Reber grammar, equal odds at every fork; predict the next symbol"
    )
    needs_memory: ClassVar[bool] = True
    sources: ClassVar[tuple[Source, ...]] = (
        Source(
            "lowest loss possible",
            "6 ln 2 / 7 = 0.5941; mean length of a string 8",
            "of 7 targets 6 are forks in two, on average",
            "derived",
        ),
    )
    advice: ClassVar[str] = (
        "Needs a memory of the last few symbols: which part of the grammar one is in. Nearly "
        "every target is a fork in two, which nobody can know. Look for: the loss on new "
        "sequences coming down to 0.5941; a training loss below that is learned by heart."
    )
    suggested: ClassVar[Mapping[str, Any]] = {
        "sequences": 256, "hidden": 10, "init": "scaled", "optimizer": "adam", "lr": 0.01,
        "batch": 16, "valid": 1, "epochs": 60,
    }  # fmt: skip
    note: ClassVar[str] = (
        "needs a memory of the last few symbols; every target but the last E is a fork in two"
    )
    inputs: ClassVar[tuple[str, ...]] = _SYMBOLS
    outputs: ClassVar[tuple[str, ...]] = _SYMBOLS
    end: ClassVar[End | None] = End("E")

    @property
    def optimum(self) -> float:
        """In the limit of many strings, nats per symbol."""
        return 6 * math.log(2) / 7

    @property
    def steps(self) -> int:
        """More than any sequence has in all but one of a million training sets.

        A string is longer than n in 4.1 of 1.36ⁿ cases.
        """
        return 48 + 3 * self.sequences.bit_length()

    def draw(self, generator: np.random.Generator, count: int) -> Sequences:
        """Whole strings, each without its last symbol, and without its first."""
        strings, lengths = _reber_strings(generator, count)
        knowable = _at(strings, lengths - 1)
        return _predict_next(strings, lengths, knowable)


@dataclass(frozen=True)
class EmbeddedReber(GivenAlphabets):
    """Predict the next symbol of a Reber string between two equal letters."""

    name: ClassVar[str] = "embedded-reber"
    title: ClassVar[str] = "embedded Reber grammar"
    definition: ClassVar[str] = (
        "B, T or P, a Reber string, the same T or P again, E; predict the next symbol"
    )
    needs_memory: ClassVar[bool] = True
    sources: ClassVar[tuple[Source, ...]] = (
        Source(
            "lowest loss possible",
            "7 ln 2 / 11 = 0.4411; mean length of a string 12",
            "of 11 targets 7 are forks in two, on average",
            "derived",
        ),
        Source(
            "lowest loss of who forgets the outer letter",
            "8 ln 2 / 11 = 0.5041",
            "that letter is then a fork, too",
            "derived",
        ),
        Source(
            "trials in which it was learned",
            "LSTM 97 to 100 %, Elman nets 0 %",
            "Hochreiter & Schmidhuber 1997, Long short-term memory, experiment 1",
            "recalled",
        ),
    )
    advice: ClassVar[str] = (
        "Needs the second letter to the end: it comes again behind a whole Reber string, which "
        "may be long. Look for: the loss on new sequences (valid). Who forgets that letter "
        "stays at 0.5041, who remembers it comes down to 0.4411. Found by trial: with 1,024 "
        "sequences every cell comes to 0.438 to 0.447; ten sequences, the default, are learned "
        "by heart, 0.22 to 0.31 in training."
    )
    suggested: ClassVar[Mapping[str, Any]] = {
        "sequences": 1024, "cell": "lstm", "hidden": 16, "init": "scaled", "optimizer": "adam",
        "lr": 0.01, "batch": 16, "valid": 1, "epochs": 40,
    }  # fmt: skip
    note: ClassVar[str] = (
        "needs the second letter to the end: remembered if new sequences cost less than 0.5041"
    )
    inputs: ClassVar[tuple[str, ...]] = _SYMBOLS
    outputs: ClassVar[tuple[str, ...]] = _SYMBOLS
    end: ClassVar[End | None] = End("E", 2)

    @property
    def optimum(self) -> float:
        """In the limit of many strings, nats per symbol."""
        return 7 * math.log(2) / 11

    @property
    def steps(self) -> int:
        """Four more than those of the strings inside; see `Reber.steps`."""
        return 52 + 3 * self.sequences.bit_length()

    def draw(self, generator: np.random.Generator, count: int) -> Sequences:
        """Whole strings, each without its last symbol, and without its first."""
        letters = np.array([_T, _P])[generator.integers(0, 2, count)]
        inner, lengths = _reber_strings(generator, count)
        lengths += 4
        strings = np.full((count, inner.shape[1] + 4), _B, np.intp)
        strings[:, 1] = letters
        strings[:, 2:-2] = inner
        rows = np.arange(count)
        strings[rows, lengths - 2] = letters
        strings[rows, lengths - 1] = _E
        knowable = _at(strings, 2, lengths - 3, lengths - 2, lengths - 1)
        return _predict_next(strings, lengths, knowable)


def _reber_strings(generator: np.random.Generator, count: int) -> tuple[Tokens, Tokens]:
    """Strings in rows, padded behind their ends, and (count,) how long each is."""
    state, lengths = np.zeros(count, np.intp), np.zeros(count, np.intp)
    symbols = []
    while (going := state != _OVER).any():
        fork = generator.integers(0, 2, count)
        symbols.append(_SYMBOL[state, fork])
        lengths += going
        state = _NEXT[state, fork]
    return np.stack(symbols, axis=1), lengths


def _at(strings: Tokens, *places: Tokens | int) -> Mask:
    """A mask of these places in each string."""
    mask = np.zeros(strings.shape, np.bool_)
    for place in places:
        mask[np.arange(len(strings)), place] = True
    return mask


def _predict_next(strings: Tokens, lengths: Tokens, knowable: Mask) -> Sequences:
    """The symbols of strings as inputs, those that follow them as targets."""
    scored = np.arange(1, strings.shape[1]) < lengths[:, None]
    return Sequences(strings[:, :-1], strings[:, 1:], scored, lengths - 1, knowable[:, 1:])
