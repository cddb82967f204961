"""A panel with one row for each parameter: norm, its past, gradient, how far it moved."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import ClassVar, NamedTuple

import numpy as np
from numpy.typing import NDArray
from rich.cells import cell_len, set_cell_size
from textual.content import Content

from ..drawing.blocks import BLOCKS, RAMP, glyphs, reduce
from ..drawing.figures import compact, plain, shorten
from ..drawing.panel import MUTED, Panel, Spans

LONGEST_TRACE = 24
NORM, MOVED, SINCE = 5, 7, 7
"""Widths of columns."""


class NormsRow(NamedTuple):
    """One parameter of the network at the epoch shown."""

    name: str
    """'W'."""
    role: str
    """'x→h', '' for biases."""
    norm: float
    trace: NDArray[np.float64]
    """(n,) past norms from epoch 0 on, oldest first."""
    gradient_norm: float | None
    update_ratio: float | None
    """‖update of the last epoch‖ / ‖parameter‖; None is shown as –."""
    is_held: bool = False
    """Held at zero: it does not move."""


class Columns(NamedTuple):
    """Widths in cells without the gap before each; 0 leaves a column out."""

    label: int
    gap: int
    trace: int = 0
    since: int = 0
    gradient: int = 0
    moved: int = 0

    @property
    def used(self) -> int:
        """Cells of a row."""
        trace = self.trace and self.trace + 1
        others = sum(width + self.gap for width in self[3:] if width)
        return self.label + self.gap + NORM + trace + others


def columns(rows: Sequence[NormsRow], width: int) -> Columns:
    """What fits: first how far it moved, then the gradient, the past, the change since epoch 0."""
    label = max((cell_len(_label(row)) for row in rows), default=1)
    gap = 2 if width >= 44 else 1
    chosen = Columns(label, gap)
    for wish in (
        {"moved": MOVED},
        {"gradient": 5},
        {"since": SINCE},
        {"since": SINCE, "trace": 8},
        {"gradient": 8, "since": SINCE, "trace": 8},
    ):
        wider = chosen._replace(**wish)
        if wider.used > width:
            break
        chosen = wider
    spare = width - chosen.used
    if chosen.trace and spare > 0:
        chosen = chosen._replace(trace=min(LONGEST_TRACE, chosen.trace + spare))
    return chosen


def has_heading(rows: Sequence[NormsRow], height: int) -> bool:
    """Whether there is a line to name the columns; if not the border names them."""
    return height > len(rows)


def norms_title(rows: Sequence[NormsRow], width: int, height: int) -> str:
    """'weights'; or 'norm' and the other columns, each above its own, where no line names them.

    A title begins one cell further to the right than what is below it.
    """
    if has_heading(rows, height):
        return "weights"
    shape = columns(rows, width)
    others = _heading(shape)[0][0][shape.label + shape.gap + NORM :]
    return "norm".ljust(shape.label + shape.gap + NORM - 1) + others


def norms_lines(
    rows: Sequence[NormsRow], width: int, height: int, *, ascii: bool = False
) -> list[Spans]:
    """A line for each row, under a heading where there is room.

    Rows too many share the last line as 'b_h 2.90 · b_o 2.07'.
    """
    shape = columns(rows, width)
    lines: list[Spans] = [_heading(shape)] if has_heading(rows, height) else []
    alone = rows if len(rows) <= height else rows[: max(0, height - 1)]
    lines += [_line(row, shape, ascii) for row in alone]
    if len(alone) < len(rows):
        lines.append(((norms_summary(rows[len(alone) :], width, ascii=ascii), ""),))
    return lines


def from_start(values: NDArray[np.float64], cells: int, *, ascii: bool = False) -> str:
    """(n,) sizes, oldest first → exactly `cells` characters on an axis around the oldest.

    That is in the middle, half of it is lowest and half as much again highest, as what is beyond:
    a change of 2 % looks like 2 %. From 0 to the largest where the oldest is 0. What is not finite
    leaves a gap.
    """
    values = np.asarray(values, dtype=np.float64).ravel()
    with np.errstate(all="ignore"):
        shown = reduce(values, cells)
        finite = shown[np.isfinite(shown)]
        if len(values) and values[0] > 0 and np.isfinite(values[0]):
            fractions = shown / values[0] - 0.5
        else:
            fractions = shown / (float(finite.max(initial=0.0)) or 1.0)
        fractions = np.where(np.isfinite(shown), fractions, np.nan)
    return "".join(glyphs(fractions, RAMP if ascii else BLOCKS[:-1])).ljust(max(0, cells))


def moved_text(ratio: float | None, *, ascii: bool = False) -> str:
    """A share as '0.27 %' or '0.003 %', right-aligned in seven cells; None as a dash."""
    if ratio is None:
        return compact(None, ascii=ascii).rjust(MOVED)
    percent = 100 * ratio
    return f"{compact(percent, 5 if 1e-3 <= percent < 1e-2 else 4)} %".rjust(MOVED)


def since_text(trace: NDArray[np.float64], norm: float, *, ascii: bool = False) -> str:
    """How much larger than at the first of the trace: '+12 %', right-aligned."""
    first = float(trace[0]) if len(trace) else math.nan
    change = norm / first - 1 if first > 0 and math.isfinite(first) else math.nan
    if not math.isfinite(change):
        return compact(None, ascii=ascii).rjust(SINCE)
    percent = round(100 * min(max(change, -1.0), 1e6))
    sign = "+" if percent > 0 else "" if percent == 0 else "-" if ascii else "−"
    text = f"{sign}{abs(percent)} %" if percent <= 9999 else ">9999 %"
    return text.rjust(SINCE)


def norms_summary(rows: Sequence[NormsRow], width: int, *, ascii: bool = False) -> str:
    """'W 4.83 · U 10.4 · V 5.45 · b_h 2.90 · b_o 2.07': in a border; 56 cells hold five."""
    entries = [f"{row.name} {compact(row.norm, 4, ascii=ascii):<4}" for row in rows]
    for between in (" | " if ascii else " · ", "  ", " "):
        text = between.join(entries)
        if cell_len(text) <= width:
            return text
    return shorten(text, max(0, width), ascii=ascii)


def _label(row: NormsRow) -> str:
    return f"{row.name} {row.role}" if row.role else row.name


def _heading(shape: Columns) -> Spans:
    gap = " " * shape.gap
    text = " " * shape.label + gap + "norm".rjust(NORM)
    text += " " * (shape.trace + 1) if shape.trace else ""
    text += gap + "since 0" if shape.since else ""
    gradient = "gradient" if shape.gradient >= len("gradient") else "grad"
    text += gap + gradient.rjust(shape.gradient) if shape.gradient else ""
    text += gap + "moved".rjust(MOVED) if shape.moved else ""
    return ((text, MUTED),)


def _line(row: NormsRow, shape: Columns, ascii: bool) -> Spans:
    role = plain(row.role) if ascii else row.role
    gap = " " * shape.gap
    label = set_cell_size(f" {role}" if role else "", shape.label - cell_len(row.name))
    line: Spans = (
        (row.name, "bold"),
        (label, MUTED),
        (gap + compact(row.norm, NORM, ascii=ascii).rjust(NORM), ""),
    )
    if shape.trace:
        line += ((" " + from_start(row.trace, shape.trace, ascii=ascii), "$text-primary"),)
    others = ""
    if shape.since:
        others += gap + since_text(row.trace, row.norm, ascii=ascii)
    if shape.gradient:
        digits = NORM if shape.gradient == NORM else 7
        text = compact(row.gradient_norm, digits, ascii=ascii)
        others += gap + text.rjust(shape.gradient)
    if shape.moved:
        held = "held".rjust(MOVED)
        others += gap + (held if row.is_held else moved_text(row.update_ratio, ascii=ascii))
    return (*line, (others, ""))


class NormsPanel(Panel[tuple[NormsRow, ...]]):
    """Shows any number of `NormsRow`s, in the order of the model."""

    DEFAULT_CSS: ClassVar[str] = """
    NormsPanel { height: 8; }
    """
    BORDER_TITLE = "weights"

    def draw(self, value: tuple[NormsRow, ...], width: int, height: int) -> list[Spans]:
        """The table."""
        return norms_lines(value, width, height, ascii=self.ascii)

    def redraw(self) -> None:
        """Name the columns in the upper border where the table has no line for it; then draw."""
        rows, size = self.value, self.size
        if rows is not None and size:
            self.entitle(Content(norms_title(rows, *size)), Content(""))
        super().redraw()

    def on_resize(self) -> None:
        """At another size there may be a line for the heading."""
        self.redraw()
