"""The loss chart as lines: a pure function of the curves, the size and the options."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from rich.cells import cell_len, set_cell_size
from textual.content import Content

from ..drawing.axis import epoch_ticks, ticks
from ..drawing.blocks import bars
from ..drawing.canvas import Grid
from ..drawing.figures import compact, percent, plain, shorten
from ..drawing.panel import MUTED
from ..drawing.plot import BITS, BRAILLE_BLOCK, CHARACTER
from .bands import hatching
from .curves import Level, LossCurves, Mark
from .frame import TICK_WIDTH, Frame, Window, frame, tick_text
from .layers import PRESENT, Look, cells, looks, sample

MARK, CURSOR, SOLVED = "$text-warning", "bold $text-accent", "$text-success"
FAINT, ACCURACY = "$foreground 35%", f"{PRESENT} 60%"
TICK_DISTANCE = 10
"""Cells at least from one epoch on the axis to the next."""


class Glyphs(NamedTuple):
    """What lines are made of."""

    mark: str
    cursor: str
    axis: str
    tick: str
    corner: str
    base: str
    arrow: str
    up: str
    down: str
    solved: str
    part: str
    rest: str


UNICODE = Glyphs("┊", "│", "│", "┤", "└", "─", "▲", "↑", "↓", "✓", "━", "┄")
ASCII = Glyphs(":", "|", "|", "+", "+", "-", "^", "^", "v", "", "=", ".")


def loss_lines(
    value: LossCurves,
    width: int,
    height: int,
    *,
    logarithmic: bool = False,
    log_epochs: bool = False,
    window: Window | None = None,
    ascii: bool = False,
    dark: bool = True,
) -> list[Content]:
    """Draw the chart in `height` lines of `width` cells; say what will come when it is empty.

    Args:
        value: what to draw.
        width: of a line.
        height: lines.
        logarithmic: the loss axis.
        log_epochs: the epoch axis, of epoch + 1.
        window: the epochs to be seen; None for all.
        ascii: without any other character.
        dark: the background, for the colours of branches.
    """
    if width < 1 or height < 1:
        return []
    if not value.drawable and value.untrained is None:
        above = [Content()] * ((height - 1) // 2)
        hint = shorten(value.hint, width, ascii=ascii)
        return [*above, Content.styled(hint, MUTED).center(width)]
    with np.errstate(all="ignore"):
        shape = frame(
            value,
            width,
            height,
            logarithmic=logarithmic,
            ascii=ascii,
            log_epochs=log_epochs,
            window=window,
        )
        grid, glyphs = Grid(width, height), ASCII if ascii else UNICODE
        layers = looks(value, dark=dark)
        if value.drawable:
            for cell in cells(layers, shape, len(value.ghosts)):
                grid.put(cell.row, shape.left + cell.column, cell.character, cell.style)
        _untrained(grid, shape, value, glyphs)
        _labels(grid, shape, value, layers, glyphs)
        _rules(grid, shape, value, glyphs)
        for cell in hatching(layers, shape):
            grid.fill(cell.row, shape.left + cell.column, cell.character, cell.style)
        if shape.left:
            _losses(grid, shape, value, glyphs)
        if shape.height < height:
            _epochs(grid, shape, value, glyphs)
        _whole(grid, shape, glyphs)
        _accuracy(grid, shape, value, ascii)
    return grid.lines()


def _untrained(grid: Grid, shape: Frame, value: LossCurves, glyphs: Glyphs) -> None:
    """A dot where the untrained network is, with its name, and what to do about it."""
    if value.untrained is None or any(len(curve.epochs) for curve in value.curves):
        return
    dot = shape.heights(np.array([value.untrained]))[0]
    if np.isfinite(dot):
        row, character = shape.height - 1 - int(dot) // shape.dots[1], "*"
        if shape.dots != CHARACTER:
            character = chr(BRAILLE_BLOCK + sum(BITS[int(dot) % shape.dots[1]]))
        grid.put(row, shape.left, character, f"bold {PRESENT}")
        _put_if_free(grid, row, shape.left + 1, f" untrained {compact(value.untrained, 5)} ", MUTED)
    column = shape.left + (shape.width - len(value.hint)) // 2
    for row in range(shape.height // 2, shape.height - 1):
        is_level = any(shape.row(level.value) == row for level in value.levels)
        if not is_level and _put_if_free(grid, row, column, value.hint, MUTED):
            return


def _labels(
    grid: Grid, shape: Frame, value: LossCurves, layers: list[Look], glyphs: Glyphs
) -> None:
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
        if _put_if_free(grid, row, column + 1, f"{mark.label} ", MARK):
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
            if inside and _put_if_free(grid, y, x, text, look.style):
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


def _put_if_free(grid: Grid, row: int, column: int, text: str, style: str) -> bool:
    """Write the text if nothing is there yet; whether it was written."""
    if not grid.free(row, column, cell_len(text)):
        return False
    grid.put(row, column, text, style)
    return True


def _rules(grid: Grid, shape: Frame, value: LossCurves, glyphs: Glyphs) -> None:
    """The cursor, the marks and the levels, where nothing else is."""
    verticals = [(mark.epoch, glyphs.mark, MARK) for mark in value.marks]
    if value.shown_epoch < value.newest_epoch:
        verticals.insert(0, (value.shown_epoch, glyphs.cursor, CURSOR))
    for epoch, glyph, style in verticals:
        if shape.shows(epoch):
            for row in range(shape.height):
                grid.fill(row, shape.left + shape.column(epoch), glyph, style)
    for number, (_, dot) in enumerate(shape.lines):
        row, character = shape.height - 1 - dot // shape.dots[1], "-"
        if shape.dots != CHARACTER:
            bits = BITS[dot % shape.dots[1]]
            character = chr(BRAILLE_BLOCK + (bits[0] if number else sum(bits)))
        for column in range(shape.left, shape.left + shape.width):
            grid.fill(row, column, character, FAINT)


def _losses(grid: Grid, shape: Frame, value: LossCurves, glyphs: Glyphs) -> None:
    """The left axis: the levels first, then round values at least two rows from another."""
    column = TICK_WIDTH
    taken: list[int] = []
    wanted = [(loss, 1) for loss, _ in shape.lines] + [(shape.losses.high, 2)]
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
    """The line below with the epochs in it: the cursor's, the solved one, the marks, the rest."""
    row, right = shape.height, shape.left + shape.width
    if shape.left:
        grid.put(row, shape.left - 1, glyphs.corner, FAINT)
    if value.shown_epoch < value.newest_epoch and shape.shows(value.shown_epoch):
        text = str(value.shown_epoch)
        column = shape.left + shape.column(value.shown_epoch)
        grid.put(row, column, glyphs.arrow, CURSOR)
        fits = column + 1 + len(text) < right
        grid.put(row, column + 1 if fits else column - len(text), text, CURSOR)
    if value.solved_epoch is not None:
        _solved(grid, shape, value.solved_epoch, glyphs)
    arrows = {shape.left + shape.column(m.epoch) for m in value.marks if shape.shows(m.epoch)}
    arrows = {column for column in arrows if grid.free(row, column, 1)}
    for column in arrows:
        grid.put(row, column, glyphs.arrow, MARK)
    if shape.width >= 24:
        _put_if_free(grid, row, right - 6, " epoch", MUTED)
    _epoch_ticks(grid, shape, arrows)
    for column in range(shape.left, right):
        grid.fill(row, column, glyphs.base, FAINT)


def _solved(grid: Grid, shape: Frame, epoch: int, glyphs: Glyphs) -> None:
    """A mark on the axis, with as many words as there is room for."""
    if not shape.shows(epoch):
        return
    column = shape.left + shape.column(epoch)
    sign = f"{glyphs.solved} " if glyphs.solved else ""
    shorter = (f"{glyphs.solved}{epoch}", glyphs.solved) if glyphs.solved else ("solved", "s")
    for text in (f"{sign}solved {epoch} ", *shorter):
        if _put_if_free(grid, shape.height, column, text, SOLVED):
            return


def _epoch_ticks(grid: Grid, shape: Frame, arrows: set[int]) -> None:
    """Round epochs, each with the middle of its number in its column, or beside an arrow there."""
    widest, row = len(str(int(shape.epochs.high))), shape.height
    for epoch in epoch_ticks(shape.epochs, shape.width // max(TICK_DISTANCE, widest + 4)):
        text, column = str(epoch), shape.left + shape.column(epoch)
        if column in arrows:
            start = free_from = column + 1
        else:
            start = column - (len(text) - 1) // 2
            free_from = max(shape.left, start - 1)
        end = start + len(text) + 1
        if start >= shape.left and grid.free(row, free_from, end - free_from):
            grid.put(row, start, text, MUTED)


def _whole(grid: Grid, shape: Frame, glyphs: Glyphs) -> None:
    """The whole run as a line, with the part that is seen marked on it."""
    if shape.strip < 0:
        return
    if shape.left:
        grid.put(shape.strip, 0, "all".rjust(TICK_WIDTH), MUTED)
    first, last = (shape.whole_column(epoch) for epoch in shape.epochs[:2])
    text = glyphs.rest * first + glyphs.part * (last - first + 1)
    text = text.ljust(shape.width, glyphs.rest)
    grid.put(shape.strip, shape.left, text[:first], FAINT)
    grid.put(shape.strip, shape.left + first, text[first : last + 1], PRESENT)
    grid.put(shape.strip, shape.left + last + 1, text[last + 1 :], FAINT)


def _accuracy(grid: Grid, shape: Frame, value: LossCurves, ascii: bool) -> None:
    """The training accuracy of each column of epochs, full only where all was right."""
    if not shape.accuracy or value.accuracy is None or not value.curves:
        return
    rows = shape.accuracy
    if shape.left:
        grid.put(rows[-1], 0, set_cell_size("right".rjust(TICK_WIDTH), TICK_WIDTH), MUTED)
    of_column = _by_column(value.curves[0].epochs, value.accuracy, shape)
    if not len(of_column):
        return
    below = 1 - 1 / (8 * len(rows))  # the full block is for what is right without exception
    fractions = np.where(of_column < 1, of_column * below, of_column)
    for row, text in zip(rows, bars(fractions, len(rows), ascii=ascii), strict=True):
        grid.put(row, shape.left, text, ACCURACY)
    known = value.accuracy[np.isfinite(value.accuracy)]
    if len(known):
        first, last = (percent(accuracy, ascii=ascii).strip() for accuracy in known[[0, -1]])
        if len(rows) > 1 and shape.left:
            grid.put(rows[0], 0, last.rjust(TICK_WIDTH), MUTED)
        column = shape.left + len(of_column)
        text = f" {first.removesuffix(' %')} {'>' if ascii else '→'} {last}"
        texts = (f"{text} in training", text, f" {last}")
        for text in texts:
            if _put_if_free(grid, rows[-1], column, text, MUTED):
                break


def _by_column(epochs: np.ndarray, values: np.ndarray, shape: Frame) -> np.ndarray:
    """(n,) values → one for each column up to the last epoch seen: their mean, else the last."""
    keep = np.isfinite(values) & (epochs <= shape.epochs.high)
    epochs, values = epochs[keep], values[keep]
    before = values[epochs < shape.epochs.low][-1:]
    inside = epochs >= shape.epochs.low
    epochs, values = epochs[inside], values[inside]
    if not len(epochs):
        return np.empty(0)
    columns = np.rint(shape.epochs.fraction(epochs) * (shape.width * shape.dots[0] - 1))
    columns = columns.astype(np.int64) // shape.dots[0]
    count = columns[-1] + 1
    counts = np.bincount(columns, minlength=count)
    sums = np.bincount(columns, weights=values, minlength=count)
    filled = np.maximum.accumulate(np.where(counts > 0, np.arange(count), -1))
    means = sums / np.maximum(counts, 1)
    start = before[0] if len(before) else np.nan
    return np.where(filled >= 0, means[filled], start)
