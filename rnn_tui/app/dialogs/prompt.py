"""Asks for a line of text, and understands what is meant by it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.widgets import Input, Label

from rnn_tui.app.dialogs.dialog import Dialog
from rnn_tui.session.commands import Command


class Prompt(Dialog[Command | None]):
    """Ends with the command that the line means, or None if nothing was said.

    Args:
        title: what is asked for.
        hint: how to write it.
        understand: what a line means; raises ValueError with what is wrong with it.
        ascii_only: draw with ASCII characters only.
        value: what stands there at first.
        replaced: whether the first key replaces that; else it is edited at its end.
        is_text: whether blanks at its ends belong to the line.
    """

    DEFAULT_CSS = """
    Prompt > .box { width: 62; height: auto; }
    Prompt Vertical { height: auto; }
    Prompt Input { background: $surface; }
    Prompt Label { width: 100%; height: auto; max-height: 3; color: $text-muted; }
    Prompt Label.-wrong { color: $text-error; }
    """
    BINDINGS: ClassVar[list[Any]] = [
        # Before the program has the terminal, enter comes as ctrl+j.
        Binding("enter,ctrl+j", "answer", "answer", show=False, priority=True),
    ]

    def __init__(
        self,
        title: str,
        hint: str,
        understand: Callable[[str], Command | None],
        ascii_only: bool,
        value: str = "",
        *,
        replaced: bool = True,
        is_text: bool = False,
    ) -> None:
        super().__init__(ascii_only)
        self._is_replaced, self._is_text = replaced, is_text
        self._title, self._understand = title, understand
        self._input = Input(value, compact=True)
        self._label = Label(hint, markup=False)

    def compose(self) -> ComposeResult:
        """One line to type into, one that helps."""
        yield self.boxed(Vertical(self._input, self._label), self._title, "esc cancels")

    def on_mount(self) -> None:
        """The first key replaces what stands there, or is added to it."""
        self._input.select_on_focus = False  # it would select what was typed first
        if self._is_replaced:
            self._input.action_select_all()
        else:
            self._input.action_end()
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

    def action_answer(self) -> None:
        """Answer, or say what is wrong."""
        line = self._input.value
        try:
            self.dismiss(self._understand(line if self._is_text else line.strip()))
        except ValueError as error:
            self._label.update(str(error))
            self._label.add_class("-wrong")
