"""The names in the chart: of curves where they end, of marks at the top, of levels."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from rich.cells import cell_len

from ..drawing.canvas import Grid
from ..drawing.figures import compact, plain, shorten
from ..drawing.panel import MUTED
from .curves import Level, LossCurves, Mark
from .frame import Frame
from .glyphs import ASCII, MARK, Glyphs, put_if_free
from .layers import Look, sample


def labels(grid: Grid, shape: Frame, value: LossCurves, layers: list[Look], glyphs: Glyphs) -> None:
    """Names of curves where they end, of marks at the top; those of levels take what is left."""
    ascii = glyphs is ASCII
    for look in layers:
        if look.curve.label and len(look.curve.epochs):
            _end_label(grid, shape, look, ascii)
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


def _end_label(grid: Grid, shape: Frame, look: Look, ascii: bool) -> None:
    """Right of a curve's last point, else near it, but on no other line; else with a sample."""
    name = shorten(look.curve.label, max(8, shape.width // 3), ascii=ascii)
    text, seen = f" {name} ", look.curve.within(*shape.epochs[:2])
    known = np.flatnonzero(np.isfinite(seen.low) & (seen.low <= shape.losses.high))
    at = seen.epochs[known]
    known = known[(at >= shape.epochs.low) & (at <= shape.epochs.high)]
    if len(known):
        last = known[-1]
        row, end = shape.row(seen.low[last]), shape.left + shape.column(seen.epochs[last])
        left = end + 1 - cell_len(text)
        places = [(row, end + 1), (row - 1, end + 1), (row + 1, end + 1)]
        places += [(row + step, left) for step in (-1, 1, -2, 2, -3)]
        lines = {shape.row(loss) for loss, _ in shape.lines} - {row}
        for y, x in places:
            inside = 0 <= y < shape.height and y not in lines and x >= shape.left
            if inside and put_if_free(grid, y, x, text, look.style):
                return
    legend = f" {sample(look, ascii=ascii)}{text}"
    _place(grid, shape, range(min(4, shape.height)), legend, look.style)


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
