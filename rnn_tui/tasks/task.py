"""What every problem to train on has."""

from typing import ClassVar, NamedTuple, Protocol

import numpy as np

from rnn_tui.model.batch import Tokens


class Sequences(NamedTuple):
    """The training set.

    Attributes:
        inputs: (N, T) symbols, 0 to V − 1, a sequence in each row.
        targets: (N, T) symbols, 0 to V − 1.
        alphabet: V names, what the symbols look like on the screen.
    """

    inputs: Tokens
    targets: Tokens
    alphabet: tuple[str, ...]


class Task(Protocol):
    """A problem: a frozen dataclass, a file each, listed in `registry`; its fields are options.

    Attributes:
        name: what ``--task`` calls it.
    """

    name: ClassVar[str]

    @property
    def symbols(self) -> int:
        """V, how many symbols there are."""

    @property
    def length(self) -> int:
        """T, time steps of each sequence."""

    @property
    def sequences(self) -> int:
        """N, sequences in the training set."""

    @property
    def title(self) -> str:
        """What it is called on the screen."""

    @property
    def note(self) -> str:
        """What a learner should know about it, one line; may be empty."""

    @property
    def chance(self) -> float | None:
        """The loss of guessing, nats per symbol; None if unknown."""

    @property
    def chance_label(self) -> str:
        """How the chart writes it, such as ``ln 3``."""

    @property
    def optimum(self) -> float | None:
        """The loss of the best possible predictor, nats per symbol; None if unknown."""

    def draw(self, generator: np.random.Generator) -> Sequences:
        """The training set, from this source of randomness."""
