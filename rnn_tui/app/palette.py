"""The command palette, with what Textual's own lacks."""

from __future__ import annotations

from textual.command import CommandList, CommandPalette


class Palette(CommandPalette):
    """Finds every action by name."""

    def __init__(self) -> None:
        super().__init__(placeholder="search for an action", id="--command-palette")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Paging through a list that is empty or not laid out yet fails in Textual 8.2."""
        if action == "command_list":
            commands = self.query_one(CommandList)
            return bool(commands.option_count and commands.scrollable_content_region)
        return super().check_action(action, parameters)
