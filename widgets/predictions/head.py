"""The numbers of the time steps above the wall."""

from __future__ import annotations

from collections.abc import Iterable

from ..drawing.panel import MUTED
from .layout import Layout
from .pieces import CHOSEN, Pieces
from .places import has_ends_aligned
from .wall import Wall


def head_row(wall: Wall, layout: Layout, start: int, width: int) -> Pieces:
    """The numbers of the time steps over their columns, the one looked at in bold.

    That one alone where a column has different steps of different sequences.
    """
    line = [*" " * width]
    line[layout.labels - 3 : layout.labels - 2] = "t"
    if layout.bar and layout.bar + layout.digits > 6:
        line[width - 5 :] = "right"
    stop = start + layout.columns
    own = _write(line, layout, start, wall.step) if start <= wall.step < stop else None
    every = _every(layout.cell, stop - 1)
    of_all = (
        () if has_ends_aligned(wall, layout) else range(-(-start // every) * every, stop, every)
    )
    for step in of_all:
        if step != wall.step:
            _write(line, layout, start, step)
    if own is None:
        return [("".join(line), MUTED)]
    first, last = own
    return [
        ("".join(line[:first]), MUTED),
        ("".join(line[first:last]), CHOSEN),
        ("".join(line[last:]), MUTED),
    ]


def _write(line: list[str], layout: Layout, start: int, step: int) -> tuple[int, int] | None:
    """Write the number of a step over its column, unless it would touch another one."""
    text = str(step)
    last = layout.labels + (step - start) * layout.cell + layout.symbol
    first = last - len(text)
    around = line[max(first - 1, 0) : last + 1]
    if first < 0 or last > len(line) or any(character != " " for character in around):
        return None
    line[first:last] = text
    return first, last


def _every(cell: int, last: int) -> int:
    """Every how many steps there is room for a number of so many digits."""
    digits = len(str(max(last, 0))) + 1
    steps: Iterable[int] = (k * 10**n for n in range(9) for k in (1, 2, 5))
    return next(step for step in steps if step * cell >= digits)
