"""A panel with one row for each parameter: norm, its trace, gradient, relative update."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, NamedTuple

import numpy as np
from numpy.typing import NDArray
from rich.cells import cell_len, set_cell_size
from textual.content import Content

from ..drawing.blocks import sparkline
from ..drawing.figures import NUMBER_WIDTH, compact, number, plain
from ..drawing.panel import MUTED, Panel

LONGEST_TRACE = 32


class NormsRow(NamedTuple):
    """One parameter of the network at the epoch shown."""

    name: str
    """'W'."""
    role: str
    """'x→h', '' for biases."""
    norm: float
    trace: NDArray[np.float64]
    """(n,) past norms, oldest first."""
    gradient_norm: float | None
    update_ratio: float | None
    """‖update of the last epoch‖ / ‖parameter‖; None is shown as –."""


class Columns(NamedTuple):
    """Widths in cells; 0 leaves a column out."""

    name: int
    role: int
    trace: int
    gradient: int
    update: int


def columns(rows: Sequence[NormsRow], width: int) -> Columns:
    """What fits: the trace gives way first, then the update, then the gradient, then the role."""
    name = max((cell_len(row.name) for row in rows), default=1)
    role = max((cell_len(row.role) for row in rows), default=0)
    role += 2 if role else 0
    for update, gradient, kept in ((13, 10, role), (9, 9, role), (0, 9, role), (0, 0, role)):
        left = width - name - kept - 2 - NUMBER_WIDTH - gradient - update
        if left >= (6 if update == 13 else 0):
            trace = min(left - 1, LONGEST_TRACE)
            return Columns(name, kept, trace if trace >= 4 else 0, gradient, update)
    return Columns(name, 0, 0, 0, 0)


def norms_lines(
    rows: Sequence[NormsRow], width: int, height: int, *, ascii: bool = False
) -> list[Content]:
    """A heading and a line for each row; rows too many share the last line as 'b_h 3.200'."""
    shape = columns(rows, width)
    if height <= 1:
        return [_shared(rows, width, ascii)]
    room = height - 1
    alone = rows if len(rows) <= room else rows[: room - 1]
    lines = [_heading(shape), *(_line(row, shape, ascii) for row in alone)]
    if len(alone) < len(rows):
        lines.append(_shared(rows[len(alone) :], width, ascii))
    return lines


def _heading(shape: Columns) -> Content:
    text = " " * (shape.name + shape.role + 2) + "norm".rjust(NUMBER_WIDTH)
    text += " " * (shape.trace + 1 if shape.trace else 0)
    text += "gradient".rjust(shape.gradient) if shape.gradient else ""
    update = "update/norm" if shape.update > 10 else "upd/norm"
    text += update.rjust(shape.update) if shape.update else ""
    return Content.styled(text, MUTED)


def _line(row: NormsRow, shape: Columns, ascii: bool) -> Content:
    role = plain(row.role) if ascii else row.role
    parts: list[tuple[str, str]] = [
        (set_cell_size(row.name, shape.name), "bold"),
        (set_cell_size("  " + role, shape.role) if shape.role else "", MUTED),
        ("  " + number(row.norm, ascii=ascii), ""),
    ]
    if shape.trace:
        parts.append((" " + sparkline(row.trace, shape.trace, ascii=ascii), "$text-primary"))
    if shape.gradient:
        parts.append((number(row.gradient_norm, shape.gradient, ascii=ascii), ""))
    if shape.update:
        parts.append((number(row.update_ratio, shape.update, ascii=ascii), ""))
    return Content.assemble(*parts)


def _shared(rows: Sequence[NormsRow], width: int, ascii: bool) -> Content:
    """Names and norms of several rows in one line; those that do not fit are counted."""
    line = Content()
    for index, row in enumerate(rows):
        entry = Content.assemble(
            (row.name, "bold"), f" {compact(row.norm, ascii=ascii).ljust(NUMBER_WIDTH)} "
        )
        later = len(rows) - index - 1
        if line.cell_length + entry.cell_length + (4 if later else 0) > width and index:
            return Content.assemble(line, (f"+{later + 1}", MUTED))
        line = line + entry
    return line


class NormsPanel(Panel[tuple[NormsRow, ...]]):
    """Shows any number of `NormsRow`s, in the order of the model."""

    DEFAULT_CSS: ClassVar[str] = """
    NormsPanel { height: 8; }
    """
    BORDER_TITLE = "weights"

    def draw(self, value: tuple[NormsRow, ...], width: int, height: int) -> list[Content]:
        """The table."""
        return norms_lines(value, width, height, ascii=self.ascii)
