"""The sequences of a run: what it trains on, what it is validated on, and the alphabets."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from rnn_tui.model.batch import Mask, Symbols, Tokens


@dataclass(frozen=True, eq=False)
class Sequences:
    """Sequences padded behind their ends to one length.

    Attributes:
        inputs: (N, T) symbols, 0 to I − 1, a sequence in each row.
        targets: (N, T) symbols, 0 to O − 1.
        scored: (N, T) which symbols count; None for all. Padding never does.
        lengths: (N,) time steps of each sequence; None where all have T.
        knowable: (N, T) which scored targets follow from the inputs so far; None for all. What is
            random nobody can know: to miss it is no mistake.
        streams: S, where the rows are chunks of S streams, update by update: row u · S + b is
            chunk u of stream b, and begins with the state at the end of row (u − 1) · S + b. 0
            where every row begins with zeros.
    """

    inputs: Symbols
    targets: Symbols
    scored: Mask | None = None
    lengths: Tokens | None = None
    knowable: Mask | None = None
    streams: int = 0

    def __len__(self) -> int:
        return int(self.inputs.shape[0])

    @property
    def steps(self) -> int:
        """T, padding included."""
        return int(self.inputs.shape[1])

    @property
    def scored_count(self) -> int:
        """How many symbols count."""
        return self.inputs.size if self.scored is None else int(np.count_nonzero(self.scored))

    @property
    def counted(self) -> Mask:
        """(N, T) which symbols are scored."""
        everywhere = np.ones(self.inputs.shape, np.bool_)
        return everywhere if self.scored is None else self.scored

    @property
    def certain(self) -> Mask:
        """(N, T) which symbols are scored and can be known."""
        return self.counted if self.knowable is None else self.counted & self.knowable

    def length(self, index: int) -> int:
        """Time steps of one sequence, without padding."""
        return self.steps if self.lengths is None else int(self.lengths[index])

    def first(self, count: int) -> Sequences:
        """The first ones, so many at most; of streams whole updates, at least one."""
        if self.streams:
            count = max(1, count // self.streams) * self.streams
        return replace(self.rows(slice(count)), streams=self.streams)

    def rows(self, rows: slice | Tokens) -> Sequences:
        """Some of the sequences, in this order, each by itself."""
        return Sequences(
            self.inputs[rows],
            self.targets[rows],
            None if self.scored is None else self.scored[rows],
            None if self.lengths is None else self.lengths[rows],
            None if self.knowable is None else self.knowable[rows],
        )

    def single(self, index: int) -> Sequences:
        """One of the sequences, without its padding."""
        row, steps = slice(index, index + 1), slice(self.length(index))
        return Sequences(
            self.inputs[row, steps],
            self.targets[row, steps],
            None if self.scored is None else self.scored[row, steps],
            knowable=None if self.knowable is None else self.knowable[row, steps],
        )


class Dataset(NamedTuple):
    """What a run trains on and is validated on.

    Attributes:
        training: in the order in which it is trained on, every epoch.
        validation: held out; None for none.
        inputs: I names, what the input symbols look like on the screen.
        outputs: O names, what the output symbols look like on the screen.
    """

    training: Sequences
    validation: Sequences | None
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
