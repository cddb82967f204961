"""The help of a view, made from the table of keys."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from rich.table import Table
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.widgets import Static

from rnn_tui.app.dialogs.dialog import Dialog
from rnn_tui.app.keys import Key
from rnn_tui.app.views.view import View


class Help(Dialog[None]):
    """Lists what the keys do, and what the numbers mean.

    Args:
        view: to be explained.
        ascii_only: write keys without special characters.
        note: a line about the problem that is being trained on.
    """

    DEFAULT_CSS = """
    Help { align: center middle; }
    Help > VerticalScroll {
        width: 78; max-width: 100%; height: auto; max-height: 100%;
        border: round $primary; background: $surface; padding: 0 2;
        border-title-style: bold; border-subtitle-color: $text-muted;
    }
    Help > VerticalScroll.-ascii { border: ascii $primary; }
    Help Static { width: 100%; height: auto; }
    """
    BINDINGS: ClassVar[list[Any]] = [
        Binding("escape,question_mark,enter", "dismiss", "close", show=False),
        Binding("q", "app.leave", "quit", show=False),
    ]

    def __init__(self, view: View, ascii_only: bool, note: str) -> None:
        super().__init__()
        self._view, self._ascii, self._note = view, ascii_only, note

    def compose(self) -> ComposeResult:
        """One scrollable box."""
        with VerticalScroll() as box:
            box.border_title = f"help: {self._view.name_of_view}"
            box.border_subtitle = "up and down scroll, esc closes"
            box.set_class(self._ascii, "-ascii")
            yield Static(self._text())

    def _text(self) -> Table:
        table = Table.grid(padding=(0, 2), expand=True)
        table.add_column(no_wrap=True, width=23)
        table.add_column(ratio=1)
        for row in self._rows():
            table.add_row(*row)
        return table

    def _rows(self) -> Iterator[tuple[Text, Text]]:
        yield Text("Reading the screen", style="bold"), Text()
        for name, meaning in self._view.reading:
            yield Text(f"  {name}"), Text(meaning)
        if self._note:
            yield Text("  this problem"), Text(self._note)
        by_section: dict[str, list[Key]] = {}
        for key in self._view.keys:
            by_section.setdefault(key.section, []).append(key)
        for section, keys in by_section.items():
            yield Text(), Text()
            yield Text(section, style="bold"), Text()
            for key in keys:
                yield Text(f"  {key.ascii if self._ascii else key.shown}"), Text(key.description)
