"""What every contender has: the same data, the same first weights, the same updates."""

from __future__ import annotations

from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from benchmarks.rows import Row
from rnn_tui.model.batch import Symbols
from rnn_tui.training.trainer import Trainer

Weights = dict[str, NDArray[Any]]
NAMES = ("W", "U", "V", "b_h", "b_o")
PLAIN_AT_MOST = 60_000
"""Rows of work (T·B·H) beyond which the plain loops would take minutes."""


class Skipped(Exception):
    """A contender that takes no part here; the message says why."""


class Work(NamedTuple):
    """One row's problem.

    Attributes:
        row: the sizes.
        inputs: (updates, T, B) symbols.
        targets: (updates, T, B) symbols.
        weights: the first ones, in the engine's shapes; copies.
    """

    row: Row
    inputs: NDArray[np.intp]
    targets: NDArray[np.intp]
    weights: Weights

    @property
    def updates(self) -> int:
        """In one epoch."""
        return len(self.inputs)

    @property
    def rate(self) -> float:
        """The learning rate."""
        return float(self.row.config.settings["lr"] or 0)


def refuse_large(work: Work) -> None:
    """For plain loops.

    Raises:
        Skipped: if they would take seconds for an update.
    """
    c = work.row.config
    if c.task.steps * c.batch * c.hidden > PLAIN_AT_MOST:
        raise Skipped("a plain loop takes seconds for one update of this size")


class Contender(Protocol):
    """Trains on a `Work`: loss of each update, complete gradients, parameters updated.

    Attributes:
        name: in the tables.
    """

    name: str

    def epoch(self) -> None:
        """Make each update of an epoch once; the work is done when this returns."""
        ...

    def losses(self) -> NDArray[np.float64]:
        """(updates,) of the last epoch: nats summed over time, averaged over sequences."""
        ...

    def weights(self) -> Weights:
        """The present ones, in the engine's shapes; copies."""
        ...


def work_of(row: Row) -> Work:
    """What our own trainer draws for this row."""
    c = row.config
    trainer = Trainer(c)
    parameters = trainer.parameters_of(trainer.initial_state())
    training = trainer.dataset.training

    def batches(tokens: Symbols) -> NDArray[np.intp]:
        by_batch = tokens.reshape(-1, c.batch, c.task.steps).transpose(0, 2, 1)
        return np.ascontiguousarray(by_batch, np.intp)

    return Work(
        row,
        batches(training.inputs),
        batches(training.targets),
        {n: parameters[n].copy() for n in NAMES},
    )
