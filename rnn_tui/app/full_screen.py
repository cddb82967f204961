"""Base of the screens: header, panels, bottom line, and what is said where there is no room."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Static

from rnn_tui.app.resizing import CurrentSize
from rnn_tui.app.terminal.app import SMALLEST
from widgets import KeyBar
from widgets.drawing.panel import Panel

MESSAGE_SECONDS = 5.0
"""How long a message stays in the bottom line."""
WIDTHS = [
    (0, "-slim"), (SMALLEST[0], "-narrow"), (76, "-medium"), (96, "-wide"), (120, "-broad"),
    (150, "-vast"),
]  # fmt: skip
HEIGHTS = [
    (0, "-tiny"), (SMALLEST[1], "-low"), (22, "-short"), (29, "-normal"), (37, "-high"),
    (45, "-tall"),
]  # fmt: skip


class FullScreen(CurrentSize, Screen[None]):
    """A whole screen between a header and a bottom line.

    Args:
        header: the panel at the top.
        ascii_only: draw with ASCII characters only.

    Attributes:
        key_bar: the bottom line.
    """

    HORIZONTAL_BREAKPOINTS = WIDTHS
    VERTICAL_BREAKPOINTS = HEIGHTS
    AUTO_FOCUS = ""

    def __init__(self, header: Panel[Any], ascii_only: bool) -> None:
        super().__init__()
        self._ascii = ascii_only
        self._header, self.key_bar = header, KeyBar()
        self._header.add_class("header")
        self._too_small = Static(id="too-small")

    def panels(self) -> Iterable[Widget]:
        """The panels, from the top down; containers are made with their children."""
        raise NotImplementedError

    def compose(self) -> ComposeResult:
        """Header on top, bottom line below, panels between.

        Textual sets the classes of the size after the first layout, which would be another one.
        """
        width, height = self.app.size
        self.add_class(_class_of(width, WIDTHS), _class_of(height, HEIGHTS))
        yield self._header
        with Vertical(id="panels"):
            yield from self.panels()
        yield self._too_small
        yield self.key_bar

    def on_resize(self) -> None:
        """Say how large the terminal has to be where it is not."""
        width, height = self.app.size
        self._too_small.update(
            f"{width} x {height} is too small for rnn-tui: it needs "
            f"{SMALLEST[0]} x {SMALLEST[1]}. Nothing is lost meanwhile.",
        )


def _class_of(length: int, breakpoints: list[tuple[int, str]]) -> str:
    return max(each for each in breakpoints if each[0] <= length)[1]
