"""The tree of branches in a panel."""

from __future__ import annotations

from ..drawing.panel import MUTED, Panel, Spans
from .tree import BranchTree, branch_tree, order


class BranchesPanel(Panel[BranchTree]):
    """Shows a `BranchTree`; of one too high what is around the present branch."""

    def draw(self, value: BranchTree, width: int, height: int) -> list[Spans]:
        """A line for each branch, and how many there are where they do not all fit."""
        lines = branch_tree(value, width, ascii=self.ascii)
        if len(lines) <= height or height < 2:
            return lines[:height]
        room = height - 1
        place = order(value).index(value.current)
        start = min(max(0, place - room // 2), len(lines) - room)
        return [*lines[start : start + room], ((f"  {len(lines):,} branches in all", MUTED),)]

    def on_mount(self) -> None:
        """Say what it is, and how to get to them."""
        self.border_title, self.border_subtitle = "branches, training loss", "b"
