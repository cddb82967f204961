"""A mistake as it is told."""

from __future__ import annotations

from typing import NamedTuple


class Mistake(NamedTuple):
    """A known mistake.

    Attributes:
        cause: its slug; several mistakes may share one.
        title: a sentence.
        formula: what should stand there: a name in `rnn_tui.check.formulas`, or the text itself.
        place: kind of line where it stands; see `rnn_tui.check.locating`.
        cost: how unlikely it is beside others that give the same, 1 is usual.
    """

    cause: str
    title: str
    formula: str
    place: str
    cost: float = 1.0
