"""Panels for what a network writes, answers to an input, and wrote before."""

from __future__ import annotations

from typing import ClassVar

from textual.content import Content

from ..drawing.panel import SlowPanel, Spans, fitting
from .lines import answered_lines, earlier_lines, written_lines
from .value import Answered, Earlier, Written


class WrittenPanel(SlowPanel[Written]):
    """Shows a `Written`."""

    DEFAULT_CSS: ClassVar[str] = """
    WrittenPanel { height: 1fr; }
    """

    def draw(self, value: Written, width: int, height: int) -> list[Spans]:
        """The text."""
        return written_lines(value, width, height, ascii=self.ascii)

    def redraw(self) -> None:
        """Say in the border how it is drawn; then draw."""
        if (value := self.value) is not None:
            how = f"temperature {value.temperature:g}" if value.temperature else "greedy"
            titles = (
                f"the network writes on · {how} · seed {value.seed}",
                f"writes on · {how} · seed {value.seed}",
                f"writes on · {how}",
            )
            keys = (
                ", . temperature · s another seed",
                ", . temperature",
            )
            room = self.outer_size.width - 6
            self.entitle(
                Content(fitting(titles, room, ascii=self.ascii)),
                Content(fitting(keys, room, ascii=self.ascii)),
            )
        super().redraw()


class AnsweredPanel(SlowPanel[Answered]):
    """Shows an `Answered`."""

    DEFAULT_CSS: ClassVar[str] = """
    AnsweredPanel { height: 1fr; }
    """

    def draw(self, value: Answered, width: int, height: int) -> list[Spans]:
        """Input and predictions."""
        return answered_lines(value, width, height, ascii=self.ascii)

    def redraw(self) -> None:
        """Say in the border whose input it is; then draw."""
        if (value := self.value) is not None:
            room = self.outer_size.width - 6
            titles = (f"what it predicts, step by step · {value.title}", value.title)
            arrows = "up down" if self.ascii else "↑↓"
            keys = (f"{arrows} sequence · e your own input", "e your own input")
            self.entitle(
                Content(fitting(titles, room, ascii=self.ascii)),
                Content(fitting(keys, room, ascii=self.ascii)),
            )
        super().redraw()


class EarlierPanel(SlowPanel[Earlier]):
    """Shows an `Earlier`."""

    BORDER_TITLE = "it wrote, at epoch"

    DEFAULT_CSS: ClassVar[str] = """
    EarlierPanel { height: 8; }
    """

    def draw(self, value: Earlier, width: int, height: int) -> list[Spans]:
        """A line for each epoch."""
        return earlier_lines(value, width, height, ascii=self.ascii)
