"""How far training is, in a line of a log or in one line of a terminal."""

from __future__ import annotations

import math
from typing import NamedTuple

from rnn_tui.cli.progress import time_left, with_bar
from rnn_tui.training.evaluation import percent


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

    def line(self, *, inside: bool = False) -> str:
        """All of it; the update, too, where one wants to know it ``inside`` the epoch."""
        epochs = f"epoch {self.epoch}" + ("" if self.goal is None else f" of {self.goal}")
        valid = "" if math.isnan(self.valid_loss) else f"validation {self.valid_loss:.6g}"
        parts = [
            f"{epochs}, update {self.update} of {self.updates}" if inside else epochs,
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
