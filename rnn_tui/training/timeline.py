"""Every epoch that has been, in bounded memory."""

from __future__ import annotations

from rnn_tui.training.history import LossHistory
from rnn_tui.training.journal import Journal, Position, RateChange
from rnn_tui.training.keyframes import Keyframes
from rnn_tui.training.trainer import Partial, State

DEFAULT_BUDGET = 64 * 2**20


class Timeline:
    """One past, up to the newest epoch reached.

    Attributes:
        journal: the learning rates that led here.
        history: the training curve.
        newest: the newest epoch reached.
        partial: the progress beyond it, inside the next epoch.
        edits: learning rates set at past positions whose next update has not been made;
            until it is, they change nothing.

    Args:
        initial: epoch 0.
        rate: the first learning rate.
        budget: bytes for the states kept.
    """

    def __init__(self, initial: State, rate: float, budget: int = DEFAULT_BUDGET) -> None:
        self.journal = Journal(rate)
        self.history = LossHistory()
        self.newest = 0
        self.partial: Partial | None = None
        self.edits: dict[Position, float] = {}
        self._keyframes = Keyframes(initial, budget)

    def record(self, state: State) -> None:
        """Take the end of an epoch; one that is known already changes nothing."""
        if state.epoch != self.newest + 1:
            return
        self.newest = state.epoch
        self.partial = None
        self.history.append(state.training_loss, state.training_accuracy == 1)
        self._keyframes.add(state)

    def nearest(self, epoch: int) -> State:
        """The newest state kept that is not after this epoch."""
        return self._keyframes.nearest(epoch)

    def spread(self, until: int, count: int) -> list[State]:
        """At most ``count`` states, evenly over the past of an epoch."""
        return self._keyframes.spread(until, count)

    def is_end(self, position: Position) -> bool:
        """Whether nothing is known beyond this position."""
        return position >= (self.partial.position if self.partial else Position(self.newest))

    def rate_at(self, position: Position) -> float:
        """The rate the next update from here will use."""
        return self.edits.get(position, self.journal.rate_at(position))

    def changes(self) -> tuple[RateChange, ...]:
        """The interventions made, and those that wait for their update, in order."""
        waiting = (RateChange(position, rate) for position, rate in self.edits.items())
        return tuple(sorted((*self.journal.changes, *waiting)))

    def set_rate(self, position: Position, rate: float) -> None:
        """From the next update made from here on, use this rate."""
        if self.is_end(position):
            self.journal = self.journal.with_rate(position, rate)
        elif rate == self.journal.rate_at(position):
            self.edits.pop(position, None)
        else:
            self.edits[position] = rate

    def begin_future(self, position: Position, loss: float) -> None:
        """If the rate was changed here, in the past: a new future starts here.

        Args:
            position: where the next update is made.
            loss: of the epoch finished there, the last that stays in the training curve.
        """
        rate = self.edits.pop(position, None)
        if rate is None:
            return
        self.journal = self.journal.with_rate(position, rate)
        self.history = self.history.cut(position.epoch, loss)
        self.newest = position.epoch
        self.partial = None
        self._keyframes.cut(position.epoch)
        self.edits = {kept: rate for kept, rate in self.edits.items() if kept < position}
