"""What the border of a sequence says."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from textual.content import Content

from .backward import gradient_name
from .view import SequenceView


def sequence_title(
    view: SequenceView, start: int, steps: int, width: int, *, ascii: bool = False
) -> Content:
    """'▲ ▼ sequence 3 of 10', and the part shown where it is not all of it, as far as it fits."""
    up, down = ("^", "v") if ascii else ("▲", "▼")
    number, of = f"sequence {view.index + 1:,}", f" of {view.count:,}"
    titles = [*(f"{number}{of}: {rule}" for rule in rules(view.rule)), number + of, number]
    if steps < view.length:
        dash, comma = ("-", ", ") if ascii else ("–", " · ")
        part = f"{comma}t = {start:,}{dash}{min(start + steps, view.length) - 1:,}"
        whole = f"{part} of {view.length:,}"
        titles = [number + of + whole, number + whole, number + part, *titles]
    title = next((text for text in titles if len(text) + 4 <= width), number)
    return Content.assemble((f"{up} {down}", "$text-primary"), f" {title}")


def rules(definition: str) -> list[str]:
    """A definition of the targets, then what of it tells them alone, if that is a formula.

    >>> rules("y_t = x_t, x uniform; y_0 is not scored")
    ['y_t = x_t, x uniform; y_0 is not scored', 'y_t = x_t, x uniform', 'y_t = x_t']
    """
    if not definition.startswith("y_t = "):
        return [definition] if definition else []
    clause = definition.partition("; ")[0]
    return list(dict.fromkeys([definition, clause, clause.partition(", ")[0]]))


def sequence_subtitle(view: SequenceView, width: int, rows: Sequence[str], ascii: bool) -> str:
    """The note, or the scale of the gradient and the keys, whole parts as far as they fit.

    That a point is not scored is said before all others.
    """
    if view.note:
        return view.note
    parts = [("up/down" if ascii else "↑↓") + " sequence", "< > step"]
    if "gradient" in rows and "fading" not in rows:
        times = "x" if ascii else "×"
        parts.insert(0, f"{gradient_name(view, ascii)}: {times}2 a bar step")
    if "" in view.target:
        parts.append(". is not scored" if ascii else "· is not scored")
    between = ", " if ascii else "  "
    while parts and cell_len(between.join(parts)) > width:
        parts.pop(0)
    return between.join(parts)
