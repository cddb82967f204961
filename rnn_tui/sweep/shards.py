"""A share of the runs of a plan, for job arrays."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from rnn_tui.sweep.members import Member


class Shard(NamedTuple):
    """One of several shares.

    Attributes:
        number: from 1.
        shares: how many there are.
    """

    number: int
    shares: int

    def of(self, members: Sequence[Member]) -> tuple[Member, ...]:
        """Every so-many-th run, so that each share has some of every setting."""
        return tuple(members[self.number - 1 :: self.shares])
