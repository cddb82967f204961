"""The branches of a run as a tree: where each one left another, what it changed, how far it is."""

from __future__ import annotations

from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding
from textual.content import Content
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from rnn_tui.app.dialogs.dialog import Dialog
from rnn_tui.session.commands import Command, Visit
from widgets import BranchTree
from widgets.branches.tree import branch_tree, order
from widgets.drawing.panel import Spans

_WIDTH, _AROUND = 110, 6  # cells: border, padding, scrollbar


class Branches(Dialog[Command | None]):
    """Lists the branches; ends with the command that visits one, or None.

    Args:
        tree: all of the run.
        ascii_only: draw with ASCII characters only.
    """

    DEFAULT_CSS = f"Branches > .box {{ width: {_WIDTH}; max-height: 80%; }}"
    BINDINGS: ClassVar[list[Any]] = [
        Binding("enter,ctrl+j", "visit", "go there", show=False, priority=True),
        Binding("b", "dismiss", "close", show=False),
    ]

    def __init__(self, tree: BranchTree, ascii_only: bool) -> None:
        super().__init__(ascii_only)
        self._tree, self._order = tree, order(tree)

    def compose(self) -> ComposeResult:
        """A list with a line for each."""
        self._list = OptionList()
        self._list.add_options(map(Option, self._lines()))
        self._list.highlighted = self._order.index(self._tree.current)
        yield self.boxed(self._list, "branches", "enter goes there; esc closes")

    def on_resize(self) -> None:
        """Draw them as wide as there is room."""
        self._colour()

    def on_option_list_option_highlighted(self) -> None:
        """The one chosen has a background of its own, and so no colours."""
        self._colour()

    def _colour(self) -> None:
        for place, line in enumerate(self._lines()):
            self._list.replace_option_prompt_at_index(place, line)

    def _lines(self) -> list[Content]:
        width = min(self.app.size.width, _WIDTH) - _AROUND
        dark = self.app.current_theme.dark
        lines = branch_tree(self._tree, width, ascii=self.ascii_only, dark=dark)
        chosen = self._list.highlighted
        return [
            Content.assemble(*(_plain(line) if place == chosen else line))
            for place, line in enumerate(lines)
        ]

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Go there, by a click."""
        self.dismiss(Visit(self._order[event.option_index]))

    def action_visit(self) -> None:
        """Go there."""
        chosen = self._list.highlighted
        self.dismiss(None if chosen is None else Visit(self._order[chosen]))


def _plain(line: Spans) -> Spans:
    return tuple((text, "bold" if "bold" in style else "") for text, style in line)
