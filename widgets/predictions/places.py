"""What stands in which line of the wall, and what is under a cell of it."""

from __future__ import annotations

from typing import Literal, NamedTuple

from .layout import Layout, arrange, shape_of
from .wall import Wall, shown

Kind = Literal["head", "in", "says", "marks", "rest"]


class Place(NamedTuple):
    """What stands in a line."""

    kind: Kind
    row: int
    """Which of the n sequences."""
    start: int
    """Its first step shown."""


def layout_of(wall: Wall, width: int, height: int, *, ascii: bool = False) -> Layout:
    """How a wall is divided at this size."""
    return arrange(shape_of(wall, ascii=ascii), width, height)


def has_ends_aligned(wall: Wall, layout: Layout) -> bool:
    """Whether the last steps stand under each other: of labels that are scrolled all are seen."""
    return layout.columns < wall.steps and not layout.folded and wall.has_labels()


def places(wall: Wall, layout: Layout) -> list[Place]:
    """What stands in each line."""
    found: list[Place] = []
    first, chosen = layout.start(wall.steps, wall.step), wall.length(wall.chosen)
    if layout.head == "row":
        found.append(Place("head", wall.chosen, first))
    if layout.folded:
        top = layout.first_line(wall.steps, wall.step)
        for line in range(top, top + layout.rows):
            found.append(Place("says", 0, line * layout.columns))
            if layout.marked:
                found.append(Place("marks", 0, line * layout.columns))
    else:
        at_ends = has_ends_aligned(wall, layout)
        for row in shown(wall, layout.rows):
            start = max(0, first + wall.length(row) - chosen) if at_ends else first
            if layout.paired:
                found.append(Place("in", row, start))
            found.append(Place("says", row, start))
            if layout.marked and row == wall.chosen:
                found.append(Place("marks", row, start))
    if layout.rest:
        found.append(Place("rest", 0, 0))
    return found


def at(wall: Wall, layout: Layout, x: int, y: int) -> tuple[int, int | None] | None:
    """Row and step under a cell; no step beside the symbols, None beside the rows."""
    lines = places(wall, layout)
    if not 0 <= y < len(lines) or lines[y].kind in ("head", "rest"):
        return None
    place, column = lines[y], (x - layout.labels) // layout.cell
    step = place.start + column
    is_symbol = 0 <= column < layout.columns and step < wall.length(place.row)
    return place.row, step if is_symbol else None
