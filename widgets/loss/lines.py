"""The loss chart as lines: a pure function of the curves, the size and the options."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from rich.cells import cell_len
from textual.content import Content

from ..drawing.axis import ticks
from ..drawing.canvas import Grid
from ..drawing.panel import MUTED
from ..drawing.plot import draw, envelope
from .curves import Curve, LossCurves, Mark
from .frame import TICK_WIDTH, Frame, frame, tick_text

PRESENT = "$text-primary"
VALIDATION = "$text-success"
BRANCHES = ("$text-secondary", "$text-accent", "$foreground 60%")
MARK, CURSOR = "$text-warning", "bold $text-accent"
FAINT = "$foreground 35%"
HINT = "the loss of each epoch appears here: press space"


class Glyphs(NamedTuple):
    """What lines are made of."""

    level: str
    mark: str
    cursor: str
    axis: str
    tick: str
    corner: str
    base: str
    arrow: str
    dash: str


UNICODE = Glyphs("┈", "┊", "│", "│", "┤", "└", "─", "▲", "╌")
ASCII = Glyphs("-", ":", "|", "|", "+", "+", "-", "^", "o")


def loss_lines(
    value: LossCurves, width: int, height: int, *, logarithmic: bool = False, ascii: bool = False
) -> list[Content]:
    """Draw the chart in `height` lines of `width` cells; say what will come when it is empty."""
    if width < 1 or height < 1:
        return []
    if not value.drawable:
        above = [Content()] * ((height - 1) // 2)
        return [*above, Content.styled(HINT, MUTED).center(width)]
    with np.errstate(all="ignore"):
        shape = frame(value, width, height, logarithmic=logarithmic, ascii=ascii)
        grid, glyphs = Grid(width, height), ASCII if ascii else UNICODE
        _curves(grid, shape, value, ascii)
        _labels(grid, shape, value, glyphs)
        _rules(grid, shape, value, glyphs)
        if shape.left:
            _losses(grid, shape, value, glyphs)
        if shape.height < height:
            _epochs(grid, shape, value, glyphs)
    return grid.lines()


def _curves(grid: Grid, shape: Frame, value: LossCurves, ascii: bool) -> None:
    """The branches, above them the validation curve, and above all the training curve."""
    for number, curve in reversed(list(enumerate(value.curves))):
        if number == 0 and value.validation is not None:
            rows = _dashed(_curve(value.validation, shape, ascii))
            _trace(grid, shape, rows, VALIDATION, ASCII.dash if ascii else "")
        style = BRANCHES[(number - 1) % len(BRANCHES)] if number else PRESENT
        _trace(grid, shape, _curve(curve, shape, ascii), style, "." if ascii and number else "")


def _trace(grid: Grid, shape: Frame, rows: list[str], style: str, glyph: str) -> None:
    """Put a curve into the plot, with a glyph of its own instead of its characters if given.

    Where it crosses another in one cell, the dots of both are there, in this one's colour.
    """
    for y, row in enumerate(rows):
        for x, character in enumerate(row):
            if character != " ":
                grid.add_dots(y, shape.left + x, glyph or character, style)


def _dashed(rows: list[str]) -> list[str]:
    """Without every third column, except at ends and where the curve is steep: no spike is lost."""
    columns = ["".join(column) for column in zip(*rows, strict=True)]
    for x in range(2, len(columns) - 1, 3):
        goes_on = columns[x - 1].strip() and columns[x + 1].strip()
        if goes_on and len(columns[x].strip()) == 1:
            columns[x] = " " * len(rows)
    return ["".join(row) for row in zip(*columns, strict=True)]


def _curve(curve: Curve, shape: Frame, ascii: bool) -> list[str]:
    x = shape.epochs.fraction(curve.epochs) * (shape.width * shape.dots[0] - 1)
    rows = shape.height * shape.dots[1] - 1
    low, high = (shape.losses.fraction(loss) * rows for loss in (curve.low, curve.high))
    return draw(envelope(x, low, high), shape.width, shape.height, ascii=ascii)


def _labels(grid: Grid, shape: Frame, value: LossCurves, glyphs: Glyphs) -> None:
    """Names of levels on their lines, of branches and marks at the top, where there is room."""
    level_rows = [shape.row(level.value) for level in value.levels]
    for level, row in zip(value.levels, level_rows, strict=True):
        if row >= 0:
            near = [other for other in (row - 1, row + 1) if other not in level_rows]
            _place(grid, shape, [row, *near], f" {level.label} ", MUTED)
    if value.validation is not None:
        _end_label(grid, shape, value.validation, f" {glyphs.dash * 2} {value.validation.label} ")
    for number, curve in enumerate(value.curves[1:]):
        style = BRANCHES[number % len(BRANCHES)]
        _place(grid, shape, list(range(3)), f" {glyphs.base * 2} {curve.label} ", style)
    for mark in value.marks:
        _mark_label(grid, shape, mark)


def _mark_label(grid: Grid, shape: Frame, mark: Mark) -> None:
    """Right of the mark, else left of it, in one of the two top rows."""
    cells = cell_len(mark.label) + 1
    column = shape.left + shape.column(mark.epoch)
    for row in range(min(2, shape.height - 1)):
        if grid.free(row, column + 1, cells):
            return grid.put(row, column + 1, f"{mark.label} ", MARK)
        if column - cells > shape.left and grid.free(row, column - cells, cells):
            return grid.put(row, column - cells, f" {mark.label}", MARK)
    return None


def _end_label(grid: Grid, shape: Frame, curve: Curve, text: str) -> None:
    """Right of a curve's last point, else above or below it, else where a branch's would be."""
    seen = np.flatnonzero(np.isfinite(curve.low))
    if not len(seen):
        return None
    row, end = shape.row(curve.low[seen[-1]]), shape.left + shape.column(curve.epochs[seen[-1]])
    above = end + 1 - cell_len(text)
    for y, x in [(row, end + 1), *((row + step, above) for step in (-1, 1, -2, 2))]:
        if 0 <= y < shape.height and x >= shape.left and grid.free(y, x, cell_len(text)):
            return grid.put(y, x, text, VALIDATION)
    return _place(grid, shape, list(range(3)), text, VALIDATION)


def _place(grid: Grid, shape: Frame, rows: list[int], text: str, style: str) -> None:
    """Put the text at the right end of the first row that has room there, else further left."""
    cells = cell_len(text)
    last = shape.left + shape.width - cells - 2
    places = [(row, last) for row in rows]
    places += [(row, column) for row in rows for column in range(last - 1, shape.left, -1)]
    for row, column in places:
        if row < shape.height and column > shape.left and grid.free(row, column, cells):
            grid.put(row, column, text, style)
            return


def _rules(grid: Grid, shape: Frame, value: LossCurves, glyphs: Glyphs) -> None:
    """The cursor, the marks and the levels, where nothing else is."""
    verticals = [(mark.epoch, glyphs.mark, MARK) for mark in value.marks]
    if value.shown_epoch < value.newest_epoch:
        verticals.insert(0, (value.shown_epoch, glyphs.cursor, CURSOR))
    for epoch, glyph, style in verticals:
        for row in range(shape.height):
            grid.fill(row, shape.left + shape.column(epoch), glyph, style)
    for level in value.levels:
        row = shape.row(level.value)
        for column in range(shape.left, shape.left + shape.width):
            grid.fill(row, column, glyphs.level, FAINT)


def _losses(grid: Grid, shape: Frame, value: LossCurves, glyphs: Glyphs) -> None:
    """The left axis: the levels first, then round values at least two rows from another."""
    column = TICK_WIDTH
    taken: list[int] = []
    wanted = [(level.value, 1) for level in value.levels] + [(shape.losses.high, 2)]
    wanted += [(tick, 2) for tick in ticks(shape.losses, shape.height // 3 + 1)]
    for loss, distance in wanted:
        row = shape.row(loss)
        if row < 0 or any(abs(row - other) < distance for other in taken):
            continue
        taken.append(row)
        grid.put(row, 0, tick_text(loss, shape.losses).rjust(TICK_WIDTH), MUTED)
        grid.put(row, column, glyphs.tick, FAINT)
    for row in range(shape.height):
        grid.fill(row, column, glyphs.axis, FAINT)


def _epochs(grid: Grid, shape: Frame, value: LossCurves, glyphs: Glyphs) -> None:
    """The line below with the epochs in it; the cursor's comes before the marks and the rest."""
    row, right = shape.height, shape.left + shape.width
    if shape.left:
        grid.put(row, shape.left - 1, glyphs.corner, FAINT)
    if value.shown_epoch < value.newest_epoch:
        _epoch(grid, shape, value.shown_epoch, CURSOR)
    for mark in value.marks:
        grid.fill(row, shape.left + shape.column(mark.epoch), glyphs.arrow, MARK)
    if shape.width >= 30 and grid.free(row, right - 6, 6):
        grid.put(row, right - 6, " epoch", MUTED)
    for tick in ticks(shape.epochs, shape.width // 12):
        if tick == int(tick):
            _epoch(grid, shape, int(tick), MUTED)
    for column in range(shape.left, right):
        grid.fill(row, column, glyphs.base, FAINT)


def _epoch(grid: Grid, shape: Frame, epoch: int, style: str) -> None:
    """Write the number under its column, or where it ends at the edge, if nothing is there."""
    text = f" {epoch} "
    column = shape.left + shape.column(epoch) - len(text) // 2
    column = max(shape.left, min(column, shape.left + shape.width - len(text)))
    if grid.free(shape.height, column, len(text)):
        grid.put(shape.height, column, text, style)
