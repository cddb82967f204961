"""Runs to be stored, faults on the way, and processes to be killed."""

import errno
import math
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rnn_tui.storage.disk import durable
from rnn_tui.timeline.recorder import EpochRecord
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
        return RunState(config, (first, second), 1, 3, seconds=1.5)

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


@pytest.fixture(scope="session")
def epochs() -> Callable[..., list[EpochRecord]]:
    """Points of the curves of a branch, which has a validation set if it has a valid loss."""

    def make(
        first: int, last: int, branch: int = 0, loss: float = 0.5, valid: float = math.nan
    ) -> list[EpochRecord]:
        return [
            EpochRecord(branch, n, loss + n, 1 / n, 0.001 * n, valid + n, valid / n)
            for n in range(first, last + 1)
        ]

    return make


@pytest.fixture(scope="session")
def one_line() -> Callable[[BaseException], str]:
    """The message of an error, which must be one line that can be printed."""

    def check(error: BaseException) -> str:
        message = str(error)
        assert message.isprintable()
        return message

    return check


class Faults:
    """Counts the system calls of writing, and makes one of them fail.

    Attributes:
        calls: their names, in order.
        fail_at: which of them fails; -1 for none.
        error: with what.
        forever: so do all after it, as after a crash.
    """

    names = ("open", "write", "fsync", "close", "replace", "link", "unlink")

    class Crash(BaseException):
        """The process ends here: nothing after it may be relied upon."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.calls: list[str] = []
        self.fail_at = -1
        self.error: BaseException = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        self.forever = False
        for name in self.names:
            monkeypatch.setattr(os, name, self._wrap(name, getattr(os, name)))

    def crash(self) -> None:
        """After the fault nothing works any more, not even tidying up."""
        self.error, self.forever = self.Crash(), True

    def _wrap(self, name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **options: Any) -> Any:
            now = len(self.calls)
            self.calls.append(name)
            if now == self.fail_at or (self.forever and 0 <= self.fail_at < now):
                if name == "close":
                    real(*args)  # the kernel frees a descriptor even when close fails
                elif name == "write":
                    real(args[0], bytes(args[1])[:100])  # half of it reaches the disk
                raise self.error
            return real(*args, **options)

        return call


@pytest.fixture
def faults() -> Iterator[Faults]:
    with pytest.MonkeyPatch.context() as monkeypatch:
        yield Faults(monkeypatch)


@pytest.fixture
def start() -> Iterator[Callable[..., "subprocess.Popen[str]"]]:
    """Starts a program of Python; whatever still runs at the end is killed."""
    started: list[subprocess.Popen[str]] = []
    tree = Path(durable.__file__).parents[3]

    def popen(program: str, *arguments: str) -> "subprocess.Popen[str]":
        process = subprocess.Popen(
            [sys.executable, "-c", program, *arguments],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            env={**os.environ, "PYTHONPATH": str(tree)},
        )  # fmt: skip
        started.append(process)
        return process

    yield popen
    for process in started:
        process.kill()
        with process:  # closes its pipes
            pass
