"""Every intervention in a run: what was changed, and exactly when."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import NamedTuple


class Position(NamedTuple):
    """A point between two updates.

    Attributes:
        epoch: epochs finished.
        update: updates made since, in the epoch under way.
    """

    epoch: int
    update: int = 0


class RateChange(NamedTuple):
    """From the update at this position on, the learning rate is this."""

    position: Position
    rate: float


class Journal:
    """The learning rate of every update of a run: the first one, and its changes in order."""

    def __init__(self, initial_rate: float, changes: tuple[RateChange, ...] = ()) -> None:
        self.initial_rate = initial_rate
        self.changes = changes
        self._positions = [change.position for change in changes]

    def rate_at(self, position: Position) -> float:
        """The rate that the update made at this position uses."""
        index = bisect_right(self._positions, position)
        return self.changes[index - 1].rate if index else self.initial_rate

    def next_change(self, position: Position) -> Position | None:
        """Where the rate changes next, strictly after this position."""
        index = bisect_right(self._positions, position)
        return self._positions[index] if index < len(self._positions) else None

    def until(self, position: Position) -> Journal:
        """What was done strictly before this position."""
        index = bisect_left(self._positions, position)
        return Journal(self.initial_rate, self.changes[:index])

    def with_rate(self, position: Position, rate: float) -> Journal:
        """The past before this position, then this rate; no entry if it is the rate already."""
        past = self.until(position)
        if past.rate_at(position) == rate:
            return past
        return Journal(past.initial_rate, (*past.changes, RateChange(position, rate)))
