"""The tree of branches in a panel."""

from __future__ import annotations

from ..drawing.panel import MUTED, Panel, Spans
from .tree import BranchTree, branch_tree, order


class BranchesPanel(Panel[BranchTree]):
    """Shows a `BranchTree`; of one too high what is around the present branch."""

    def draw(self, value: BranchTree, width: int, height: int) -> list[Spans]:
        """The tree, in the colours of the chart."""
        dark = self.app.current_theme.dark
        return tree_around(value, width, height, ascii=self.ascii, dark=dark)

    def on_mount(self) -> None:
        """Say what it is, and how to get to them."""
        self.border_title, self.border_subtitle = "branches, training loss", "b"


def tree_around(
    value: BranchTree, width: int, height: int, *, ascii: bool = False, dark: bool = True
) -> list[Spans]:
    """A line for each branch, and how many there are where they do not all fit."""
    lines = branch_tree(value, width, ascii=ascii, dark=dark)
    if len(lines) <= height or height < 2:
        return lines[:height]
    room = height - 1
    place = order(value).index(value.current)
    start = min(max(0, place - room // 2), len(lines) - room)
    return [*lines[start : start + room], ((f"  {len(lines):,} branches in all", MUTED),)]
