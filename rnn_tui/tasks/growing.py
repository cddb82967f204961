"""Tasks with sequences longer than those of a run, to see how far what is learned reaches."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar, Protocol, Self, runtime_checkable

import numpy as np

from rnn_tui.model.batch import Tokens
from rnn_tui.tasks.dataset import Sequences
from rnn_tui.tasks.task import Drawable

NOT_ASKED = -1
"""The size of a symbol that is not asked for."""


@runtime_checkable
class Growing(Drawable, Protocol):
    """A task that can be drawn at larger sizes than a run has.

    Attributes:
        grows_by: what the size is: ``t``, the time step; ``n`` of the strings aⁿbⁿ; or the name of
            the option that makes its sequences longer.
    """

    grows_by: ClassVar[str]

    @property
    def trained(self) -> int:
        """The largest size that a run with these options has."""

    @property
    def steps(self) -> int:
        """T, time steps of the longest sequence."""

    def longer(self, factor: int) -> Self:
        """The same task up to so many times the size."""

    def size(self, sequences: Sequences) -> Tokens:
        """(N, T) the size at which each symbol counts; `NOT_ASKED` where it does not."""


@dataclass(frozen=True)
class GrowsInTime:
    """A task whose longer sequences begin like the shorter ones; T is its option ``length``."""

    grows_by: ClassVar[str] = "t"

    @property
    def steps(self) -> int:
        """T, of every sequence."""
        raise NotImplementedError

    @property
    def trained(self) -> int:
        """The last time step."""
        return self.steps - 1

    def longer(self, factor: int) -> Self:
        """The same in sequences so many times as long."""
        return replace(self, length=factor * self.steps)  # type: ignore[call-arg]

    def size(self, sequences: Sequences) -> Tokens:
        """The time step."""
        return time_steps(sequences)


def time_steps(sequences: Sequences) -> Tokens:
    """(N, T) the time step of each symbol that is scored and can be known, else `NOT_ASKED`."""
    steps = np.broadcast_to(np.arange(sequences.steps), sequences.inputs.shape)
    return np.where(sequences.certain, steps, NOT_ASKED)
