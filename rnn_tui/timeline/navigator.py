"""Moving through the epochs of a run: onwards by training, back and forth through its past.

Deterministic like the trainer: no thread, no clock. Wherever one went before, an epoch of
one branch always has the same bits.
"""

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from rnn_tui.model import ENGINE_VERSION
from rnn_tui.model.interruption import Interrupted
from rnn_tui.tasks.task import can_be_solved
from rnn_tui.timeline.branch import DEFAULT_BUDGET, Timeline
from rnn_tui.training.goals import NO_GOAL
from rnn_tui.training.journal import ZERO, Change, Journal, Position
from rnn_tui.training.optimizers.optimizer import Vector
from rnn_tui.training.settings.setting import Settings, Value
from rnn_tui.training.settings.table import SETTINGS, apply_settings
from rnn_tui.training.trainer import Diverged, State, Trainer
from rnn_tui.training.weights import format_weights, parse_weights, set_to_zero

Poll = Callable[[], None]


class Navigator:
    """A trainer, at epoch 0 to begin with, on the branches of its run, and where it is going.

    Attributes:
        budget: bytes for the states kept.
        trainer: stands at the epoch shown.
        timelines: the branches, by number.
        timeline: the branch it is on.
        running: whether it continues without end.
        engine: version of the mathematics that the run was begun with.
        goal: what it is trained up to.
        seconds: spent on training so far, on all branches, as whoever trains tells it; None for a
            run that was begun when that was not kept.
    """

    def __init__(self, trainer: Trainer, budget: int = DEFAULT_BUDGET) -> None:
        self.trainer = trainer
        self.budget = budget
        self.timelines = [Timeline(trainer.state, trainer.journal, budget)]
        self.timeline = self.timelines[0]
        if not can_be_solved(trainer.config.task):
            self.timeline.curve.leave_unsolved()
        self.running = False
        self.engine = ENGINE_VERSION
        self.goal = NO_GOAL
        self.seconds: float | None = 0.0
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
    def trains(self) -> bool:
        """Whether the next epoch on the way is a new one, and none of the known past."""
        is_known = self.epoch < self.timeline.newest and self.epoch not in self.timeline.edits
        return self._replay_to is None and self._walk_to is not None and not is_known

    @property
    def target(self) -> int | None:
        """The epoch it is on its way to; None at rest, and while running without end."""
        end = self._replay_to if self._walk_to is None else self._walk_to
        return None if end is None or end == math.inf else int(end)

    @property
    def settings(self) -> Settings:
        """What the next update from here will use."""
        return self.timeline.settings_at(self.trainer.position)

    # Where to go.

    def run(self) -> None:
        """Go on without end: through the known future, then beyond."""
        self.running = True
        self._replay_to, self._walk_to = None, math.inf

    def rest(self) -> None:
        """Stay here, if need be inside an epoch."""
        self.running = False
        self._replay_to = self._walk_to = None

    def step(self, epochs: int) -> None:
        """So many epochs forward, or back."""
        target = max(0, self.epoch + epochs)
        if epochs < 0:
            self.go_to(target)
        else:
            self.rest()
            self._walk_to = target if target > self.epoch else None

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

    def visit(self, number: int) -> None:
        """Go over to another branch: to the same epoch there, or to its newest."""
        self.rest()
        if number == self.timeline.number:
            return
        self._keep_partial()
        epoch = self.epoch
        self.timeline = self.timelines[number]
        known = min(epoch, self.timeline.newest)
        self.trainer.restore(self.timeline.nearest(known))
        self._replay_to = known
        self._arrive_if_there()

    # Interventions.

    def set(self, name: str, value: Value) -> bool:
        """Use a setting from the next update on; whether a new branch was begun.

        One is where that changes the weights themselves (held ones become zero); this epoch is
        its first.

        Raises:
            ValueError: if the value is not allowed.
        """
        setting = SETTINGS[name]
        value = setting.check(value, self.trainer.layout.tensors)
        settings = {**self.settings, name: value}
        partial = self.trainer.partial()
        edited = self.trainer.parameters_of(self.state).copy()
        live = edited if partial is None else edited.with_flat(partial.parameters.copy())
        before = self.state.parameters, live.flat.copy()
        for parameters in (edited, live):
            setting.apply(value, parameters)
        after = edited.flat, live.flat
        if not np.array_equal(before, after, equal_nan=True):
            self._edit(edited.flat, settings)
            return True
        self.timeline.set(self.trainer.position, settings)
        return False

    def zero(self, weights: str) -> None:
        """Set weights such as ``U[3], b_h`` to zero here, the first epoch of a new branch.

        Raises:
            ValueError: if there are no such weights.
        """
        chosen = parse_weights(weights, self.trainer.layout.tensors)
        edited = self.trainer.parameters_of(self.state).copy()
        set_to_zero(edited, chosen)
        position = Position(self.epoch)
        self._edit(edited.flat, self.settings, Change(position, ZERO, format_weights(chosen)))

    def _edit(self, parameters: Vector, settings: Settings, *changes: Change) -> None:
        """Begin a branch here with weights that were changed by hand."""
        self.rest()
        self._keep_partial()
        position = Position(self.epoch)
        journal = self.timeline.journal.with_settings(position, settings)
        for change in changes:
            journal = journal.plus(change)
        self.timeline.edits.pop(self.epoch, None)
        memory = tuple(vector.copy() for vector in self.state.optimizer)
        edited = self.trainer.parameters_of(self.state).with_flat(parameters)
        apply_settings(settings, edited, memory)
        for change in changes:
            zeroed = parse_weights(str(change.value), edited.layout.tensors)
            for numbers in map(edited.with_flat, memory):
                set_to_zero(numbers, zeroed)
        base = replace(self.state, parameters=parameters, optimizer=memory)
        if self.epoch > 0:
            loss, accuracy = self.trainer.validate(edited)
            base = replace(base, valid_loss=loss, valid_accuracy=accuracy)
        self._fork(position, base, journal)
        self.trainer.restore(self.timeline.base)

    def _fork(self, position: Position, base: State, journal: Journal) -> None:
        number = len(self.timelines)
        for timeline in self.timelines:
            timeline.keyframes.limit(self.budget, number + 1)
        self.timeline = self.timeline.forked(position, base, journal, number, self.budget)
        self.timelines.append(self.timeline)

    # Work.

    def work(self, poll: Poll | None = None) -> None:
        """One epoch further on the way.

        Raises:
            Interrupted: if ``poll`` does; calling again goes on.
            Diverged: if training did; the last finite epoch is shown, at rest.
        """
        if self._replay_to is not None:
            self.trainer.journal = self.timeline.journal
            self.timeline.record(self.trainer.advance(poll, poll))
        elif self._walk_to is not None:
            self._walk(poll)
        self._arrive_if_there()

    def rebuild_past(self, poll: Poll | None = None) -> None:
        """Train through the past again where states to go back to were lost.

        At rest. Where one is stays as it is, to the bit; only meanwhile the trainer is elsewhere.

        Raises:
            Interrupted: if ``poll`` does; calling again goes on.
            Diverged: if the past cannot be repeated here.
        """
        trainer, timeline = self.trainer, self.timeline
        shown, partial = trainer.state, trainer.partial()
        trainer.journal = timeline.journal
        try:
            trainer.restore(timeline.nearest(0))
            while (gap := timeline.first_gap()) is not None and gap > trainer.epoch:
                nearest = timeline.nearest(gap)
                if nearest.epoch > trainer.epoch:
                    trainer.restore(nearest)
                while trainer.epoch < gap:
                    timeline.record(trainer.advance(poll, poll))
        finally:
            trainer.restore(shown, partial)

    def _walk(self, poll: Poll | None) -> None:
        if self.timeline.edits and self.epoch in self.timeline.edits:
            self._begin_future(poll)
        else:
            self.trainer.journal = self.timeline.journal
            if not self._restore_next():
                self._advance(poll)
        self.timeline.record(self.trainer.state)
        self._resume_partial()

    def _restore_next(self) -> bool:
        """Take the next epoch from memory, if it is kept."""
        trainer, timeline = self.trainer, self.timeline
        if self.epoch >= timeline.newest or trainer.update != 0:
            return False
        known = timeline.nearest(self.epoch + 1)
        if known.epoch != self.epoch + 1:
            return False
        trainer.restore(known)
        return True

    def _begin_future(self, poll: Poll | None) -> None:
        """Settings were changed here, in the past: with the next update a new branch begins."""
        trainer, position = self.trainer, self.trainer.position
        base, settings = trainer.state, self.settings
        trainer.journal = self.timeline.journal.with_settings(position, settings)
        try:
            self._advance(poll)
        except Interrupted:
            if trainer.position > position:
                self._leave_past(position, base)
            raise
        self._leave_past(position, base)

    def _leave_past(self, position: Position, base: State) -> None:
        self.timeline.edits.pop(position.epoch, None)
        self._fork(position, base, self.trainer.journal)

    def _advance(self, poll: Poll | None) -> None:
        try:
            self.trainer.advance(poll, poll)
        except Diverged:
            if self.epoch == self.timeline.newest:
                self.timeline.partial = None
            self.rest()
            raise

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
