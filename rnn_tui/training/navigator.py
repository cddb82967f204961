"""Moving through the epochs of a run: onwards by training, back and forth through its past.

Deterministic like the trainer: no thread, no clock. Wherever one went before, an epoch of
one timeline always has the same bits.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Literal

from rnn_tui.training.config import LEARNING_RATES
from rnn_tui.training.timeline import DEFAULT_BUDGET, Timeline
from rnn_tui.training.trainer import Diverged, State, Trainer

Way = Literal["rest", "run", "walk", "replay"]


class Navigator:
    """A trainer on its timeline, and the way it is on.

    Args:
        trainer: at epoch 0.
        budget: bytes for the states kept.

    Attributes:
        trainer: stands at the epoch shown.
        timeline: what is known.
        running: whether it goes on without end.
    """

    def __init__(self, trainer: Trainer, budget: int = DEFAULT_BUDGET) -> None:
        self.trainer = trainer
        self.timeline = Timeline(trainer.state, trainer.config.lr, budget)
        self.running = False
        self._replay_to: int | None = None  # along the known past, as it was
        self._walk_to: float | None = None  # onwards

    @property
    def state(self) -> State:
        """The epoch shown."""
        return self.trainer.state

    @property
    def epoch(self) -> int:
        """The epoch shown."""
        return self.trainer.epoch

    @property
    def resting(self) -> bool:
        """Whether there is nothing left to do."""
        return self._replay_to is None and self._walk_to is None

    @property
    def target(self) -> int | None:
        """The epoch it is on its way to; None at rest, and while running without end."""
        end = self._replay_to if self._walk_to is None else self._walk_to
        return None if end is None or end == math.inf else int(end)

    @property
    def learning_rate(self) -> float:
        """What the next update from here will use."""
        return self.timeline.rate_at(self.trainer.position)

    def run(self) -> None:
        """Go on without end: through the known future, then beyond."""
        self.running = True
        self._replay_to, self._walk_to = None, math.inf

    def rest(self) -> None:
        """Stay here, if need be inside an epoch."""
        self.running = False
        self._replay_to = self._walk_to = None

    def step(self, epochs: int) -> None:
        """So many epochs forward, or back; from where a way under way would end."""
        base = self.epoch if self.running or self.resting else self.target
        assert base is not None
        target = max(0, base + epochs)
        if epochs < 0 or self._replay_to is not None:
            self.go_to(target)
        else:
            self.rest()
            self._walk_to = target

    def go_to(self, epoch: int) -> None:
        """Along the known past as it was, and beyond the newest epoch by training."""
        self.rest()
        known = min(max(epoch, 0), self.timeline.newest)
        if self.epoch != known:
            self._keep_partial()
            nearest = self.timeline.nearest(known)
            on_the_way = nearest.epoch <= self.epoch < known and self.trainer.update == 0
            if not on_the_way:
                self.trainer.restore(nearest)
            self._replay_to = known
        if epoch > known:
            self._walk_to = epoch
        self._arrive_if_there()

    def scale_rate(self, factor: float) -> float:
        """Multiply the learning rate from the next update on; returns the new one."""
        low, high = LEARNING_RATES
        rate = min(max(self.learning_rate * factor, low), high)
        self.timeline.set_rate(self.trainer.position, rate)
        return rate

    def work(self, poll: Callable[[], None] | None = None) -> None:
        """One epoch further on the way.

        Raises:
            Interrupted: if ``poll`` does; calling again goes on.
            Diverged: if training did; the last finite epoch is shown, at rest.
        """
        if self._replay_to is not None:
            self.trainer.journal = self.timeline.journal
            self.trainer.advance(poll, poll)
        elif self._walk_to is not None:
            try:
                self._walk(poll)
            except Diverged:
                self.timeline.partial = None
                self.rest()
                raise
        self._arrive_if_there()

    def _walk(self, poll: Callable[[], None] | None) -> None:
        trainer, timeline = self.trainer, self.timeline
        timeline.begin_future(trainer.position, trainer.state.training_loss)
        trainer.journal = timeline.journal
        known = timeline.nearest(self.epoch + 1) if self.epoch < timeline.newest else None
        if known is not None and known.epoch == self.epoch + 1 and trainer.update == 0:
            trainer.restore(known)
        else:
            trainer.advance(poll, poll)
        timeline.record(trainer.state)
        self._resume_partial()

    def _arrive_if_there(self) -> None:
        if self._replay_to is not None and self.epoch == self._replay_to:
            self._replay_to = None
            self._resume_partial()
        if self._replay_to is None and self._walk_to is not None and self.epoch >= self._walk_to:
            self.rest()

    def _keep_partial(self) -> None:
        """Before leaving the newest epoch: remember the progress beyond it."""
        partial = self.trainer.partial()
        if partial is not None and partial.position.epoch == self.timeline.newest:
            self.timeline.partial = partial

    def _resume_partial(self) -> None:
        """At the newest epoch: go on inside the next one where it was left."""
        partial = self.timeline.partial
        if partial is not None and self.trainer.position == (partial.position.epoch, 0):
            self.trainer.restore(self.trainer.state, partial)
