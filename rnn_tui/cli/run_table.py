"""The list of runs as a table: ids in full, as many columns as there is room for.

What is wrong with a run, or where it is open, stands behind its row or, where that would be too
wide, below it. The table is made some rows at a time, so that of many runs the first are seen soon.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import NamedTuple

from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.text import Text

from rnn_tui.cli.output import sayable
from rnn_tui.cli.run_columns import (
    COLUMNS,
    NARROW,
    NARROWEST,
    TASK_IN_FEWER,
    WITH_TASK,
    WITHOUT_TASK,
)
from rnn_tui.storage.library.listing import RunInfo

AT_A_TIME = 50
"""Rows that are read before they are printed."""
_LEAST_OF_ID = 24
"""Cells of an id that is cut short, at least."""


class Layout(NamedTuple):
    """How rows are laid out.

    Attributes:
        names: of the columns.
        widths: of each, in cells.
        gap: cells between two.
    """

    names: tuple[str, ...]
    widths: tuple[int, ...]
    gap: int

    @property
    def width(self) -> int:
        """Cells of a row."""
        return sum(self.widths) + self.gap * (len(self.widths) - 1)

    def row(self, texts: Iterable[str]) -> str:
        """A text in each column; what is too wide, an id alone, is cut short."""
        cells = []
        for name, width, text in zip(self.names, self.widths, texts, strict=True):
            if cell_len(text) > width:
                text = _beginning(text, width) + sayable("…")
            blank = " " * (width - cell_len(text))
            cells.append(blank + text if COLUMNS[name].right else text + blank)
        return (" " * self.gap).join(cells)

    def with_id(self, width: int) -> Layout:
        """The same with so many cells for ids."""
        return self._replace(widths=(width, *self.widths[1:]))


def _beginning(text: str, width: int) -> str:
    """As many characters as have room beside an ellipsis."""
    cut = set_cell_size(text, width - cell_len(sayable("…")))
    return cut if text.startswith(cut) else cut[:-1]  # half of a wide one became a blank


class RunTable:
    """The list of runs in lines.

    Args:
        ids: of all runs there are.
        now: seconds since 1970.
        width: of the terminal; None where there is none, so that nothing may be cut short.
    """

    def __init__(self, ids: Sequence[str], now: float, width: int | None) -> None:
        self._ids = sorted(map(sayable, ids))
        self._now, self._width = now, width
        self._cuttable: dict[int, bool] = {}

    def lines(self, infos: Iterable[RunInfo]) -> Iterator[list[str]]:
        """The lines of some runs at a time, in their order; headings wherever they change."""
        remaining = iter(infos)
        layout: Layout | None = None
        while some := list(islice(remaining, AT_A_TIME)):
            texts = {
                name: [sayable(column.text(info, self._now)) for info in some]
                for name, column in COLUMNS.items()
            }
            before, layout = layout, self._fitting(some, texts, layout)
            lines = []
            if layout != before:
                lines.append(layout.row(COLUMNS[name].heading for name in layout.names).rstrip())
            for info, *row in zip(some, *(texts[name] for name in layout.names), strict=True):
                lines += self._with_note(layout.row(row), note_on(info))
            yield lines

    def _with_note(self, row: str, note: str) -> list[str]:
        text = f"{row}  {sayable(note)}".rstrip()
        if not note or self._width is None or cell_len(text) <= self._width:
            return [text]
        return [row.rstrip(), *_wrapped(sayable(note), self._width)]

    def _fitting(
        self, infos: Sequence[RunInfo], texts: Mapping[str, list[str]], before: Layout | None
    ) -> Layout:
        """The first layout that fits, at least as wide in each column as the one before."""
        room = 80 if self._width is None else self._width
        least = {} if before is None else dict(zip(before.names, before.widths, strict=True))
        has_valid = "valid" in least or not all(math.isnan(info.valid_loss) for info in infos)
        ids_tell_task = all(info.id.startswith(info.task) for info in infos)

        def laid_out(columns: str, gap: int) -> Layout:
            names = tuple(name for name in columns.split() if has_valid or name != "valid")
            cells = ([COLUMNS[name].heading, *texts[name]] for name in names)
            widths = (max(map(cell_len, column)) for column in cells)
            needed = zip(names, widths, strict=True)
            return Layout(names, tuple(max(w, least.get(n, 0)) for n, w in needed), gap)

        whole = (*WITH_TASK, *(() if ids_tell_task else TASK_IN_FEWER), *WITHOUT_TASK)
        kept = whole if self._width is None else (*whole, *NARROW)
        layouts = [laid_out(columns, gap) for columns in kept for gap in (2, 1)]
        if fitting := [layout for layout in layouts if layout.width <= room]:
            return fitting[0]
        if self._width is None:
            return layouts[-1]
        layouts += [laid_out(columns, 1) for columns in NARROWEST]
        for layout in layouts:
            of_id = layout.widths[0] - max(0, layout.width - room)
            if layout.width <= room or (of_id >= _LEAST_OF_ID and self._may_cut(of_id)):
                return layout.with_id(of_id)
        return layouts[-1]

    def _may_cut(self, width: int) -> bool:
        """Whether all ids still name their runs in so many cells."""
        if width not in self._cuttable:
            cut = [_beginning(id, width) for id in self._ids if cell_len(id) > width]
            self._cuttable[width] = all(self._names_one(beginning) for beginning in cut)
        return self._cuttable[width]

    def _names_one(self, beginning: str) -> bool:
        next_one = bisect_left(self._ids, beginning) + 1
        return next_one == len(self._ids) or not self._ids[next_one].startswith(beginning)


def note_on(info: RunInfo) -> str:
    """Where a run is open and what is wrong with it; empty if nothing is."""
    where = f"open in {info.held_by}" if info.held_by else None
    return "; ".join(filter(None, (where, info.problem)))


def _wrapped(note: str, width: int) -> list[str]:
    lines = Text(note).wrap(Console(width=width), max(width - 2, 1))
    return [f"  {line.plain.rstrip()}" for line in lines]
