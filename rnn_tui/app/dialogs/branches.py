"""The branches of a run: where each one forked off, what is different in it, how far it is."""

from __future__ import annotations

import math
from typing import Any, ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from rnn_tui.app.dialogs.dialog import Dialog
from rnn_tui.session.commands import Command, Visit
from rnn_tui.session.lenses.curves import BranchView
from rnn_tui.training.settings.table import describe


class Branches(Dialog[Command | None]):
    """Lists the branches; ends with the command that visits one, or None.

    Args:
        branches: all of the run.
        current: number of the one shown.
        ascii_only: draw with ASCII characters only.
    """

    DEFAULT_CSS = "Branches > .box { width: 90; max-height: 80%; }"
    BINDINGS: ClassVar[list[Any]] = [
        Binding("enter", "visit", "go there", show=False, priority=True),
        Binding("b", "dismiss", "close", show=False),
    ]

    def __init__(self, branches: tuple[BranchView, ...], current: int, ascii_only: bool) -> None:
        super().__init__(ascii_only)
        self._branches, self._current = branches, current

    def compose(self) -> ComposeResult:
        """A list with a line or two for each."""
        texts = (
            branch_text(view, self._branches, self._current, self.ascii_only)
            for view in self._branches
        )
        self._list = OptionList(*map(Option, texts))
        self._list.highlighted = self._current
        yield self.boxed(self._list, "branches", "enter goes there; esc closes")

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Go there, by a click."""
        self.dismiss(Visit(event.option_index))

    def action_visit(self) -> None:
        """Go there."""
        chosen = self._list.highlighted
        self.dismiss(None if chosen is None else Visit(chosen))


def branch_text(
    view: BranchView, branches: tuple[BranchView, ...], current: int, ascii_only: bool
) -> Text:
    """A branch, and what is different in it.

    All are compared with the current one, that on the screen; it with the one that it left.
    """
    is_current = view.number == current
    marker = ("> " if ascii_only else "▸ ") if is_current else "  "
    loss = view.curve.last[-1] if len(view.curve.last) else math.nan
    where, other = f"epochs 0 to {view.newest:,}", current
    if view.parent is not None:
        where = f"from epoch {view.fork:,} to {view.newest:,}"
        other = view.parent if is_current else current
    last = f"  curve ends at {loss:.4g}" if loss == loss else ""
    text = Text.assemble(marker, (view.name, "bold"), f"  {where}", last)
    for difference in differences(view, branches[other]):
        text.append(f"\n    {difference}", "dim")
    return text


def differences(view: BranchView, other: BranchView) -> list[str]:
    """The interventions that one of the two has and the other has not."""
    mine = [change for change in view.changes if change not in other.changes]
    theirs = [change for change in other.changes if change not in view.changes]
    return [
        *(f"epoch {c.position.epoch}: {describe(c.name, c.value)}" for c in mine),
        *(f"epoch {c.position.epoch}: without {describe(c.name, c.value)}" for c in theirs),
    ]
