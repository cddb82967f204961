"""How training goes: a line of the terminal, or lines where standard error is none."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from threading import Event, Thread

from rnn_tui.cli.output import say
from rnn_tui.cli.progress import StatusLine
from rnn_tui.cli.stage import Stage
from rnn_tui.training.trainer import Trainer

REDRAWN_EVERY = 0.1
"""Seconds between two drawings of the line."""
LOGGED_EVERY = 10.0
"""Seconds between two lines, where nothing else is asked for."""
_WINDOW = 10.0
"""Seconds over which updates are counted."""


class TrainingProgress:
    """Tells how a training goes, from a thread of its own that only reads.

    Args:
        trainer: what is trained.
        newest: the epoch that it goes on from.
        goal: how many epochs in all; None for no end. Where they are reached, nothing is told.
        every: seconds between two lines, 0 for one each epoch; None draws in place on a terminal,
            and elsewhere prints a line now and then.
    """

    def __init__(
        self, trainer: Trainer, newest: int, goal: int | None, every: float | None = None
    ) -> None:
        self._trainer, self._goal = trainer, goal
        self._is_on = goal is None or newest < goal
        self._line = StatusLine()
        self._draws = every is None and self._line.is_shown
        self._every = LOGGED_EVERY if every is None else every
        self._made: deque[tuple[float, int]] = deque()  # when, and updates made by then
        self._logged: int | None = None  # the epoch of the last line
        self._end = Event()
        self._thread = Thread(target=self._tell_now_and_then, name="progress", daemon=True)

    def __enter__(self) -> TrainingProgress:
        self._count()
        if self._is_on and (self._draws or self._every > 0):
            self._thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._end.set()
        if self._thread.ident is not None:
            self._thread.join()
        if self._is_on and self._draws:
            self._line.draw(self._stage().in_one_line)
            self._line.end()

    def show(self, epoch: int) -> None:
        """An epoch is finished."""
        if self._is_on and self._every == 0:
            self._log()

    def _tell_now_and_then(self) -> None:
        tell: Callable[[], None] = self._draw if self._draws else self._log
        while not self._end.wait(REDRAWN_EVERY if self._draws else self._every):
            tell()

    def _draw(self) -> None:
        self._line.draw(self._stage().in_one_line)

    def _log(self) -> None:
        stage = self._stage()
        say(stage.line(inside=stage.epoch == self._logged), error=True)
        self._logged = stage.epoch

    def _count(self) -> None:
        """Take note of the updates made by now, but of few moments."""
        now, made, trainer = time.perf_counter(), self._made, self._trainer
        if len(made) > 1 and now - made[-2][0] < REDRAWN_EVERY:
            made.pop()
        made.append((now, trainer.epoch * trainer.updates_per_epoch + trainer.update))
        while len(made) > 2 and now - made[1][0] > _WINDOW:
            made.popleft()

    def _stage(self) -> Stage:
        self._count()
        (since, first), (now, last) = self._made[0], self._made[-1]
        state, trainer = self._trainer.state, self._trainer
        return Stage(
            state.epoch, self._goal, trainer.update, trainer.updates_per_epoch,
            state.training_loss, state.training_accuracy, state.valid_loss,
            (last - first) / (now - since) if now > since and last > first else None,
        )  # fmt: skip
