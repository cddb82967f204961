"""How training goes: a line of the terminal, or lines where standard error is none."""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Callable
from threading import Event, Thread
from typing import NamedTuple

from rnn_tui.cli.output import say
from rnn_tui.cli.progress import StatusLine, time_left, with_bar
from rnn_tui.training.evaluation import percent
from rnn_tui.training.trainer import Trainer

REDRAWN_EVERY = 0.1
"""Seconds between two drawings of the line."""
LOGGED_EVERY = 10.0
"""Seconds between two lines, where nothing else is asked for."""
_WINDOW = 10.0
"""Seconds over which updates are counted."""


class Stage(NamedTuple):
    """How far training is.

    Attributes:
        epoch: the last finished one.
        goal: how many epochs in all; None for no end.
        update: updates made since that epoch.
        updates: those of an epoch.
        loss: of the training curve, nats per symbol; NaN before the first epoch.
        accuracy: the same, 0 to 1.
        valid_loss: of the validation set; NaN without one.
        pace: updates per second; None before it has been measured.
    """

    epoch: int
    goal: int | None
    update: int
    updates: int
    loss: float
    accuracy: float
    valid_loss: float
    pace: float | None

    @property
    def left(self) -> float | None:
        """Seconds to the goal in epochs, if that can be told."""
        if self.goal is None or not self.pace:
            return None
        return max(0, (self.goal - self.epoch) * self.updates - self.update) / self.pace

    def line(self) -> str:
        """All of it."""
        epochs = f"epoch {self.epoch}" + ("" if self.goal is None else f" of {self.goal}")
        valid = "" if math.isnan(self.valid_loss) else f"validation {self.valid_loss:.6g}"
        parts = [
            f"{epochs}, update {self.update} of {self.updates}" if self.update else epochs,
            "" if self.epoch == 0 else f"loss {self.loss:.6g} nats/symbol",
            "" if self.epoch == 0 else f"accuracy {percent(self.accuracy)}",
            valid and f"{valid} nats/symbol",
            "" if self.pace is None else f"{self._updates} updates/s",
            time_left(self.left),
        ]
        return " · ".join(part for part in parts if part)

    def in_one_line(self, room: int) -> str:
        """What fits so many columns: with a bar, and the more of it the more there are.

        What comes and goes has its place, so that nothing jumps.
        """
        known = self.epoch > 0
        loss = f"loss {self.loss:.3g}" if known else "loss –"
        accuracy = percent(self.accuracy) if known else "–"
        valid = "" if math.isnan(self.valid_loss) else f"valid {self.valid_loss:<7.3g}"
        left = "" if self.goal is None else f"{time_left(self.left):<10}"
        brief_left = left.replace(" left", "").rstrip()
        updates = f"{self._updates:>5} updates/s"
        whole = [f"{loss:<12}", f"accuracy {accuracy:<6}", updates, left]
        for gap, label, parts in (
            ("  ", f"epoch {self._epoch}", [*whole[:2], valid, *whole[2:]]),
            ("  ", f"epoch {self._epoch}", whole),
            (" ", f"epoch {self._epoch}", whole),
            (" ", self._epoch, whole),
            (" ", self._epoch, [f"{loss:<12}", f"{accuracy:<6}", updates, left]),
            (" ", self._epoch, [loss, accuracy, updates.lstrip(), left.rstrip()]),
            (" ", self._epoch, [loss, accuracy, brief_left]),
        ):
            text = with_bar(room, self._share, parts, label, gap)
            if len(text) <= room:
                return text
        bare = " ".join([self._epoch.lstrip(), loss, accuracy])
        return f"{bare} {brief_left}" if len(bare) + len(brief_left) < room else bare

    @property
    def _updates(self) -> str:
        """Updates per second."""
        if self.pace is None:
            return "–"
        return f"{self.pace:.1f}" if self.pace < 10 else f"{self.pace:.0f}"

    @property
    def _epoch(self) -> str:
        """Such as `` 97/1000``."""
        if self.goal is None:
            return str(self.epoch)
        return f"{self.epoch:>{len(str(self.goal))}}/{self.goal}"

    @property
    def _share(self) -> float:
        """Of the goal that is reached, 0 to 1; of the epoch, without a goal."""
        inside = self.update / self.updates
        return inside if not self.goal else min(1.0, (self.epoch + inside) / self.goal)


class TrainingProgress:
    """Tells how a training goes, from a thread of its own that only reads.

    Args:
        trainer: what is trained.
        goal: how many epochs in all; None for no end.
        every: seconds between two lines, 0 for one each epoch; None draws in place on a terminal,
            and elsewhere prints a line now and then.
    """

    def __init__(self, trainer: Trainer, goal: int | None, every: float | None = None) -> None:
        self._trainer, self._goal = trainer, goal
        self._line = StatusLine()
        self._draws = every is None and self._line.is_shown
        self._every = LOGGED_EVERY if every is None else every
        self._made: deque[tuple[float, int]] = deque()  # when, and updates made by then
        self._end = Event()
        self._thread = Thread(target=self._tell_now_and_then, name="progress", daemon=True)

    def __enter__(self) -> TrainingProgress:
        self._count()
        if self._draws or self._every > 0:
            self._thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._end.set()
        if self._thread.ident is not None:
            self._thread.join()
        if self._draws:
            self._line.draw(self._stage().in_one_line)
            self._line.end()

    def show(self, epoch: int) -> None:
        """An epoch is finished."""
        if self._every == 0:
            say(self._stage().line(), error=True)

    def _tell_now_and_then(self) -> None:
        tell: Callable[[], None] = self._draw if self._draws else self._log
        while not self._end.wait(REDRAWN_EVERY if self._draws else self._every):
            tell()

    def _draw(self) -> None:
        self._line.draw(self._stage().in_one_line)

    def _log(self) -> None:
        say(self._stage().line(), error=True)

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
