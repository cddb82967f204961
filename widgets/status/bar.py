"""Two lines that are always there: what is trained, how far it is and how well it does."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.reactive import reactive

from ..drawing.panel import Line, Panel
from .lines import fields_line, title_line
from .value import Status


class StatusBar(Panel):
    """Shows a `Status` in two lines; no number moves its neighbours."""

    DEFAULT_CSS: ClassVar[str] = """
    StatusBar { height: 2; border: none; padding: 0 1; }
    StatusBar.-ascii { border: none; }
    """

    value: reactive[Status | None] = reactive(None, always_update=True, repaint=False)
    """What is shown; None before the first snapshot."""

    def lines(self, width: int, height: int) -> Sequence[Line]:
        """The title above; epoch, loss, sparkline, accuracy and pace below."""
        if self.value is None:
            return []
        return [
            title_line(self.value, width, ascii=self.ascii),
            fields_line(self.value, width, ascii=self.ascii),
        ]

    def redraw(self) -> None:
        """Draw the new status; a message can be read whole under the mouse."""
        self.tooltip = (self.value and self.value.message) or None
        super().redraw()
