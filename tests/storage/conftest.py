"""Runs to be stored."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from rnn_tui.timeline.run_state import BranchState, RunState
from rnn_tui.training.config import Config
from rnn_tui.training.journal import ZERO, Change, Journal, Position
from rnn_tui.training.trainer import Partial, Trainer


class Stop(Exception):
    """Leave an epoch half-way."""


def half_way(trainer: Trainer, updates: int) -> Partial | None:
    left = [updates]

    def between() -> None:
        if not left[0]:
            raise Stop
        left[0] -= 1

    try:
        trainer.advance(between)
    except Stop:
        return trainer.partial()
    raise AssertionError


@pytest.fixture
def make_run() -> Callable[..., RunState]:
    """A run of so many epochs, with a fork, every kind of intervention, and a partial epoch."""

    def make(epochs: int = 4, **options: Any) -> RunState:
        config = Config.of(**{"sequences": 5, "length": 3, "hidden": 3, "lr": 0.05} | options)
        trainer = Trainer(config)
        changes = (Change(Position(1), "lr", 0.1), Change(Position(3), "hold", "W[0], b_h"))
        trainer.journal = Journal(config.settings, changes)
        states = [trainer.state, *(trainer.advance() for _ in range(epochs))]
        partial = half_way(trainer, 2)
        edits = {
            0: {**config.settings, "lr": 0.2},
            2: {**config.settings, "clip": 1.5, "hold": "V[1]"},
        }
        first = BranchState(0, None, Position(0), "main", changes, None, states[-1], partial, edits)
        forked = (
            changes[0],
            Change(Position(2), "clip", None),
            Change(Position(2), "clip", 0.5),
            Change(Position(2), ZERO, "U[1, 2], V[0]"),
            Change(Position(2, 1), "hold", "b_h"),
        )
        trainer.restore(states[2])
        trainer.journal = Journal(config.settings, forked)
        newest = trainer.advance()
        second = BranchState(1, 0, Position(2), "zweiter ✗", forked, states[2], newest, None)
        return RunState(config, (first, second), 1, 3)

    return make


@pytest.fixture
def run(make_run: Callable[..., RunState]) -> RunState:
    return make_run()


def flat(run: RunState) -> list[Any]:
    """Everything in a run, comparable: arrays by dtype and bytes, NaN equal to NaN."""

    def plain(value: Any) -> Any:
        if isinstance(value, np.ndarray):
            return (str(value.dtype), value.shape, value.tobytes())
        if isinstance(value, float):
            return value.hex()
        if isinstance(value, tuple):
            return (type(value).__name__, *map(plain, value))
        if hasattr(value, "__dataclass_fields__"):
            return (type(value).__name__, *(plain(v) for v in vars(value).values()))
        if isinstance(value, dict):
            return {key: plain(v) for key, v in value.items()}
        return (type(value).__name__, value)

    return [plain(value) for value in vars(run).values()]


@pytest.fixture(scope="session")
def same() -> Callable[[RunState, RunState], bool]:
    """Whether two runs are the same to the bit."""
    return lambda one, other: flat(one) == flat(other)
