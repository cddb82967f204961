"""Where things are in the panel of a sequence: one column of cells for each time step."""

from __future__ import annotations

from typing import NamedTuple

from .view import SequenceView

LABELS, SHORT_LABELS = 10, 5
"""Cells of the names at the left."""
NARROW = 34
"""Below this many cells the rows have short names."""


class Geometry(NamedTuple):
    """How a panel of one width is divided, for sequences of one length; all in cells.

    A step's cell is `lead` blanks, the symbol, the column of its ✗, and blanks up to the next.
    """

    labels: int
    """Column of the first cell; the one before it is for the left ellipsis, unless all fits."""
    symbol: int
    """Width of a symbol."""
    lead: int
    """Blanks before a symbol: 0 or 1."""
    cell: int
    """From one step to the next; 1 where symbols stand side by side, with ✗ on a line below."""
    steps: int
    """How many steps are shown."""
    room: int
    """At the right end, for figures."""

    @property
    def short(self) -> bool:
        """Whether the rows have short names."""
        return self.labels <= SHORT_LABELS + 1

    @property
    def side_by_side(self) -> bool:
        """Whether there is no column for ✗."""
        return self.cell == 1

    @property
    def picture(self) -> int:
        """Columns of the picture of a step's state."""
        return max(1, self.cell - 1)

    @property
    def last(self) -> int:
        """Cells of the last step, which needs no blanks behind it."""
        return min(self.cell, self.lead + self.symbol + 1)

    @property
    def area(self) -> int:
        """Cells of all steps shown."""
        return (self.steps - 1) * self.cell + self.last

    def step_at(self, column: int, start: int) -> int | None:
        """The time step whose cell is at a column; None outside."""
        place = (column - self.labels) // self.cell
        return start + place if 0 <= place < self.steps else None


def geometry(view: SequenceView, width: int) -> Geometry:
    """The widest cells with which all steps fit beside the score; else as many as fit."""
    names = LABELS if width >= NARROW else SHORT_LABELS
    long, short = map(len, view.scores())
    least = short + 1 if width >= NARROW else 0
    symbol = min(view.widest, max(1, width - names - least - 2))
    for score in (long + 1, least):
        for cell in range(symbol + 3, symbol, -1):
            lead = int(cell >= symbol + 2)
            labels = names + (not lead)
            room = width - labels - cell * (view.length - 1) - (symbol + 1 + lead)
            if room >= score:
                return Geometry(labels, symbol, lead, cell, view.length, room)
    cell = 1 if symbol == 1 else symbol + 1
    steps = min(view.length, max(1, (width - names - 1 - least) // cell))
    return Geometry(names + 1, symbol, 0, cell, steps, max(0, width - names - 1 - steps * cell))


def width_needed(view: SequenceView, length: int) -> int:
    """Cells in which all steps of sequences of this length are seen, side by side if need be."""
    cell = 1 if view.widest == 1 else view.widest + 1
    return LABELS + 1 + length * cell + len(view.scores()[1]) + 1


def window(length: int, steps: int, previous: int, wanted: int) -> int:
    """The first step shown: `previous` if the step wanted is then visible, else around that.

    Args:
        length: T.
        steps: how many are shown.
        previous: where the window begins now.
        wanted: the step to be seen.
    """
    if not previous <= wanted < previous + steps:
        previous = wanted - steps // 2
    return min(max(previous, 0), max(0, length - steps))
