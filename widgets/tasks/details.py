"""Everything about one problem, to be read before one starts it; longer than the panel at times."""

from __future__ import annotations

from textwrap import wrap
from typing import ClassVar, NamedTuple

from textual import events
from textual.content import Content

from ..drawing.figures import plain
from ..drawing.panel import MUTED, Panel, Spans

LABEL = 10
"""Cells of a label."""


class Fact(NamedTuple):
    """A text behind a label."""

    label: str
    """'needs'."""
    text: str
    style: str = ""
    is_row: bool = False
    """A row of symbols: cut where it is too long, not wrapped."""


class TaskDetails(NamedTuple):
    """One problem."""

    title: str
    """'echo 3 mod 3'."""
    facts: tuple[Fact, ...]
    """The most important first."""


def detail_lines(value: TaskDetails, width: int, *, ascii: bool = False) -> list[Spans]:
    """All of it: labels above the texts where it is narrow, in front of them elsewhere."""
    label = LABEL if width >= 50 else 0
    lines: list[Spans] = []
    for fact in value.facts:
        text = plain(fact.text) if ascii else fact.text
        if fact.is_row:
            room = width - LABEL
            dots = "~" if ascii else "…"
            text = text if len(text) <= room else text[: max(0, room - 1)] + dots
            lines.append(((fact.label.ljust(LABEL), MUTED), (text, fact.style)))
            continue
        named = fact.label.ljust(label)
        if not label and fact.label:
            lines.append(((fact.label, MUTED),))
            named = ""
        for place, line in enumerate(wrap(text, max(1, width - label), break_on_hyphens=False)):
            lines.append(((named if place == 0 else " " * label, MUTED), (line, fact.style)))
        lines.append(())
    while lines and not lines[-1]:
        lines.pop()
    return lines


class TaskPanel(Panel[TaskDetails]):
    """Shows `TaskDetails`; what does not fit is scrolled to."""

    DEFAULT_CSS: ClassVar[str] = """
    TaskPanel { width: 1fr; height: 100%; }
    """

    _first = 0
    _of = ""

    def draw(self, value: TaskDetails, width: int, height: int) -> list[Spans]:
        """The lines from the first one shown on."""
        return detail_lines(value, width, ascii=self.ascii)[self._first :][:height]

    def scroll_lines(self, lines: int) -> None:
        """So many further down; no further than to the end."""
        self._first += lines
        self.redraw()

    def redraw(self) -> None:
        """Say in the border which problem it is and whether there is more; then draw."""
        if (value := self.value) is not None and self.size.width:
            if value.title != self._of:
                self._of, self._first = value.title, 0
            count = len(detail_lines(value, self.size.width, ascii=self.ascii))
            most = max(0, count - self.size.height)
            self._first = min(max(self._first, 0), most)
            more = "" if not most else "> more" if self._first < most else "< back"
            self.entitle(Content(value.title), Content(more))
        super().redraw()

    def on_resize(self) -> None:
        """At another size more may fit, or less."""
        self.redraw()

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """The wheel scrolls."""
        event.stop()
        self.scroll_lines(2)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """The wheel scrolls."""
        event.stop()
        self.scroll_lines(-2)
