"""The help of a view: how to read it, what the run is, and every key, made from the table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any, ClassVar, Protocol

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.widgets import Static

from rnn_tui.app.dialogs.dialog import Dialog
from rnn_tui.app.keys import Key
from widgets.drawing.figures import plain

TWO_COLUMNS = 120
"""Cells of a terminal from which on the keys stand in two columns."""
WIDEST = 118
_NAMES = (16, 22)  # cells for what is explained: on narrow and on wider terminals

Row = tuple[str, str]


class Explained(Protocol):
    """What has help.

    Attributes:
        name_of_view: its title, in a word.
        subject: what `about` says more of, such as ``this run``.
        reading: what each of its parts shows.
        keys: those that are valid in it.
    """

    @property
    def name_of_view(self) -> str: ...  # noqa: D102
    @property
    def subject(self) -> str: ...  # noqa: D102
    @property
    def reading(self) -> Sequence[Row]: ...  # noqa: D102
    @property
    def keys(self) -> Sequence[Key]: ...  # noqa: D102


class Help(Dialog[None]):
    """Says how to read the screen, what the run is, and what the keys do.

    Args:
        view: to be explained.
        ascii_only: write keys without special characters.
        about: rows about its subject: what each is about, and what there is to say.
    """

    DEFAULT_CSS = f"""
    Help > .box {{ width: {WIDEST}; padding: 0 2; border-title-style: bold; }}
    Help Static {{ width: 100%; height: auto; }}
    """
    BINDINGS: ClassVar[list[Any]] = [
        Binding("question_mark,enter,ctrl+j", "dismiss", "close", show=False),
    ]

    def __init__(self, view: Explained, ascii_only: bool, about: Iterable[Row]) -> None:
        super().__init__(ascii_only)
        self._view, self._about = view, tuple(about)
        self._text = Static()

    def compose(self) -> ComposeResult:
        """One scrollable box."""
        title = f"help: {self._view.name_of_view}"
        arrows = "up, down" if self.ascii_only else "↑ ↓"
        yield self.boxed(VerticalScroll(self._text), title, f"{arrows}, pgdn scroll; esc closes")

    def on_resize(self) -> None:
        """Arrange it for the width."""
        self._text.update(self._arranged(self.app.size.width))

    def _arranged(self, width: int) -> RenderableType:
        names = _NAMES[width >= 80]
        keys = [
            (section, [self._key_row(key) for key in group])
            for section, group in groupby(self._view.keys, lambda key: key.section)
        ]
        parts: list[RenderableType] = [
            self._section("Reading the screen", self._view.reading, names),
            self._section(self._view.subject, self._about, names),
        ]
        if width >= TWO_COLUMNS:
            columns = Table.grid(padding=(0, 2), expand=True)
            columns.add_column(ratio=1)
            columns.add_column(ratio=1)
            columns.add_row(*(Group(*self._sections(half)) for half in halves(keys)))
            parts.append(columns)
        else:
            parts += self._sections(keys)
        return Group(*parts)

    def _sections(self, keys: Iterable[tuple[str, Sequence[Row]]]) -> list[RenderableType]:
        return [self._section(title, rows, _NAMES[0]) for title, rows in keys]

    def _section(self, title: str, rows: Iterable[Row], names: int) -> RenderableType:
        table = Table.grid(padding=(0, 2), expand=True)
        table.add_column(width=names)
        table.add_column(ratio=1)
        for name, meaning in rows:
            if self.ascii_only:
                name, meaning = plain(name), plain(meaning)
            table.add_row(Text(name, "bold"), Text(meaning))
        return Group(Text(title, "bold underline"), table, Text())

    def _key_row(self, key: Key) -> Row:
        return key.ascii if self.ascii_only else key.shown, key.description


def halves(
    sections: Sequence[tuple[str, Sequence[Row]]],
) -> tuple[Sequence[tuple[str, Sequence[Row]]], Sequence[tuple[str, Sequence[Row]]]]:
    """Sections in two columns as equally high as can be, in their order."""
    heights = [len(rows) + 2 for _, rows in sections]
    cut = min(
        range(len(sections) + 1), key=lambda place: max(sum(heights[:place]), sum(heights[place:]))
    )
    return sections[:cut], sections[cut:]
