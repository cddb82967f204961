"""What several tests of sessions share: runs without a thread, a screen's part, a recorder."""

import time
from collections.abc import Callable
from threading import Condition, Event
from typing import Any

from rnn_tui.session import commands as c
from rnn_tui.session.lenses.lens import Lens
from rnn_tui.session.run import Run
from rnn_tui.session.session import Session
from rnn_tui.session.snapshot import Notice, Snapshot
from rnn_tui.timeline.navigator import Navigator
from rnn_tui.timeline.recorder import EpochRecord
from rnn_tui.training.config import Config
from rnn_tui.training.trainer import State, Trainer

DEADLINE = 60.0  # seconds; far beyond what anything here takes
RUN = Config.of(sequences=5, length=3, hidden=3, batch=2, lr=0.05)
UNLIMITED = c.ChangePace(+99)


# Without a thread.


def look(run: Run) -> Snapshot:
    """At this moment."""
    return run.look()


def told(run: Run) -> Notice:
    """The notice."""
    notice = look(run).notice
    assert notice is not None
    return notice


def do(run: Run, *commands: c.Command) -> Run:
    """Each executed, to the end of its journey."""
    for command in commands:
        run.execute(command)
        while not (run.navigator.resting or run.navigator.running):
            run.work()
    return run


def at(epoch: int, **options: Any) -> Run:
    """A run of so many epochs."""
    return do(Run(Navigator(Trainer(RUN)), **options), c.GoTo(epoch))


def straight(config: Config, epochs: int) -> State:
    """The state after so many epochs without any detour."""
    trainer = Trainer(config)
    for _ in range(epochs):
        trainer.advance()
    return trainer.state


class Shelf:
    """A recorder that keeps everything in memory, or fails to."""

    name = "shelf"

    def __init__(self) -> None:
        self.failing = False
        self.problems: list[str] = []
        self.epochs: list[EpochRecord] = []
        self.calls: list[str] = []

    def fail(self, problem: str) -> None:
        """From now on."""
        self.failing = True
        self.problems.append(problem)

    def record(self, epoch: EpochRecord) -> None:
        self.epochs.append(epoch)

    def problem(self) -> str | None:
        return self.problems.pop(0) if self.problems else None

    def close(self, timeout: float) -> bool:
        self.calls.append("close")
        return not self.failing

    def __getattr__(self, name: str) -> Callable[..., None]:
        return lambda *arguments: self.calls.append(name)


# With one.


class Driver:
    """Plays the screen: sends commands and waits until a snapshot shows what it expects."""

    def __init__(self, of: Trainer | Run, budget: int = 10**7, **options: Any) -> None:
        run = of if isinstance(of, Run) else Run(Navigator(of, budget), **options)
        self.session = Session(run)
        self._told = Condition()
        self.session.notify = self._notified
        self.sent = 0

    def _notified(self) -> None:
        with self._told:
            self._told.notify_all()

    def start(self, *lenses: Lens) -> "Driver":
        self.session.start(frozenset(lenses))
        return self

    def send(self, *commands: c.Command) -> "Driver":
        for command in commands:
            self.sent += 1
            self.session.send(command)
        return self

    def until(self, expected: Callable[[Snapshot], bool]) -> Snapshot:
        """The first snapshot seen that is as expected."""
        end = time.monotonic() + DEADLINE
        while time.monotonic() < end:
            snapshot = self.session.snapshot
            if expected(snapshot):
                return snapshot
            assert self.session.failure is None, self.session.failure
            self.session.request()
            with self._told:
                self._told.wait(0.002)
        raise AssertionError(f"not in time; the last was {self.session.snapshot}")

    def at(self, epoch: int) -> Snapshot:
        """Paused at an epoch, after all commands."""
        snapshot = self.done()
        assert (snapshot.observation.epoch, snapshot.activity) == (epoch, "paused")
        return snapshot

    def done(self) -> Snapshot:
        """All commands executed, and at rest."""
        moving = ("going", "running", "replaying")
        return self.until(
            lambda s: s.executed == self.sent and s.is_current and s.activity not in moving
        )

    def stopped(self) -> Session:
        assert self.session.stop(DEADLINE)
        return self.session


class Gated(Trainer):
    """Its epochs end when they are interrupted, or allowed to, from a certain one on."""

    def __init__(self, config: Config, first: int = 0) -> None:
        super().__init__(config)
        self._first = first
        self.entered, self.may_finish = Event(), Event()

    def hold_from(self, first: int) -> None:
        """From this epoch on."""
        self._first = first

    def advance(self, between: Any = None, at_step: Any = None) -> State:
        if self.epoch >= self._first:
            self.entered.set()
            end = time.monotonic() + DEADLINE
            while not self.may_finish.wait(0.001):
                assert between is not None
                between()
                assert time.monotonic() < end, "nobody came"
        return super().advance(between, at_step)
