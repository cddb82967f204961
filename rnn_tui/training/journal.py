"""Every intervention in a run: what was changed, and exactly when."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import NamedTuple

from rnn_tui.training.settings.setting import Settings, Value

HOLD = "hold"
"""Name of the setting that holds weights at zero."""
ZERO = "zero"
"""Name of the change that sets weights to zero once, and what the optimizer remembers of them."""


class Position(NamedTuple):
    """A point between two updates.

    Attributes:
        epoch: epochs finished.
        update: updates made since, in the epoch under way.
    """

    epoch: int
    update: int = 0


class Change(NamedTuple):
    """An intervention.

    Attributes:
        position: where it was made; a setting counts from the update at this position on.
        name: of the setting, or `ZERO`.
        value: of the setting from here on, or the weights set to zero, such as ``U[3]``.
    """

    position: Position
    name: str
    value: Value


class Journal:
    """The settings of every update of a run, and all interventions.

    Args:
        initial: the settings of the first update.
        changes: the interventions, in the order of their positions.
    """

    def __init__(self, initial: Settings, changes: tuple[Change, ...] = ()) -> None:
        self.initial, self.changes = initial, changes
        self._positions = [change.position for change in changes]
        self._after = [initial]  # the settings after the first, second, … change
        for _, name, value in changes:
            known = self._after[-1]
            self._after.append(known if name == ZERO else {**known, name: value})

    def at(self, position: Position) -> Settings:
        """What the update made at this position uses."""
        return self._after[bisect_right(self._positions, position)]

    def made_at(self, position: Position) -> tuple[Change, ...]:
        """The changes made at exactly this position."""
        start = bisect_left(self._positions, position)
        return self.changes[start : bisect_right(self._positions, position)]

    def next_change(self, position: Position) -> Position | None:
        """Where something changes next, strictly after this position."""
        index = bisect_right(self._positions, position)
        return self._positions[index] if index < len(self._positions) else None

    def through(self, position: Position) -> Journal:
        """What was done before or at this position."""
        return Journal(self.initial, self.changes[: bisect_right(self._positions, position)])

    def with_settings(self, position: Position, settings: Settings) -> Journal:
        """The past up to this position, then these settings; no entry for what does not change.

        Weights held from the end of this very epoch on stay zero there if they are released.
        """
        kept, at_end = [], position.update == 0
        for change in self.through(position).changes:
            if change.position != position or change.name == ZERO:
                kept.append(change)
            elif at_end and change.name == HOLD and change.value not in (None, settings[HOLD]):
                kept.append(change._replace(name=ZERO))
        before = Journal(self.initial, tuple(kept))
        present = before.at(position)
        new = (Change(position, n, v) for n, v in settings.items() if v != present[n])
        return Journal(self.initial, (*kept, *new))

    def plus(self, change: Change) -> Journal:
        """One more intervention, not before any other."""
        return Journal(self.initial, (*self.changes, change))
