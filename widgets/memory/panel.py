"""Two panels: the network with its memory and without it, and how far it reaches."""

from __future__ import annotations

from typing import ClassVar

from textual.content import Content

from ..drawing.panel import Panel, SlowPanel, Spans
from .reach import Reach, reach_lines, reach_title
from .table import MemoryTable, memory_lines, subtitle


class MemoryPanel(Panel[MemoryTable]):
    """Shows a `MemoryTable`."""

    DEFAULT_CSS: ClassVar[str] = """
    MemoryPanel { width: 1fr; height: 1fr; }
    """
    BORDER_TITLE = "does it use its memory?"

    def draw(self, value: MemoryTable, width: int, height: int) -> list[Spans]:
        """The rows and the sentence."""
        return memory_lines(value, width, height, ascii=self.ascii)

    def redraw(self) -> None:
        """Say in the border what the mark is; then draw."""
        if self.value is not None:
            self.entitle(
                Content(self.BORDER_TITLE), Content(subtitle(self.value, ascii=self.ascii))
            )
        super().redraw()


class ReachPanel(SlowPanel[Reach]):
    """Shows a `Reach`."""

    DEFAULT_CSS: ClassVar[str] = """
    ReachPanel { width: 1fr; height: 1fr; }
    """

    def draw(self, value: Reach, width: int, height: int) -> list[Spans]:
        """The bars."""
        return reach_lines(value, width, height, ascii=self.ascii)

    def redraw(self) -> None:
        """Say in the border what the bars are; then draw."""
        if self.value is not None and self.size.width:
            title = reach_title(self.value, self.outer_size.width - 6, ascii=self.ascii)
            self.entitle(Content(title), Content())
        super().redraw()
