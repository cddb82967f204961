"""What every problem to train on has."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any, ClassVar, NamedTuple, Protocol, runtime_checkable

import numpy as np

from rnn_tui.tasks.dataset import Dataset, Sequences


class Source(NamedTuple):
    """A published or derived figure.

    Attributes:
        what: was measured or derived.
        value: as written there.
        source: where.
        confidence: ``primary`` (read there), ``secondary`` (read elsewhere), ``recalled`` (not
            read) or ``derived``.
    """

    what: str
    value: str
    source: str
    confidence: str


class End(NamedTuple):
    """What ends a sequence.

    Attributes:
        symbol: of the outputs.
        times: it ends a sequence when it comes so many times; that last one is never read.
    """

    symbol: str
    times: int = 1


class Task(Hashable, Protocol):
    """A problem: a frozen dataclass, a file each, listed in `registry`; its fields are options.

    Attributes:
        name: what ``--task`` calls it.
        definition: the targets as a formula or a sentence.
        needs_memory: whether it cannot be solved with U = 0.
        end: what ends a sequence; None if nothing does.
        sources: published figures.
        advice: for who chooses: what it needs, what to look for, what was found by trial.
        suggested: the options of a run to begin with, by name, those of the task itself included;
            ``epochs`` is how long to train.
        valid: the ``--valid`` of a run for which nothing is said.
    """

    name: ClassVar[str]
    definition: ClassVar[str]
    needs_memory: ClassVar[bool]
    end: ClassVar[End | None]
    sources: ClassVar[tuple[Source, ...]]
    advice: ClassVar[str]
    suggested: ClassVar[Mapping[str, Any]]
    valid: ClassVar[float]

    @property
    def carry(self) -> bool:
        """Whether the state at the end of a sequence is that at the start of the next one."""

    @property
    def inputs(self) -> tuple[str, ...]:
        """The input alphabet: I names."""

    @property
    def outputs(self) -> tuple[str, ...]:
        """The output alphabet: O names."""

    @property
    def sizes(self) -> tuple[int, int]:
        """I and O, how many symbols the alphabets have: known without listing them."""

    @property
    def steps(self) -> int:
        """T, time steps of the longest sequence; at most so many where chance decides."""

    @property
    def title(self) -> str:
        """What it is called on the screen, with its options besides length and sequences."""

    @property
    def note(self) -> str:
        """What a learner should know about it, one line; may be empty."""

    @property
    def chance(self) -> float | None:
        """The loss of guessing, nats per scored symbol; None if unknown."""

    @property
    def chance_label(self) -> str:
        """How the chart writes it, such as ``ln 3``."""

    @property
    def optimum(self) -> float | None:
        """The loss of the best possible predictor, nats per scored symbol; None if unknown.

        Above 0 a part of the targets is random: the task cannot be solved.
        """

    def check(self) -> None:
        """Require options that fit each other; each is within its own limits already.

        Raises:
            ValueError: with one line that names the option, its value and what is allowed.
        """

    def counts(self, valid: float, batch: int) -> tuple[int, int]:
        """How many sequences there are to train on, and to validate on: known without them.

        Args:
            valid: of ``--valid``.
            batch: of ``--batch``.

        Raises:
            ValueError: if these options do not go together.
        """

    def data_bytes(self, valid: float) -> int:
        """Bytes of memory, roughly, that the sequences take."""

    def dataset(self, seed: int, valid: float, batch: int = 1) -> Dataset:
        """The training and validation sequences of a run; see `counts`."""


@runtime_checkable
class Drawable(Protocol):
    """A task that makes its sequences, as many as one wants; the user's own data is none."""

    def draw(self, generator: np.random.Generator, count: int) -> Sequences:
        """So many sequences from this source of randomness."""


def chance_accuracy(task: Task) -> float:
    """The share of right predictions, 0 to 1, of who guesses.

    A task whose guessing is not an even one says so by a property of this name.
    """
    return float(getattr(task, "chance_accuracy", 1 / max(1, task.sizes[1])))


def can_be_solved(task: Task) -> bool:
    """Whether no target is random: one may learn random ones by heart, which solves nothing."""
    return not task.optimum
