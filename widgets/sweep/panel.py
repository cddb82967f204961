"""A table in a panel: a click chooses a row, a second one opens it, the wheel goes on."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.message import Message

from ..drawing.panel import Panel, Spans
from .table import Table, at, table_lines


class TablePanel(Panel[Table]):
    """Shows a `Table`."""

    DEFAULT_CSS: ClassVar[str] = """
    TablePanel { padding: 0; }
    TablePanel.-active { border: round $primary; }
    TablePanel.-ascii.-active { border: ascii $primary; }
    """

    class Picked(Message):
        """A row was clicked.

        Attributes:
            panel: whose.
            place: of the row.
            is_open: whether it was the chosen one already, so that it is to be opened.
        """

        def __init__(self, panel: TablePanel, place: int, is_open: bool) -> None:
            super().__init__()
            self.panel, self.place, self.is_open = panel, place, is_open

    class Scrolled(Message):
        """The wheel was turned over it: so many rows down."""

        def __init__(self, panel: TablePanel, rows: int) -> None:
            super().__init__()
            self.panel, self.rows = panel, rows

    def draw(self, value: Table, width: int, height: int) -> list[Spans]:
        """The lines."""
        return table_lines(value, width, height, ascii=self.ascii)

    def watch_value(self) -> None:
        """Show where keys act, and the new lines."""
        self.set_class(self.value is not None and self.value.is_active, "-active")
        super().watch_value()

    def on_click(self, event: events.Click) -> None:
        """Choose the row under the mouse."""
        value, offset = self.value, event.get_content_offset(self)
        super().on_click(event)
        if value is None or offset is None:
            return
        place = at(value, self.size.height, offset.y)
        if place is not None:
            event.stop()
            is_open = value.is_active and place == value.chosen
            self.post_message(self.Picked(self, place, is_open))

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """One row up."""
        event.stop()
        self.post_message(self.Scrolled(self, -1))

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """One row down."""
        event.stop()
        self.post_message(self.Scrolled(self, 1))
