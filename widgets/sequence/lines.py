"""One sequence as lines, a column of cells for each time step: what goes in, on, out and back."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ..drawing.heat_map import Palette
from ..drawing.panel import Spans
from .backward import fading_row, gradient_row, last_row
from .geometry import Geometry
from .inside import bar_rows, comes_out_row, goes_in_row, memory_rows, state_rows
from .plan import Plan, plan
from .rows import Rows
from .strings import (
    input_row,
    marks_row,
    prediction_row,
    sentence_row,
    step_row,
    sure_row,
    target_row,
)
from .view import SequenceView


def sequence_lines(
    view: SequenceView,
    width: int,
    height: int,
    shape: Geometry,
    start: int,
    palette: Palette,
    ground: str = "#121212",
) -> list[Spans]:
    """The rows, from step `start` on, that fit into `height` lines.

    Args:
        view: what is shown.
        width: in cells.
        height: in lines.
        shape: the geometry at this width.
        start: the first step shown.
        palette: how colours serve, and whether only ASCII characters.
        ground: the colour of the panel.
    """
    layout = plan(view, shape, height, palette)
    shown = range(start, min(view.length, start + shape.steps))
    rows = Rows(view, width, shape, shown, palette, has_t="t" in layout.rows)
    return list(_drawn(rows, layout, ground))


def _drawn(rows: Rows, layout: Plan, ground: str) -> Iterator[Spans]:
    """All lines, from the top down."""
    pictures = {
        "states": iter(state_rows(rows, layout, ground)),
        "memory": iter(memory_rows(rows, layout, ground)),
    }
    for row in layout.rows:
        if row.startswith("bar ") and row not in pictures:
            pictures[row] = iter(bar_rows(rows, int(row[4:]), layout.bar))
        yield next(pictures[row]) if row in pictures else _ROWS[row](rows)


_ROWS: dict[str, Callable[[Rows], Spans]] = {
    "t": step_row,
    "input": input_row,
    "target": target_row,
    "prediction": prediction_row,
    "marks": marks_row,
    "sure": sure_row,
    "sentence": sentence_row,
    "goes_in": goes_in_row,
    "comes_out": comes_out_row,
    "between": lambda _: (),
    "gradient": gradient_row,
    "last": last_row,
    "fading": fading_row,
    "above": lambda _: (),
}
