"""States kept for going back: the newest ones all, older ones on a grid that gets coarser."""

from __future__ import annotations

from bisect import bisect_right
from collections import deque
from collections.abc import Iterator

from rnn_tui.training.trainer import State


class Keyframes:
    """As many states as fit into a budget.

    Half of the budget holds every one of the newest states, so that small steps back are
    at once. The other half holds every 2ᵏ-th state of the whole past: what lies between is
    trained again from the nearest one before it. When that half is full, k grows by one.

    Args:
        initial: the state everything starts from; always kept.
        budget: bytes, roughly.

    Attributes:
        budget: may be lowered; takes effect with the next state, or `trim`.
    """

    def __init__(self, initial: State, budget: int) -> None:
        self._initial = initial
        self.budget = budget
        self._recent: deque[State] = deque()
        self._grid: list[State] = []
        self._stride = 1

    def add(self, state: State) -> None:
        """Keep a state newer than all before it."""
        self._recent.append(state)
        if state.epoch % self._stride == 0:
            self._grid.append(state)
        self.trim()

    def trim(self) -> None:
        """Let go of what does not fit into the budget."""
        if not self._recent:
            return
        most = max(2, self.budget // 2 // self._recent[-1].nbytes)
        while len(self._recent) > most:
            self._recent.popleft()
        # A state on the grid keeps its predecessor's parameters alive besides its own.
        while len(self._grid) > max(8, most // 2):
            self._stride *= 2
            self._grid = [kept for kept in self._grid if kept.epoch % self._stride == 0]

    def nearest(self, epoch: int) -> State:
        """The newest state that is not after this epoch."""
        if self._recent and self._recent[0].epoch <= epoch:
            return self._recent[min(epoch - self._recent[0].epoch, len(self._recent) - 1)]
        index = bisect_right(self._grid, epoch, key=lambda state: state.epoch)
        return self._grid[index - 1] if index else self._initial

    def __iter__(self) -> Iterator[State]:
        """The states on the grid, the oldest first."""
        return iter(self._grid)
