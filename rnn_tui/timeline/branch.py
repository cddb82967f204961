"""One past and what is known of its future: every epoch that has been, in bounded memory.

A run begins with one timeline. Where its past is changed another one forks off, which shares
the past up to there.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

from rnn_tui.timeline.keyframes import Keyframes
from rnn_tui.timeline.loss_curve import LossCurve
from rnn_tui.training.journal import Change, Journal, Position
from rnn_tui.training.settings.setting import Settings
from rnn_tui.training.trainer import Partial, State

DEFAULT_BUDGET = 64 * 2**20


class Timeline:
    """One branch of a run.

    Attributes:
        number: counts the branches of a run from 0.
        name: for the user.
        parent: the branch it left, None for the first.
        fork: where it left its parent.
        base: the state at the fork, the first one of its own; epoch 0 of the first branch.
        journal: the interventions that led here.
        newest: the newest epoch reached.
        partial: the progress beyond it, inside the next epoch.
        edits: settings changed at past epochs whose next update has not been made; until it
            is, they change nothing.
        keyframes: the states kept, of all branches together in ``budget`` bytes.
    """

    def __init__(
        self,
        base: State,
        journal: Journal,
        budget: int = DEFAULT_BUDGET,
        *,
        branches: int = 1,
        curve: Callable[[], LossCurve] = LossCurve,
        number: int = 0,
        parent: Timeline | None = None,
        fork: Position | None = None,
    ) -> None:
        self.number, self.parent, self.base = number, parent, base
        self.fork = Position(base.epoch) if fork is None else fork
        self.name = "first" if parent is None else f"branch {number}"
        self.journal = journal
        self._read_curve = curve
        self.newest = base.epoch
        self.partial: Partial | None = None
        self.edits: dict[int, Settings] = {}
        self.keyframes = Keyframes(base, budget, branches)

    @cached_property
    def curve(self) -> LossCurve:
        """The losses of each epoch from epoch 0 on; read when it is first asked for."""
        curve = self._read_curve()
        self._read_curve = LossCurve  # what was needed to read it need not be kept
        return curve

    @property
    def best_epoch(self) -> int | None:
        """The epoch with the lowest validation loss so far; None if there is none."""
        validation = self.curve.validation
        return None if validation is None else validation.best

    @property
    def origin(self) -> Timeline | None:
        """The branch whose past it shares up to its fork, None for the first.

        That is an ancestor of its parent where it was made at an epoch before the parent's own.
        """
        origin = self.parent
        while origin is not None and origin.parent is not None and self.fork < origin.fork:
            origin = origin.parent
        return origin

    def record(self, state: State) -> None:
        """Take the end of an epoch: a new one, or one of the past that may have been lost."""
        if state.epoch <= self.newest:
            owner = self._owner_of(state.epoch)
            if state.epoch > owner.base.epoch:
                owner.keyframes.add_past(state)
            return
        self.newest = state.epoch
        self.partial = None
        self.curve.append(state.training_loss, state.training_accuracy, state.valid_loss)
        self.keyframes.add(state)

    def nearest(self, epoch: int) -> State:
        """The newest state kept that is not after this epoch."""
        return self._owner_of(epoch).keyframes.nearest(epoch)

    def _owner_of(self, epoch: int) -> Timeline:
        """The branch that has the states of an epoch: this one, or one that it comes from."""
        timeline = self
        while timeline.parent is not None and epoch < timeline.base.epoch:
            timeline = timeline.parent
        return timeline

    def first_gap(self) -> int | None:
        """The first epoch of the past whose state should be kept and is not, if any."""
        gap, timeline, until = None, self, self.newest
        while True:
            gap = timeline.keyframes.grid.first_gap(timeline.base.epoch, until) or gap
            if timeline.parent is None:
                return gap
            until = min(until, timeline.base.epoch - 1)
            timeline = timeline.parent

    def spread(self, until: int, count: int) -> list[State]:
        """At most ``count`` states, evenly over the epochs 0 to ``until``."""
        wanted = [until * i // max(1, count - 1) for i in range(count)]
        found = {state.epoch: state for state in map(self.nearest, wanted)}
        return [found[epoch] for epoch in sorted(found)]

    def is_end(self, position: Position) -> bool:
        """Whether nothing is known beyond this position."""
        return position >= (self.partial.position if self.partial else Position(self.newest))

    def settings_at(self, position: Position) -> Settings:
        """What the next update from here will use."""
        return self.edits.get(position.epoch, self.journal.at(position))

    def changes(self) -> tuple[Change, ...]:
        """The interventions made, and those that wait for their update, in order."""
        waiting = [
            Change(Position(epoch), name, value)
            for epoch, edit in self.edits.items()
            for name, value in edit.items()
            if value != self.journal.at(Position(epoch))[name]
        ]
        return tuple(sorted((*self.journal.changes, *waiting), key=lambda change: change.position))

    def set(self, position: Position, settings: Settings) -> None:
        """From the next update made from here on, use these settings."""
        if self.is_end(position):
            self.journal = self.journal.with_settings(position, settings)
        elif settings == self.journal.at(position):
            self.edits.pop(position.epoch, None)
        else:
            self.edits[position.epoch] = settings

    def forked(
        self, position: Position, base: State, journal: Journal, number: int, budget: int
    ) -> Timeline:
        """A new branch, the last one, which leaves this one where its base and journal end."""
        curve = self.curve.cut(
            position.epoch, base.training_loss, base.training_accuracy, base.valid_loss
        )
        return Timeline(
            base,
            journal,
            budget,
            branches=number + 1,
            curve=lambda: curve,
            number=number,
            parent=self,
            fork=position,
        )
