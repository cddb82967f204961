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

READING = (
    ("loss chart", "the mean over each epoch, each sequence predicted just before its update"),
    ("loss, accuracy", "with exactly the parameters of the epoch shown, over the training set"),
    ("sample of", "so many sequences, where loss and accuracy are not over all of them"),
    ("gradient", "of the loss summed over time, averaged over the sequences"),
    ("update/norm", "how far the last epoch moved a tensor, relative to its size"),
    ("gradient through time", "how much the loss would change with the hidden sum at step t"),
)


class Help(Dialog[None]):
    """Lists what the keys do, and what the numbers mean.

    Args:
        keys: the table.
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

    def __init__(self, keys: tuple[Key, ...], ascii_only: bool, note: str) -> None:
        super().__init__()
        self._keys, self._ascii, self._note = keys, ascii_only, note

    def compose(self) -> ComposeResult:
        """One scrollable box."""
        with VerticalScroll() as box:
            box.border_title = "help"
            box.border_subtitle = "up and down scroll, esc closes"
            box.set_class(self._ascii, "-ascii")
            yield Static(self._text())

    def _text(self) -> Table:
        table = Table.grid(padding=(0, 2), expand=True)
        table.add_column(no_wrap=True, width=21)
        table.add_column(ratio=1)
        for row in self._rows():
            table.add_row(*row)
        return table

    def _rows(self) -> Iterator[tuple[Text, Text]]:
        section = ""
        for key in self._keys:
            if key.section != section:
                if section:
                    yield Text(), Text()
                section = key.section
                yield Text(section, style="bold"), Text()
            shown = key.ascii if self._ascii else key.shown
            yield Text(f"  {shown}"), Text(key.description)
        yield Text(), Text()
        yield Text("Reading the screen", style="bold"), Text()
        for name, meaning in READING:
            yield Text(f"  {name}"), Text(meaning)
        if self._note:
            yield Text("  this problem"), Text(self._note)
        yield (
            Text("  mouse"),
            Text("click the bottom line; click or drag the chart to go to an epoch"),
        )
