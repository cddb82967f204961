"""A table of which one row is chosen: as many columns as fit, a window of rows around that one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from rich.cells import cell_len, set_cell_size

from ..drawing.figures import plain, shorten
from ..drawing.panel import MUTED, Spans

CHOSEN = "bold reverse $primary"
AT_HAND = "bold $text-primary"
GAP = 2
WIDEST = 40
"""Cells of a text; the middle of a longer one is left out."""


class Column(NamedTuple):
    """A column.

    Attributes:
        heading: above it.
        rank: the columns with the highest ranks go first where there is no room.
        right: whether it is aligned at the right, as numbers are.
    """

    heading: str
    rank: int = 0
    right: bool = False


class Row(NamedTuple):
    """A row.

    Attributes:
        texts: one for each column.
        legend: how it is drawn elsewhere, four cells; empty for not at all.
        style: of what is in a state of its own.
    """

    texts: tuple[str, ...]
    legend: Spans = ()
    style: str = ""


class Table(NamedTuple):
    """A table.

    Attributes:
        columns: from the left.
        rows: from above.
        chosen: the place of the row chosen.
        is_active: whether keys choose in it.
        empty: what is said where there is no row.
    """

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    chosen: int = 0
    is_active: bool = True
    empty: str = ""


LEGEND = 4
"""Cells."""


def widths(value: Table, width: int) -> tuple[int, ...]:
    """The cells of each column, 0 for one left out: a function of the texts and the width."""
    found = []
    for place, column in enumerate(value.columns):
        texts = (column.heading, *(row.texts[place] for row in value.rows))
        found.append(min(WIDEST, max(map(cell_len, texts))))
    ranks = {place: column.rank for place, column in enumerate(value.columns)}
    room = width - _before(value)
    while sum(found[place] for place in ranks) + GAP * (len(ranks) - 1) > room and len(ranks) > 1:
        del ranks[max(ranks, key=lambda place: (ranks[place], place))]
    return tuple(cells if place in ranks else 0 for place, cells in enumerate(found))


def _before(value: Table) -> int:
    """Cells before the first column: the mark and the legend."""
    return 2 + (LEGEND + 1 if any(row.legend for row in value.rows) else 0)


def first_shown(value: Table, rows: int) -> int:
    """The first row shown of so many: the chosen one is among them."""
    return max(0, min(value.chosen - rows // 2, len(value.rows) - rows))


def at(value: Table, height: int, y: int) -> int | None:
    """The place of the row in a line; None where there is none."""
    place = first_shown(value, max(1, height - 1)) + y - 1
    return place if 1 <= y < height and place < len(value.rows) else None


def table_lines(value: Table, width: int, height: int, *, ascii: bool = False) -> list[Spans]:
    """A line of headings and one for each row that fits, the chosen one among them."""
    if height < 1 or width < 1:
        return []
    if not value.rows:
        text = plain(value.empty) if ascii else value.empty
        return [((shorten(text, width, ascii=ascii), MUTED),)]
    cells = widths(value, width)
    headings = _joined(value.columns, [column.heading for column in value.columns], cells, ascii)
    lines: list[Spans] = [((_fit(" " * _before(value) + headings, width), MUTED),)]
    rows = max(1, height - 1)
    start = first_shown(value, rows)
    for place, row in enumerate(value.rows[start : start + rows], start):
        lines.append(_line(value, place, row, cells, width, ascii))
    return lines[:height]


def _line(
    value: Table, place: int, row: Row, cells: Sequence[int], width: int, ascii: bool
) -> Spans:
    is_chosen = place == value.chosen
    style = row.style
    if is_chosen:
        style = CHOSEN if value.is_active else AT_HAND
    mark = (">" if ascii else "▸") if is_chosen else " "
    spans = [(f"{mark} ", style)]
    if _before(value) > 2:
        spans += [*(row.legend or ((" " * LEGEND, ""),)), (" ", "")]
    text = _joined(value.columns, row.texts, cells, ascii)
    left = max(0, width - _before(value))
    spans.append((_fit(text, left), style))
    return tuple(spans) if left else ((_fit(f"{mark} ", width), style),)


def _joined(
    columns: Sequence[Column], texts: Sequence[str], cells: Sequence[int], ascii: bool
) -> str:
    parts = []
    for column, text, width in zip(columns, texts, cells, strict=True):
        if width:
            shown = shorten(plain(text) if ascii else text, width, ascii=ascii)
            missing = " " * (width - cell_len(shown))
            parts.append(missing + shown if column.right else shown + missing)
    return (" " * GAP).join(parts)


def _fit(text: str, width: int) -> str:
    return set_cell_size(text, width)
