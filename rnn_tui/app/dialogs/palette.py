"""The command palette, without the ways in which Textual's own (8.2) can end the program."""

from __future__ import annotations

from typing import Any, ClassVar

from textual.await_complete import AwaitComplete
from textual.binding import Binding
from textual.command import CommandList, CommandPalette, Provider
from textual.worker import Worker

from rnn_tui.app.resizing import CurrentSize


class Palette(CurrentSize, CommandPalette):
    """Finds every action by name; or whatever else the providers know."""

    BINDINGS: ClassVar[list[Any]] = [Binding("escape", "escape", show=False, priority=True)]

    def __init__(
        self,
        providers: list[type[Provider]] | None = None,
        placeholder: str = "search for an action",
    ) -> None:
        super().__init__(providers, placeholder=placeholder, id="--command-palette")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Paging fails in a list that is empty or not laid out yet."""
        if action == "command_list":
            lists = self.query(CommandList)
            return any(found.option_count and found.scrollable_content_region for found in lists)
        return super().check_action(action, parameters)

    def dismiss(self, result: Any = None) -> AwaitComplete:
        """Close, once: enter may come twice."""
        return super().dismiss(result) if self.is_current else AwaitComplete()

    def run_worker(self, *arguments: Any, **options: Any) -> Worker[Any]:
        """A search that begins while the palette closes may fail; that is ignored."""
        return super().run_worker(*arguments, **options | {"exit_on_error": False})
