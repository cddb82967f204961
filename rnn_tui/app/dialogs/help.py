"""The help of a view, made from the table of keys."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any, ClassVar

from rich.table import Table
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.widgets import Static

from rnn_tui.app.dialogs.dialog import Dialog
from rnn_tui.app.views.view import View
from widgets.drawing.figures import plain


class Help(Dialog[None]):
    """Lists what the keys do, and what the numbers mean.

    Args:
        view: to be explained.
        ascii_only: write keys without special characters.
        about: the rows about the run: what each is about, and what there is to say.
    """

    DEFAULT_CSS = """
    Help > .box { width: 78; padding: 0 2; border-title-style: bold; }
    Help Static { width: 100%; height: auto; }
    """
    BINDINGS: ClassVar[list[Any]] = [
        Binding("question_mark,enter", "dismiss", "close", show=False),
    ]

    def __init__(self, view: View, ascii_only: bool, about: Iterable[tuple[str, str]]) -> None:
        super().__init__(ascii_only)
        self._view, self._about = view, tuple(about)

    def compose(self) -> ComposeResult:
        """One scrollable box."""
        title = f"help: {self._view.name_of_view}"
        yield self.boxed(
            VerticalScroll(Static(self._text())), title, "up and down scroll, esc closes"
        )

    def _text(self) -> Table:
        table = Table.grid(padding=(0, 2), expand=True)
        table.add_column(no_wrap=True, width=23)
        table.add_column(ratio=1)
        for row in self._rows():
            table.add_row(*row)
        return table

    def _rows(self) -> Iterator[tuple[Text, Text]]:
        for title, rows in (("This run", self._about), ("Reading the screen", self._view.reading)):
            yield Text(title, style="bold"), Text()
            for name, meaning in rows:
                yield self._row(name, meaning)
            yield Text(), Text()
        for section, keys in groupby(self._view.keys, lambda key: key.section):
            yield Text(section, style="bold"), Text()
            for key in keys:
                yield self._row(key.ascii if self.ascii_only else key.shown, key.description)
            yield Text(), Text()

    def _row(self, name: str, meaning: str) -> tuple[Text, Text]:
        if self.ascii_only:
            name, meaning = plain(name), plain(meaning)
        return Text(f"  {name}"), Text(meaning)
