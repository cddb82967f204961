"""Where the past of a branch was recorded: on its ancestors, then on itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from rnn_tui.storage.disk.checks import MAX_EPOCH


class Span(NamedTuple):
    """Consecutive epochs that were recorded on one branch, the first and the last included."""

    branch: int
    first: int
    last: int


def spans_of(parents: Mapping[int, tuple[int | None, int]], number: int) -> list[Span]:
    """The past of a branch from epoch 1 on, oldest first.

    Args:
        parents: of each branch its parent, None for the first, and the epoch where it left it.
        number: of the branch; one that is not known has no parent.
    """
    left = dict(parents)
    spans: list[Span] = []
    last, next_one = MAX_EPOCH, number
    while True:
        parent, fork = left.pop(next_one, (None, 0))  # taken out, so that a circle ends
        spans.append(Span(next_one, fork + 1, last))
        if parent is None:
            return spans[::-1]
        next_one, last = parent, min(last, fork)
