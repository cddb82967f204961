"""Base of all modal dialogs."""

from __future__ import annotations

from typing import Any, ClassVar, TypeVar

from textual import events
from textual.await_complete import AwaitComplete
from textual.screen import ModalScreen

from rnn_tui.app.keys import GLOBAL_BINDINGS

Answer = TypeVar("Answer")


class Dialog(ModalScreen[Answer]):
    """Base of what opens over the view; pushed and awaited, it is ready for the next key."""

    BINDINGS: ClassVar[list[Any]] = [*GLOBAL_BINDINGS]

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
