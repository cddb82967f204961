"""Asks for a line of text, and understands what is meant by it."""

from __future__ import annotations

from collections.abc import Callable

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input, Label

from rnn_tui.app.dialogs.prompt import Prompt
from rnn_tui.session.commands import Command


class Ask(Prompt[Command | None]):
    """Ends with the command that the line means, or None if nothing was said.

    Args:
        title: what is asked for.
        hint: how to write it.
        understand: what a line means; raises ValueError with what is wrong with it.
        ascii_only: draw with ASCII characters only.
        value: what stands there at first.
    """

    DEFAULT_CSS = """
    Ask { align: center middle; background: $background 40%; }
    Ask > Vertical {
        width: 62; max-width: 100%; height: 4; border: round $primary; background: $surface;
        padding: 0 1; border-subtitle-color: $text-muted;
    }
    Ask > Vertical.-ascii { border: ascii $primary; }
    Ask Input { background: $surface; }
    Ask Label { width: 100%; height: 1; color: $text-muted; text-wrap: nowrap; }
    Ask Label.-wrong { color: $text-error; }
    """

    def __init__(
        self,
        title: str,
        hint: str,
        understand: Callable[[str], Command],
        ascii_only: bool,
        value: str = "",
    ) -> None:
        super().__init__()
        self._title, self._understand = title, understand
        self._ascii = ascii_only
        self._input = Input(value, compact=True)
        self._label = Label(hint, markup=False)

    def compose(self) -> ComposeResult:
        """One line to type into, one that helps."""
        with Vertical() as box:
            box.border_title = self._title
            box.border_subtitle = "esc cancels"
            box.set_class(self._ascii, "-ascii")
            yield self._input
            yield self._label

    def submit(self, line: str) -> None:
        """Answer, or say what is wrong."""
        try:
            self.dismiss(self._understand(line.strip()))
        except ValueError as error:
            self._label.update(str(error))
            self._label.add_class("-wrong")
