"""Two lines that are always there: what is trained, how far it is and how well it does."""

from __future__ import annotations

from typing import ClassVar

from textual.content import Content

from ..drawing.panel import Panel
from .lines import Status, fields_line, title_line


class StatusBar(Panel[Status]):
    """Shows a `Status` in two lines; no number moves its neighbours."""

    DEFAULT_CSS: ClassVar[str] = """
    StatusBar { height: 2; border: none; padding: 0 1; }
    StatusBar.-ascii { border: none; }
    """

    def draw(self, value: Status, width: int, height: int) -> list[Content]:
        """The title above; epoch, loss, sparkline, accuracy and pace below."""
        return [
            title_line(value, width, ascii=self.ascii),
            fields_line(value, width, ascii=self.ascii),
        ]

    def redraw(self) -> None:
        """Draw the new status; a message can be read whole under the mouse."""
        self.tooltip = (self.value and self.value.message) or None
        super().redraw()
