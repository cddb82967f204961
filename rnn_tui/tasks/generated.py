"""What the tasks share whose sequences are drawn by chance, as many as one likes."""

from __future__ import annotations

import math
from typing import ClassVar, Protocol

import numpy as np

from rnn_tui.tasks.dataset import Dataset, Sequences


class _Drawn(Protocol):
    """What is needed of a task."""

    @property
    def inputs(self) -> tuple[str, ...]: ...
    @property
    def outputs(self) -> tuple[str, ...]: ...
    @property
    def steps(self) -> int: ...
    @property
    def sequences(self) -> int: ...
    def draw(self, generator: np.random.Generator, count: int) -> Sequences: ...


class Generated:
    """Sequences from a seed. The subclass has ``draw(generator, count)`` and the rest of a task.

    Attributes:
        valid: share of validation sequences where nothing is said.
        carry: whether the state is carried from one sequence to the next.
    """

    valid: ClassVar[float] = 0.0
    carry: ClassVar[bool] = False

    def counts(self: _Drawn, valid: float, batch: int) -> tuple[int, int]:
        """How many sequences there are to train on and to validate on; see `Task.counts`."""
        count = round(valid * min(self.sequences, 10**9))
        if valid > 0 and count == 0:
            raise ValueError(f"--valid {valid:g}: is no sequence for {self.sequences}; use more")
        return self.sequences, count

    def data_bytes(self: _Drawn, valid: float) -> int:
        """Bytes of memory, roughly, that the sequences take."""
        return 32 * self.steps * self.sequences * (1 + math.ceil(valid))

    def dataset(self: _Drawn, seed: int, valid: float, batch: int = 1) -> Dataset:
        """The sequences of a run.

        The validation sequences are further ones from a stream of their own, so that the training
        set is the same with and without them.

        Args:
            seed: of the run.
            valid: validation sequences for each training sequence; 0 for none.
            batch: sequences in a mini-batch, which changes nothing.
        """
        _, training, validation = np.random.SeedSequence(seed).spawn(3)
        count = round(valid * self.sequences)
        return Dataset(
            self.draw(np.random.default_rng(training), self.sequences),
            self.draw(np.random.default_rng(validation), count) if count else None,
            self.inputs,
            self.outputs,
        )
