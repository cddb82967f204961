"""A dialog with one line to type into."""

from __future__ import annotations

from typing import Any, ClassVar

from textual import events
from textual.binding import Binding
from textual.widgets import Input

from rnn_tui.app.dialogs.dialog import Answer, Dialog


class Prompt(Dialog[Answer]):
    """Base of the dialogs that ask for a line."""

    BINDINGS: ClassVar[list[Any]] = [
        # Before the program has the terminal, enter comes as ctrl+j.
        Binding("enter,ctrl+j", "answer", "answer", show=False, priority=True),
        Binding("escape", "nothing", "cancel", show=False),
    ]
    _input: Input

    def on_mount(self) -> None:
        """The first key replaces what stands there."""
        self._input.select_on_focus = False  # it would select what was typed first
        self._input.action_select_all()
        self.set_focus(self._input)

    async def handle(self, event: events.Key | events.Paste) -> None:
        """Type what can be typed; the other keys act."""
        self.set_focus(self._input)
        if isinstance(event, events.Paste):
            self._type("".join(event.text.splitlines()[:1]))
        elif event.character and self._input.check_consume_key(event.key, event.character):
            self._type(event.character)
        else:
            await super().handle(event)

    def _type(self, text: str) -> None:
        self._input.replace(text, *sorted(self._input.selection))

    def submit(self, line: str) -> None:
        """Take the line.

        Args:
            line: what was typed.
        """
        raise NotImplementedError

    def action_answer(self) -> None:
        """Take the line."""
        self.submit(self._input.value)

    def action_nothing(self) -> None:
        """Close without an answer."""
        self.dismiss(None)
