"""Asks for the number of an epoch."""

from __future__ import annotations

from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal
from textual.widgets import Input, Label

from rnn_tui.app.dialogs.prompt import Prompt
from rnn_tui.session.commands import Command, GoTo

LARGEST = 10**12


class Digits(Input):
    """An input for a number; every other key keeps its meaning."""

    def check_consume_key(self, key: str, character: str | None) -> bool:
        """Whether the key is typed into it."""
        return character is not None and character.isdecimal() and character.isascii()


class GoToPrompt(Prompt[Command | None]):
    """Ends with the command that goes there, or None.

    Args:
        newest: the newest epoch reached.
        ascii_only: draw with ASCII characters only.
    """

    DEFAULT_CSS = """
    GoToPrompt { align: center middle; background: $background 40%; }
    GoToPrompt > Horizontal {
        width: 60; max-width: 100%; height: 3; border: round $primary; background: $surface;
        padding: 0 1; border-subtitle-color: $text-muted;
    }
    GoToPrompt > Horizontal.-ascii { border: ascii $primary; }
    GoToPrompt Label { width: auto; padding: 0 1 0 0; }
    GoToPrompt Input { width: 1fr; background: $surface; }
    """
    BINDINGS: ClassVar[list[Any]] = [
        Binding("q", "app.leave", "quit", show=False, priority=True),
    ]

    def __init__(self, newest: int, ascii_only: bool) -> None:
        super().__init__()
        self._newest, self._ascii = newest, ascii_only
        self._input = Digits(restrict=r"[0-9]*", max_length=13, compact=True)

    def compose(self) -> ComposeResult:
        """One line to type into."""
        with Horizontal() as box:
            box.border_title = "go to an epoch"
            box.border_subtitle = f"0 to {self._newest} are known, beyond is trained; esc cancels"
            box.set_class(self._ascii, "-ascii")
            yield Label("epoch")
            yield self._input

    def submit(self, line: str) -> None:
        """Go there."""
        self.dismiss(GoTo(min(int(line), LARGEST)) if line else None)
