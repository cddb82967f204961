"""States of the whole past at even distances, as many as there is room for."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator

from rnn_tui.training.trainer import State


class Grid:
    """Every 2ᵏ-th state; when there are too many, k grows by one.

    Args:
        states: to begin with, the oldest first, at epochs divisible by ``stride``.
        stride: 2ᵏ.

    Attributes:
        stride: epochs between two states.
    """

    def __init__(self, states: Iterable[State] = (), stride: int = 1) -> None:
        self._states = list(states)
        self.stride = stride

    def add(self, state: State) -> None:
        """A state newer than all before it; kept if it is on the grid."""
        if state.epoch % self.stride == 0:
            self._states.append(state)

    def thin(self, most: int) -> None:
        """Let go of states until there are at most this many."""
        while len(self._states) > most:
            self.stride *= 2
            self._states = [kept for kept in self._states if kept.epoch % self.stride == 0]

    def nearest(self, epoch: int) -> State | None:
        """The newest state that is not after this epoch."""
        index = bisect_right(self._states, epoch, key=lambda state: state.epoch)
        return self._states[index - 1] if index else None

    def thinned(self, most: int) -> Grid:
        """A copy with at most this many states."""
        copy = Grid(self._states, self.stride)
        copy.thin(most)
        return copy

    def __iter__(self) -> Iterator[State]:
        return iter(self._states)

    def __len__(self) -> int:
        return len(self._states)
