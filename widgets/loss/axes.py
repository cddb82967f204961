"""The axes of the chart, the lines at levels and marks, and where the part seen lies."""

from __future__ import annotations

from ..drawing.axis import epoch_ticks, ticks
from ..drawing.canvas import Grid
from ..drawing.panel import MUTED
from ..drawing.plot import BRAILLE_BLOCK, CHARACTER
from .curves import LossCurves
from .frame import TICK_WIDTH, Frame, tick_text
from .glyphs import BITS, CURSOR, FAINT, MARK, SOLVED, Glyphs, put_if_free
from .layers import PRESENT

TICK_DISTANCE = 10
"""Cells at least from one epoch on the axis to the next."""


def rules(grid: Grid, shape: Frame, value: LossCurves, glyphs: Glyphs) -> None:
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


def loss_axis(grid: Grid, shape: Frame, value: LossCurves, glyphs: Glyphs) -> None:
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


def epoch_axis(grid: Grid, shape: Frame, value: LossCurves, glyphs: Glyphs) -> None:
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
        put_if_free(grid, row, right - 6, " epoch", MUTED)
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
        if put_if_free(grid, shape.height, column, text, SOLVED):
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


def whole_run(grid: Grid, shape: Frame, glyphs: Glyphs) -> None:
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
