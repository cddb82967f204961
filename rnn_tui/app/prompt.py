"""A dialog with one line to type into."""

from __future__ import annotations

from typing import TypeVar

from textual import events
from textual.screen import ModalScreen
from textual.widgets import Input

Answer = TypeVar("Answer")


class Prompt(ModalScreen[Answer]):
    """Base of the dialogs that ask for a line."""

    _input: Input

    def on_mount(self) -> None:
        """Ready for the first key, which replaces what stands there."""
        self._input.select_on_focus = False  # it would select what was typed ahead
        self._input.action_select_all()
        self.set_focus(self._input)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Take the line, once: enter may have been told twice."""
        if self.is_current:
            self.submit(event.value)

    def submit(self, line: str) -> None:
        """Take the line.

        Args:
            line: what was typed.
        """
        raise NotImplementedError

    def type_ahead(self, event: events.Key) -> None:
        """Take a key that came before the input had the focus, as over a slow line.

        Args:
            event: a key that nobody has taken, or enter, which the input lets pass.
        """
        if event.key == "enter":
            self._input.post_message(Input.Submitted(self._input, self._input.value))
        elif event.key == "backspace":
            self._input.action_delete_left()
        elif event.character and self._input.check_consume_key(event.key, event.character):
            self._input.replace(event.character, *sorted(self._input.selection))
