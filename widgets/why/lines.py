"""The formulas of one time step with their numbers, as lines of which each fits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from rich.cells import cell_len

from ..drawing.panel import Spans
from .cell import cell_ways
from .numbers import Way, cells
from .output import added_by_all, added_by_node, says, vectors, verdicts
from .view import WhyView


class _Choice(NamedTuple):
    """Something to be said; the first way in which it fits is taken."""

    rank: int
    """The lower, the more important."""
    ways: Sequence[Way]


def why_lines(view: WhyView, width: int, height: int, *, ascii: bool = False) -> list[Spans]:
    """What fits, the most important above all, in the order in which it is computed.

    Above all what the most telling node adds to what is said: a single line says that, and leaves
    the rest to the title.
    """
    chosen: dict[int, Way] = {}
    choices = list(_choices(view, width, height, ascii))
    left = height
    for place in sorted(range(len(choices)), key=lambda place: choices[place].rank):
        for way in choices[place].ways:
            if len(way) <= left and all(cells(line) <= width for line in way):
                chosen[place] = way
                left -= len(way)
                break
    return [line for place in sorted(chosen) for line in chosen[place]]


def why_title(view: WhyView, width: int, height: int, *, ascii: bool = False) -> str:
    """'why, at t = 3', with what is said where no line has room for it."""
    title = f"why, at t = {view.step}"
    longer = f"{title}: {says(view, ascii).rstrip()}"
    return longer if height == 1 and cell_len(longer) <= width else title


def _choices(view: WhyView, width: int, height: int, ascii: bool) -> Iterator[_Choice]:
    yield _Choice(1, verdicts(view, ascii))
    for rank, ways in enumerate(cell_ways(view, width, height, ascii), 2):
        yield _Choice(rank, ways)
    yield _Choice(0, added_by_node(view, ascii))
    yield _Choice(20, added_by_all(view, ascii))
    for rank, ways in vectors(view, ascii):
        yield _Choice(21 + rank, ways)
