"""Screens that follow the size of the terminal however fast it changes."""

from __future__ import annotations

from textual import events
from textual.screen import Screen

from rnn_tui.app.terminal.app import TerminalApp


class CurrentSize:
    """For every screen: ignores sizes that the terminal no longer has, and paints all at any other.

    A screen of Textual (8.2) that lays itself out posts its size to itself. Two sizes that come
    faster than it draws would follow each other for ever, and no key would act again.

    Told of the size that it has already, it paints nothing; but the terminal may have been smaller
    for a moment, and have cut what was there.
    """

    async def _on_resize(self, event: events.Resize) -> None:
        assert isinstance(self, Screen) and isinstance(self.app, TerminalApp)
        if event.size != self.app.size:
            event.prevent_default()
        elif event.size == self.size and self.is_current and event is self.app.resized:
            self.refresh()
