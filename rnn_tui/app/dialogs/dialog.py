"""Base of all modal dialogs."""

from __future__ import annotations

from typing import Any, ClassVar, TypeVar

from textual import events
from textual.await_complete import AwaitComplete
from textual.binding import Binding
from textual.content import Content
from textual.screen import ModalScreen
from textual.widget import Widget

from rnn_tui.app.keys import GLOBAL_BINDINGS
from rnn_tui.app.resizing import CurrentSize

Answer = TypeVar("Answer")
Box = TypeVar("Box", bound=Widget)


class Dialog(CurrentSize, ModalScreen[Answer]):
    """A box over the view; pushed and awaited, it is ready for the next key.

    Args:
        ascii_only: draw with ASCII characters only.
    """

    DEFAULT_CSS = """
    Dialog { align: center middle; background: $background 40%; }
    Dialog > .box, Dialog > .box:focus {
        max-width: 100%; max-height: 100%; height: auto; padding: 0 1;
        border: round $primary; background: $surface; border-subtitle-color: $text-muted;
    }
    Dialog > .box.-ascii, Dialog > .box.-ascii:focus { border: ascii $primary; }
    """
    BINDINGS: ClassVar[list[Any]] = [
        *GLOBAL_BINDINGS,
        Binding("escape", "dismiss", "close", show=False),
        Binding("q", "app.leave", "quit", show=False),
    ]

    def __init__(self, ascii_only: bool) -> None:
        super().__init__()
        self.ascii_only = ascii_only

    def boxed(self, box: Box, title: str, subtitle: str) -> Box:
        """The dialog's only child, with what its border says."""
        box.border_title, box.border_subtitle = Content(title), Content(subtitle)
        box.add_class("box")
        box.set_class(self.ascii_only, "-ascii")
        return box

    async def handle(self, event: events.Key | events.Paste) -> None:
        """Let a key act at once.

        Textual offers most keys to the widgets first, and to the bindings on their way back to
        the app: of ``5 backspace 7 enter``, typed in one go, enter would be taken before 7.

        Args:
            event: the key, or a text for who takes one.
        """
        bound = self.active_bindings.get(event.key) if isinstance(event, events.Key) else None
        if bound is not None:
            await self.app.run_action(bound.binding.action, bound.node)

    def dismiss(self, result: Answer | None = None) -> AwaitComplete:
        """Close, once: a click and a key may both ask for it."""
        return super().dismiss(result) if self.is_current else AwaitComplete()
