"""Asks for the number of an epoch."""

from __future__ import annotations

from typing import Any, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal
from textual.screen import ModalScreen
from textual.widgets import Input, Label

LARGEST = 10**12


class Digits(Input):
    """An input for a number; every other key keeps its meaning."""

    def check_consume_key(self, key: str, character: str | None) -> bool:
        """Whether the key is typed into it."""
        return character is not None and character.isdecimal() and character.isascii()


class GoToPrompt(ModalScreen[int | None]):
    """Ends with the epoch, or None.

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
        Binding("escape", "dismiss_with_nothing", "cancel", show=False),
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

    def on_mount(self) -> None:
        """Ready for the first key."""
        self.set_focus(self._input)

    def type_ahead(self, event: events.Key) -> None:
        """Take a key that was pressed before the input had the focus."""
        if event.key == "enter":
            self._go(self._input.value)
        elif event.character and self._input.check_consume_key(event.key, event.character):
            self._input.insert_text_at_cursor(event.character)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Go there."""
        self._go(event.value)

    def _go(self, epoch: str) -> None:
        self.dismiss(min(int(epoch), LARGEST) if epoch else None)

    def action_dismiss_with_nothing(self) -> None:
        """Stay."""
        self.dismiss(None)
