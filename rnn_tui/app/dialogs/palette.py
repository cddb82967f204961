"""The command palette: Textual's own (8.2) without its ways to end the program, a line an entry."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterable
from typing import Any, ClassVar, NamedTuple

from rich.cells import cell_len
from rich.text import Text
from textual.await_complete import AwaitComplete
from textual.binding import Binding
from textual.command import CommandList, CommandPalette, DiscoveryHit, Hit, Hits, Provider
from textual.worker import Worker

from rnn_tui.app.resizing import CurrentSize
from widgets.drawing.figures import plain, shorten

WIDTH = 90
_AROUND, _SECTION = 6, 10
_BETWEEN = re.compile(r"[\s:;,()…]+")


class Entry(NamedTuple):
    """An action, as the palette shows it.

    Attributes:
        section: the heading under which it stands.
        title: what it does.
        value: what that is now; empty for nothing.
        key: how its key is written; empty for none.
        run: does it.
    """

    section: str
    title: str
    value: str
    key: str
    run: Callable[[], Awaitable[object] | None]

    @property
    def words(self) -> list[str]:
        """All that can be searched for."""
        text = f"{self.section} {self.title} {self.value} {self.key}"
        return _BETWEEN.split(text.lower())


def entry_line(entry: Entry, width: int, *, is_first: bool, ascii_only: bool) -> Text:
    """The section where it is the first of it, the title, the value, and at the right the key.

    At most ``width`` cells; the title is shortened, the key never.
    """
    section = (entry.section if is_first else "").ljust(_SECTION)
    value = f"  ({entry.value})" if entry.value else ""
    title, key = f"{entry.title}{value}", entry.key
    if ascii_only:
        title, key = plain(title), plain(key)
    room = max(0, width - _SECTION - cell_len(key) - 2)
    title = shorten(title, room, ascii=ascii_only)
    gap = " " * (room - cell_len(title) + 2)
    return Text.assemble((section, "dim not bold"), (title, "not bold"), gap, (key, "bold"))


def matches(entry: Entry, query: str) -> bool:
    """Whether every word of a query begins a word of an entry, in any order."""
    words = entry.words
    return all(any(w.startswith(each) for w in words) for each in query.lower().split())


class Entries(Provider):
    """Offers the entries of the app, in the order of the table."""

    async def discover(self) -> Hits:
        """All of them."""
        for text, entry in self._lines(self._entries()):
            yield DiscoveryHit(text, entry.run, text=entry.title)

    async def search(self, query: str) -> Hits:
        """Those in which all words are; first those whose title begins with the first one."""
        found = [entry for entry in self._entries() if matches(entry, query)]
        first = query.lower().split()[:1]
        found.sort(key=lambda entry: not any(map(entry.title.lower().startswith, first)))
        for number, (text, entry) in enumerate(self._lines(found)):
            yield Hit(1 / (1 + number), text, entry.run, text=entry.title)

    def _entries(self) -> list[Entry]:
        return list(self.app.palette_entries())  # type: ignore[attr-defined]

    def _lines(self, entries: Iterable[Entry]) -> Iterable[tuple[Text, Entry]]:
        width = min(self.app.size.width, WIDTH) - _AROUND
        before, ascii_only = "", self.app.ascii_only  # type: ignore[attr-defined]
        for entry in entries:
            is_first = entry.section != before
            yield entry_line(entry, width, is_first=is_first, ascii_only=ascii_only), entry
            before = entry.section


class Palette(CurrentSize, CommandPalette):
    """Finds every action by its words; or whatever else the providers know."""

    DEFAULT_CSS = f"""
    Palette > Vertical {{ width: {WIDTH}; max-width: 100%; margin-top: 1; }}
    Palette CommandList {{ max-height: 80vh; }}
    Palette CommandList > .option-list--option {{ padding: 0 1; }}
    """
    BINDINGS: ClassVar[list[Any]] = [Binding("escape", "escape", show=False, priority=True)]

    def __init__(
        self,
        providers: list[type[Provider]] | None = None,
        placeholder: str = "search for an action",
    ) -> None:
        super().__init__(providers, placeholder=placeholder, id="--command-palette")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Paging fails in a list that is empty or not laid out yet."""
        if action == "command_list":
            lists = self.query(CommandList)
            return any(found.option_count and found.scrollable_content_region for found in lists)
        return super().check_action(action, parameters)

    def dismiss(self, result: Any = None) -> AwaitComplete:
        """Close, once: enter may come twice."""
        return super().dismiss(result) if self.is_current else AwaitComplete()

    def run_worker(self, *arguments: Any, **options: Any) -> Worker[Any]:
        """A search that begins while the palette closes may fail; that is ignored."""
        return super().run_worker(*arguments, **options | {"exit_on_error": False})
