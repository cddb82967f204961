"""What several tests of training share: whole trainings, and leaving them."""

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from rnn_tui.model.interruption import Interrupted
from rnn_tui.training.config import Config
from rnn_tui.training.journal import Change, Journal, Position
from rnn_tui.training.trainer import State, Trainer

MakeConfig = Callable[..., Config]


def same(one: State, other: State) -> bool:
    """Whether two states are the same to the bit."""
    return (
        one.epoch == other.epoch
        and np.array_equal(one.parameters, other.parameters)
        and np.array_equal([one.training_loss], [other.training_loss], equal_nan=True)
        and np.array_equal([one.training_accuracy], [other.training_accuracy], equal_nan=True)
        and (one.previous is None) == (other.previous is None)
        and (one.previous is None or np.array_equal(one.previous, other.previous))
    )


def trained(config: Config, epochs: int, journal: Journal | None = None) -> list[State]:
    """The states of epochs 0, 1, 2, …"""
    trainer = Trainer(config)
    if journal is not None:
        trainer.journal = journal
        trainer.restore(trainer.initial_state())
    return [trainer.state, *(trainer.advance() for _ in range(epochs))]


def journal_of(config: Config, *changes: tuple[Position, str, Any]) -> Journal:
    """What is changed while this is trained, in order."""
    return Journal(config.settings, tuple(Change(*change) for change in changes))


class Interrupter:
    """Raises at the calls numbered, from 0."""

    def __init__(self, calls: Iterable[int]) -> None:
        self.calls, self.count = set(calls), -1

    def __call__(self) -> None:
        self.count += 1
        if self.count in self.calls:
            raise Interrupted
