"""A panel that says what is to be learned, and what to try next."""

from __future__ import annotations

from textwrap import wrap
from typing import ClassVar, NamedTuple

from textual.content import Content

from ..drawing.figures import plain
from ..drawing.panel import MUTED, Panel, Spans, fitting


class Problem(NamedTuple):
    """A problem in words."""

    title: str
    """'successor mod 3'."""
    paragraphs: tuple[str, ...]
    """What is to be learned, how training begins; the last go first where there is no room."""
    suggestion: str = ""
    """What to try next; '' for nothing."""


def problem_lines(value: Problem, width: int, height: int, *, ascii: bool = False) -> list[Spans]:
    """Paragraphs wrapped, an empty line between them where there is room, the suggestion last."""

    def wrapped(text: str, style: str) -> list[Spans]:
        return [((line, style),) for line in wrap(plain(text) if ascii else text, max(1, width))]

    last = wrapped(value.suggestion, "$text-success")
    parts = [wrapped(text, MUTED) for text in value.paragraphs]
    room = height - len(last) - bool(last)
    while parts and sum(map(len, parts)) > room:
        parts.pop()
    parts += [last] if last else []
    is_loose = sum(map(len, parts)) + len(parts) - 1 <= height
    lines: list[Spans] = []
    for part in parts:
        if lines and (is_loose or part is last):
            lines.append(())
        lines += part
    return lines[:height]


class ProblemPanel(Panel[Problem]):
    """Shows a `Problem`."""

    DEFAULT_CSS: ClassVar[str] = """
    ProblemPanel { width: 1fr; height: 1fr; }
    """
    BORDER_TITLE = "this problem"

    def draw(self, value: Problem, width: int, height: int) -> list[Spans]:
        """The text."""
        return problem_lines(value, width, height, ascii=self.ascii)

    def redraw(self) -> None:
        """Say in the border which problem it is; then draw."""
        if self.value is not None:
            title = self.value.title
            room = self.outer_size.width - 6
            text = fitting((f"this problem: {title}", title), room, ascii=self.ascii)
            self.entitle(Content(text), Content())
        super().redraw()
