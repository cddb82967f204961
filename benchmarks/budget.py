"""One line of the screen's budgets: what was measured, what is allowed, whether it holds."""

from __future__ import annotations

from typing import Any, NamedTuple

from benchmarks.tables import table


class Line(NamedTuple):
    """A figure and its budget.

    Attributes:
        what: in words.
        value: the figure.
        unit: as written behind it.
        budget: None where there is none.
        at_least: whether the budget is a lower bound.
        note: how it came about.
    """

    what: str
    value: float
    unit: str = ""
    budget: float | None = None
    at_least: bool = False
    note: str = ""

    @property
    def met(self) -> bool | None:
        """None where there is no budget."""
        if self.budget is None:
            return None
        return self.value >= self.budget if self.at_least else self.value <= self.budget

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return {**self._asdict(), "met": self.met}


def drawn(title: str, lines: list[Line]) -> str:
    """As a table."""
    rows = []
    for line in lines:
        sign = "≥" if line.at_least else "≤"
        budget = "" if line.budget is None else f"{sign} {line.budget:g}{line.unit}"
        met = {None: "", True: "met", False: "NOT MET"}[line.met]
        rows.append([line.what, f"{line.value:.3g}{line.unit}", budget, met, line.note])
    return table(title, ["what", "measured", "budget", "", "how"], rows)
