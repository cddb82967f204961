"""Base of the apps: what each of them does with its terminal."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from textual import events
from textual.app import App, ReturnType
from textual.filter import LineFilter
from textual.screen import ModalScreen

from rnn_tui.app.keys import is_exit_key
from rnn_tui.app.terminal.abilities import Colours
from rnn_tui.app.terminal.clear_text import ClearText
from rnn_tui.app.terminal.colours import NoColours, SixteenColours
from widgets.drawing.panel import FEW_COLOURS

SMALLEST = (60, 15)
"""Columns and lines that the screens need."""
PAINTERS: dict[Colours, LineFilter | None] = {
    "many": None, "sixteen": SixteenColours(), "none": NoColours(),
}  # fmt: skip


class TerminalApp(App[ReturnType]):
    """Writes what the terminal can show, and remembers what it failed with.

    Args:
        ascii_only: draw with ASCII characters only.
        colours: how many the terminal has.
        theme: name of a theme, or None for the default.

    Attributes:
        ascii_only: the same.
        failure: the exception that ended the app, None if none did.
        resized: when the terminal last told its size.
    """

    CSS_PATH = Path(__file__).parents[1] / "app.tcss"

    def __init__(
        self,
        *,
        ascii_only: bool = False,
        colours: Colours = "many",
        theme: str | None = None,
    ) -> None:
        super().__init__()
        self.ascii_only = ascii_only
        self.failure: Exception | None = None
        self.resized: events.Resize | None = None
        self.set_class(ascii_only, "-ascii")
        self.set_class(colours != "many", FEW_COLOURS)
        self.no_color = self.no_color or colours == "none"
        self._clear_text, self._painter = ClearText(ascii_only), PAINTERS[colours]
        if theme is not None:
            self.theme = theme

    def get_line_filters(self) -> Sequence[LineFilter]:
        """What each line passes before it is written: no unclear text, no colour too many."""
        if isinstance(self._painter, NoColours):
            return [self._clear_text, self._painter]
        filters = [self._clear_text, *super().get_line_filters()]
        return filters if self._painter is None else [*filters, self._painter]

    @property
    def is_blind(self) -> bool:
        """Whether there is no room for the screen; a dialog has its own."""
        width, height = self.size
        is_too_small = width < SMALLEST[0] or height < SMALLEST[1]
        return is_too_small and not isinstance(self.screen, ModalScreen)

    async def on_event(self, event: events.Event) -> None:
        """Take no key for what nobody sees, but those that leave."""
        is_key = isinstance(event, events.Key) and not is_exit_key(event.key)
        if not (is_key and self.screen_stack and self.is_blind):
            await super().on_event(event)

    def on_mount(self) -> None:
        """Paint all again when a stopped program comes back."""
        self.app_resume_signal.subscribe(self, lambda _: self.refresh(layout=True))

    def on_resize(self, event: events.Resize) -> None:
        """Let the screen know this from the sizes that it tells itself."""
        self.resized = event

    def action_redraw(self) -> None:
        """Paint all again, over what others may have written."""
        self.screen.refresh()

    def action_leave(self) -> None:
        """End the app."""
        self.exit(return_code=0)

    def _handle_exception(self, error: Exception) -> None:
        """Remember an exception for the one line after the screen has gone."""
        if self.is_headless:
            super()._handle_exception(error)
            return
        self.failure = self.failure or error
        self._return_code = 1
        self._close_messages_no_wait()
