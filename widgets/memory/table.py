"""The same network with its memory and without it, side by side: a row for each way."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import wrap
from typing import NamedTuple

from rich.cells import cell_len

from ..drawing.figures import compact, percent, plain
from ..drawing.panel import MUTED, Spans

HALF = "╸"
BAR, ASCII_BAR, MARK = ("━", "·", "┃"), ("=", ".", "|"), "$text-warning"
"""A bar, what is left of it, and the mark of guessing."""
NAME, FIGURE, LOSS, GAP = 16, 5, 6, 2
"""Cells of a way's name, of its accuracy, of its loss, and between two sets of sequences."""
LONGEST_BAR = 30
SENTENCE = 2
"""Lines of the sentence, however short it is."""


class Cell(NamedTuple):
    """How well one set of sequences is predicted."""

    accuracy: float
    """0..1."""
    loss: float
    """Nats per symbol."""


class Way(NamedTuple):
    """One way of using the network."""

    name: str
    """'state reset'."""
    meaning: str
    """'every step starts from zero'."""
    cells: tuple[Cell, ...]
    """For each set of sequences."""


class MemoryTable(NamedTuple):
    """What a network does with its memory."""

    sets: tuple[str, ...]
    """'10 training sequences', '200 fresh ones': one or two sets of sequences."""
    ways: tuple[Way, ...]
    """The first is as it is."""
    guessing: float
    """The accuracy of guessing, 0..1."""
    guessing_loss: float | None
    """Its loss, nats per symbol; None if unknown."""
    sentence: str
    """What follows; '' for nothing."""


class Columns(NamedTuple):
    """Where things stand; a function of sizes alone."""

    bar: int
    """Cells of a bar."""
    group: int
    """Cells of one set of sequences."""
    meaning: int
    """Cells for what a way means; 0 for none."""


def columns(table: MemoryTable, width: int) -> Columns:
    """The columns in `width` cells: bars as long as they may be, then meanings."""
    sets = len(table.sets)
    figures, room = FIGURE + 1 + 1 + LOSS, (width - NAME) // sets - GAP
    widest = max(cell_len(way.meaning) for way in table.ways)
    with_meaning = (width - NAME - widest - 2) // sets - GAP
    if with_meaning - figures >= 12:
        bar = min(LONGEST_BAR, with_meaning - figures)
        return Columns(bar, figures + bar, widest)
    bar = max(0, min(LONGEST_BAR, room - figures))
    return Columns(bar, figures + bar, 0)


def memory_lines(
    table: MemoryTable, width: int, height: int, *, ascii: bool = False
) -> list[Spans]:
    """A heading, a row for each way, and the sentence; an empty line between where there is room.

    Args:
        table: what is shown.
        width: in cells.
        height: in lines.
        ascii: draw with ASCII characters only.
    """
    if min(width, height) < 1:
        return []
    shape = columns(table, width)
    heading = [(" " * NAME, "")]
    for name in table.sets:
        short = name if len(name) <= shape.group else name.rpartition(" ")[0]
        heading.append((" " * GAP + _cut(short, shape.group, ascii).ljust(shape.group), MUTED))
    rows = [tuple(heading)] + [
        tuple(_row(table, way, shape, place == 0, ascii)) for place, way in enumerate(table.ways)
    ]
    text = plain(table.sentence) if ascii else table.sentence
    sentence: list[Spans] = [((line, "bold"),) for line in wrap(text, width)[:SENTENCE]]
    sentence += [()] * (SENTENCE - len(sentence))
    spare = height - len(rows) - SENTENCE
    between: list[Spans] = [()] * (1 if spare > 0 else 0)
    if spare > len(rows):
        rows = [line for row in rows for line in (row, ())][:-1]
    kept = rows[: max(1, height - SENTENCE)]
    return [*kept, *between, *sentence][:height]


def _row(
    table: MemoryTable, way: Way, shape: Columns, is_first: bool, ascii: bool
) -> Iterator[tuple[str, str]]:
    style = "$text-success" if is_first else "$text-primary"
    yield _cut(way.name, NAME, ascii).ljust(NAME), "bold" if is_first else ""
    for cell in way.cells:
        yield " " * GAP + percent(cell.accuracy, ascii=ascii), "bold"
        yield " ", ""
        yield from _bar(cell.accuracy, table.guessing, shape.bar, style, ascii)
        yield " " + compact(cell.loss, LOSS, ascii=ascii).rjust(LOSS), MUTED
    if shape.meaning:
        yield "  " + _cut(way.meaning, shape.meaning, ascii), MUTED


def _bar(
    share: float, guessing: float, cells: int, style: str, ascii: bool
) -> Iterator[tuple[str, str]]:
    """A share of 0..1 as a bar of so many cells, with a mark where guessing is."""
    if not cells:
        return
    full, track, mark = ASCII_BAR if ascii else BAR
    whole, half = divmod(round(min(max(share, 0.0), 1.0) * cells * 2), 2)
    drawn = (full * whole + HALF * (half and not ascii)).ljust(cells, track)
    at = min(cells - 1, int(guessing * cells))
    end = len(drawn.rstrip(track))
    for start, stop, look in ((0, min(at, end), style), (min(at, end), at, MUTED)):
        if drawn[start:stop]:
            yield drawn[start:stop], look
    yield mark, MARK
    for start, stop, look in ((at + 1, max(at + 1, end), style), (max(at + 1, end), cells, MUTED)):
        if drawn[start:stop]:
            yield drawn[start:stop], look


def _cut(text: str, cells: int, ascii: bool) -> str:
    return (plain(text) if ascii else text)[:cells]


def subtitle(table: MemoryTable, *, ascii: bool = False) -> str:
    """What the mark in the bars is."""
    mark = (ASCII_BAR if ascii else BAR)[2]
    loss = "" if table.guessing_loss is None else f", {compact(table.guessing_loss, 5)} nats/symbol"
    return f"{mark} guessing: {percent(table.guessing).strip()} right{loss}"
