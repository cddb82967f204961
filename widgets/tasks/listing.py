"""The problems in a list, one chosen."""

from __future__ import annotations

from typing import ClassVar, NamedTuple

from textual import events
from textual.message import Message

from ..drawing.panel import MUTED, Panel, Spans

CHOSEN = "bold reverse $primary"
NAME = 14
"""Cells of the longest name, at least."""
GAP = 2


class TaskRow(NamedTuple):
    """One problem."""

    name: str
    """'echo'."""
    figures: tuple[str, ...]
    """What stands behind it in columns: 'needed', 'ln 3', '0'."""
    is_present: bool
    """Whether the run on the screen is of it."""


class TaskList(NamedTuple):
    """The problems there are."""

    headings: tuple[str, ...]
    """Of the name and of each figure."""
    rows: tuple[TaskRow, ...]
    chosen: int


class Columns(NamedTuple):
    """How wide they are; a function of the texts and the width alone."""

    name: int
    figures: tuple[int, ...]
    """Of those that fit; without any there are no headings."""


def columns(value: TaskList, width: int) -> Columns:
    """As many figures as fit behind the names."""
    name = max(NAME, *(len(row.name) for row in value.rows))
    texts = zip(value.headings[1:], *(row.figures for row in value.rows), strict=True)
    room, fitting = width - 2 - name, list[int]()
    for column in texts:
        cells = max(map(len, column))
        room -= GAP + cells
        if room < 0:
            break
        fitting.append(cells)
    return Columns(name, tuple(fitting))


def first_shown(value: TaskList, rows: int) -> int:
    """The first problem shown in so many rows: the chosen one is among them."""
    return max(0, min(value.chosen - rows // 2, len(value.rows) - rows))


def at(value: TaskList, width: int, height: int, y: int) -> int | None:
    """The place of the problem in a line; None where there is none."""
    headings = int(bool(columns(value, width).figures))
    place = first_shown(value, max(1, height - headings)) + y - headings
    is_inside = headings <= y < height and place < len(value.rows)
    return place if is_inside else None


def task_lines(value: TaskList, width: int, height: int, *, ascii: bool = False) -> list[Spans]:
    """A line for each, as many figures as fit; headings where figures do."""
    shape = columns(value, width)
    lines: list[Spans] = []
    if shape.figures:
        heading = "  " + value.headings[0].ljust(shape.name)
        lines.append(((heading + _behind(value.headings[1:], shape), MUTED),))
    rows = max(1, height - len(lines))
    start = first_shown(value, rows)
    for place, row in enumerate(value.rows[start : start + rows], start):
        mark = (">" if ascii else "▸") if row.is_present else " "
        text = f"{mark} {row.name.ljust(shape.name)}{_behind(row.figures, shape)}"
        style = CHOSEN if place == value.chosen else ""
        lines.append(((text[:width].ljust(width), style),))
    return lines[:height]


def _behind(texts: tuple[str, ...], shape: Columns) -> str:
    pairs = zip(texts, shape.figures, strict=False)
    return "".join(" " * GAP + text.ljust(width) for text, width in pairs)


class TaskListPanel(Panel[TaskList]):
    """Shows a `TaskList`."""

    DEFAULT_CSS: ClassVar[str] = """
    TaskListPanel { width: 20; height: 100%; padding: 0; }
    """
    BORDER_TITLE = "problems"

    class Picked(Message):
        """A line was clicked: the problem's place in the list."""

        def __init__(self, place: int) -> None:
            super().__init__()
            self.place = place

    def draw(self, value: TaskList, width: int, height: int) -> list[Spans]:
        """The lines."""
        return task_lines(value, width, height, ascii=self.ascii)

    def on_click(self, event: events.Click) -> None:
        """A click chooses the problem under it."""
        value, offset = self.value, event.get_content_offset(self)
        super().on_click(event)
        if value is None or offset is None:
            return
        place = at(value, *self.size, offset.y)
        if place is not None:
            event.stop()
            self.post_message(self.Picked(place))
