"""The names in the chart: of curves where they end, of marks at the top, of levels."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from rich.cells import cell_len

from ..drawing.canvas import Grid
from ..drawing.figures import compact, plain, shorten
from ..drawing.panel import MUTED
from .curves import Curve, Level, LossCurves, Mark
from .frame import Frame
from .glyphs import ASCII, MARK, Glyphs, put_if_free
from .layers import Look, sample


class Place(NamedTuple):
    """A cell of the chart."""

    row: int
    column: int


def labels(grid: Grid, shape: Frame, value: LossCurves, layers: list[Look], glyphs: Glyphs) -> None:
    """Names of curves where they end, of marks at the top; those of levels take what is left."""
    ascii = glyphs is ASCII
    _names(grid, shape, layers, ascii)
    for mark in value.marks:
        if shape.shows(mark.epoch):
            _mark_label(grid, shape, mark)
    rows = [shape.row(loss) for loss, _ in shape.lines]  # the lowest of a row has its line
    for level in value.levels:
        for number, (loss, _) in enumerate(shape.lines):
            if loss == level.value:
                _level_label(
                    grid, shape, level, rows, ascii, has_line=rows[number] not in rows[:number]
                )
    for level in value.levels:
        _far_level(grid, shape, level, glyphs)


def _names(grid: Grid, shape: Frame, layers: list[Look], ascii: bool) -> None:
    """Of each curve where it ends, or in a legend where that could be taken for another's end.

    A sample of the curve is in the legend, and where another one has its colour, unless it is bold.
    """
    ends = [_end(shape, look.curve) for look in layers]
    colours = Counter(look.colour for look in layers)
    legend = []
    for look, end in zip(layers, ends, strict=True):
        if not (look.curve.label and len(look.curve.epochs)):
            continue
        name = shorten(look.curve.label, max(8, shape.width // 3), ascii=ascii)
        dashes = sample(look, ascii=ascii)
        is_alike = colours[look.colour] > 1 and look.style == look.colour
        text = f" {name} {dashes} " if is_alike else f" {name} "
        others = {other for other in ends if other is not None and other != end}
        if end is None or not _end_label(grid, shape, text, look.style, end, others):
            legend.append((f" {dashes} {name} ", look.style))
    lines = {shape.row(loss) for loss, _ in shape.lines}
    rows = [row for row in range(max(4, shape.height // 2)) if row not in lines]
    for text, style in legend:
        _place(grid, shape, rows, text, style)


def _mark_label(grid: Grid, shape: Frame, mark: Mark) -> None:
    """Right of the mark, else left of it, in one of the two top rows."""
    width = cell_len(mark.label) + 1
    column = shape.left + shape.column(mark.epoch)
    for row in range(min(2, shape.height - 1)):
        if put_if_free(grid, row, column + 1, f"{mark.label} ", MARK):
            return
        if column - width > shape.left and grid.free(row, column - width, width):
            grid.put(row, column - width, f" {mark.label}", MARK)
            return


def _end(shape: Frame, curve: Curve) -> Place | None:
    """Where the last point of a curve is that can be seen."""
    seen = curve.within(*shape.epochs[:2])
    known = np.isfinite(seen.low) & (seen.low <= shape.losses.high)
    known &= (seen.epochs >= shape.epochs.low) & (seen.epochs <= shape.epochs.high)
    if not known.any():
        return None
    last = np.flatnonzero(known)[-1]
    return Place(shape.row(seen.low[last]), shape.left + shape.column(seen.epochs[last]))


def _end_label(
    grid: Grid, shape: Frame, text: str, style: str, end: Place, others: set[Place]
) -> bool:
    """Right of a curve's last point, above or below, but on no line and nearer to no other's."""
    width, row = cell_len(text), end.row
    right, left = end.column + 1, end.column + 1 - width
    places = Place(row, right), Place(row - 1, left), Place(row + 1, left)
    lines = {shape.row(loss) for loss, _ in shape.lines} - {row}
    for place in places:
        inside = 0 <= place.row < shape.height and place.column >= shape.left
        own = _distance(place, width, end)
        is_told = inside and all(_distance(place, width, other) > own for other in others)
        if is_told and place.row not in lines and put_if_free(grid, *place, text, style):
            return True
    return False


def _distance(place: Place, width: int, end: Place) -> float:
    """From a text to the end of a curve, in widths of a cell, which is twice as high."""
    across = max(place.column - end.column, 0, end.column - (place.column + width - 1))
    return math.hypot(across, 2 * (place.row - end.row))


def _level_label(
    grid: Grid, shape: Frame, level: Level, taken: list[int], ascii: bool, *, has_line: bool
) -> None:
    """On the level's line or beside it: as much of the name as there is room for."""
    row = shape.row(level.value)
    near = [row - 1, row + 1] if has_line else [row - 1]
    places = [row] * has_line + [y for y in near if 0 <= y < shape.height and y not in taken]
    label = plain(level.label) if ascii else level.label
    for place in places:
        for text in dict.fromkeys((label, label.split(",")[0], label.split(" ")[0])):
            if _place(grid, shape, [place], f" {text} ", MUTED):
                return


def _far_level(grid: Grid, shape: Frame, level: Level, glyphs: Glyphs) -> None:
    """What lies beyond an edge of the chart is named there, with an arrow."""
    is_below = level.value < shape.losses.low
    if not (is_below or level.value > shape.losses.high):
        return
    name = level.label.split(",")[0]
    text = f" {glyphs.down if is_below else glyphs.up} {name} {compact(level.value, 4)} "
    if is_below and level.value == 0.0:
        text = f" {glyphs.down} {name}: 0 "
    rows = range(shape.height)
    _place(grid, shape, list(rows)[-1:] if is_below else list(rows)[:2], text, MUTED)


def _place(grid: Grid, shape: Frame, rows: Iterable[int], text: str, style: str) -> bool:
    """Put the text at the right end of the first row that has room there, else further left."""
    width, rows = cell_len(text), list(rows)
    last = shape.left + shape.width - width - 2
    places = [(row, last) for row in rows]
    places += [(row, column) for row in rows for column in range(last - 1, shape.left, -1)]
    for row, column in places:
        if row < shape.height and column > shape.left and grid.free(row, column, width):
            grid.put(row, column, text, style)
            return True
    return False
