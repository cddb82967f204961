"""Screens that follow the size of the terminal however fast it changes."""

from __future__ import annotations

from textual import events
from textual.screen import Screen


class CurrentSize:
    """For every screen: ignores sizes that the terminal no longer has.

    A screen of Textual (8.2) that lays itself out posts its size to itself. Two sizes that come
    faster than it draws would follow each other for ever, and no key would act again.
    """

    async def _on_resize(self, event: events.Resize) -> None:
        assert isinstance(self, Screen)
        if event.size != self.app.size:
            event.prevent_default()
