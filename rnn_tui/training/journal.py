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


class ClipChange(NamedTuple):
    """From the update at this position on, gradients are clipped to this norm; None: not."""

    position: Position
    clip: float | None


class ZeroedWeights(NamedTuple):
    """At this position weights were set to zero.

    Attributes:
        position: where.
        tensor: its name, such as ``U``.
        where: index of one row or one number, in the engine's shape; empty for the whole tensor.
    """

    position: Position
    tensor: str
    where: tuple[int, ...] = ()


Intervention = RateChange | ClipChange | ZeroedWeights


class Journal:
    """The learning rate and the clipping of every update of a run, and all interventions.

    Args:
        initial_rate: learning rate of the first update.
        changes: the interventions, in the order of their positions.
        initial_clip: largest norm of a gradient at the first update, None for no limit.
    """

    def __init__(
        self,
        initial_rate: float,
        changes: tuple[Intervention, ...] = (),
        initial_clip: float | None = None,
    ) -> None:
        self.initial_rate, self.initial_clip = initial_rate, initial_clip
        self.changes = changes
        self._positions = [change.position for change in changes]

    def rate_at(self, position: Position) -> float:
        """The rate that the update made at this position uses."""
        for change in reversed(self.changes[: bisect_right(self._positions, position)]):
            if isinstance(change, RateChange):
                return change.rate
        return self.initial_rate

    def clip_at(self, position: Position) -> float | None:
        """The clipping that the update made at this position uses."""
        for change in reversed(self.changes[: bisect_right(self._positions, position)]):
            if isinstance(change, ClipChange):
                return change.clip
        return self.initial_clip

    def zeroed_at(self, position: Position) -> tuple[ZeroedWeights, ...]:
        """The weights set to zero at exactly this position."""
        start = bisect_left(self._positions, position)
        stop = bisect_right(self._positions, position)
        return tuple(
            change for change in self.changes[start:stop] if isinstance(change, ZeroedWeights)
        )

    def next_change(self, position: Position) -> Position | None:
        """Where something changes next, strictly after this position."""
        index = bisect_right(self._positions, position)
        return self._positions[index] if index < len(self._positions) else None

    def until(self, position: Position) -> Journal:
        """What was done strictly before this position."""
        return self._with(self.changes[: bisect_left(self._positions, position)])

    def through(self, position: Position) -> Journal:
        """What was done before or at this position."""
        return self._with(self.changes[: bisect_right(self._positions, position)])

    def with_rate(self, position: Position, rate: float) -> Journal:
        """The past up to this position, then this rate; no entry if it is the rate already."""
        kept = [
            change
            for change in self.through(position).changes
            if not (isinstance(change, RateChange) and change.position == position)
        ]
        past = self._with(tuple(kept))
        return past if past.rate_at(position) == rate else past.plus(RateChange(position, rate))

    def with_clip(self, position: Position, clip: float | None) -> Journal:
        """The past up to this position, then this clipping; no entry if it is so already."""
        kept = [
            change
            for change in self.through(position).changes
            if not (isinstance(change, ClipChange) and change.position == position)
        ]
        past = self._with(tuple(kept))
        return past if past.clip_at(position) == clip else past.plus(ClipChange(position, clip))

    def plus(self, change: Intervention) -> Journal:
        """One more intervention, not before any other."""
        return self._with((*self.changes, change))

    def _with(self, changes: tuple[Intervention, ...]) -> Journal:
        return Journal(self.initial_rate, changes, self.initial_clip)
