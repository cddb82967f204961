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
        self._lines = self._drawn()
        self._list = OptionList(*(Option(Content.assemble(*line)) for line in self._lines))
        self._list.highlighted = self._plain = self._order.index(self._tree.current)
        yield self.boxed(self._list, "branches", "enter goes there; esc closes")

    def on_resize(self) -> None:
        """Draw them as wide as there is room."""
        self._lines = self._drawn()
        for place in range(len(self._lines)):
            self._show(place)

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """The one chosen has a background of its own, and so no colours."""
        before, self._plain = self._plain, event.option_index
        self._show(before)
        self._show(self._plain)

    def _drawn(self) -> list[Spans]:
        width = min(self.app.size.width, _WIDTH) - _AROUND
        dark = self.app.current_theme.dark
        return branch_tree(self._tree, width, ascii=self.ascii_only, dark=dark)

    def _show(self, place: int) -> None:
        line = self._lines[place]
        if place == self._plain:
            line = tuple((text, "bold" if "bold" in style else "") for text, style in line)
        self._list.replace_option_prompt_at_index(place, Content.assemble(*line))

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Go there, by a click."""
        self.dismiss(Visit(self._order[event.option_index]))

    def action_visit(self) -> None:
        """Go there."""
        chosen = self._list.highlighted
        self.dismiss(None if chosen is None else Visit(self._order[chosen]))
