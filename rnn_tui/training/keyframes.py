"""States kept for going back: the newest ones all, older ones on a grid that gets coarser."""

from __future__ import annotations

from collections import deque

from rnn_tui.training.grid import Grid
from rnn_tui.training.trainer import State


class Keyframes:
    """As many states as fit into a budget.

    Half of the budget holds every one of the newest states, so that small steps back are
    at once. The other half holds a grid over the whole past: what lies between is trained
    again from the nearest state before it.

    Args:
        initial: the state everything starts from; always kept.
        budget: bytes, roughly.

    Attributes:
        budget: may be lowered; takes effect with the next state, or `trim`.
        grid: the states of the whole past; may be replaced before the first state is added.
    """

    def __init__(self, initial: State, budget: int) -> None:
        self._initial = initial
        self._recent: deque[State] = deque()
        self.grid = Grid()
        self.budget = budget

    @property
    def budget(self) -> int:
        """Bytes, roughly."""
        return self._budget

    @budget.setter
    def budget(self, budget: int) -> None:
        self._budget = budget
        # All states of a run are of one size. One on the grid keeps its predecessor's
        # parameters alive besides its own.
        self._most = max(2, budget // 2 // self._initial.nbytes)
        self._most_on_grid = max(8, self._most // 2)

    def add(self, state: State) -> None:
        """Keep a state newer than all before it."""
        self._recent.append(state)
        self.grid.add(state)
        if len(self._recent) > self._most or len(self.grid) > self._most_on_grid:
            self.trim()

    def trim(self) -> None:
        """Let go of what does not fit into the budget."""
        while len(self._recent) > self._most:
            self._recent.popleft()
        self.grid.thin(self._most_on_grid)

    def nearest(self, epoch: int) -> State:
        """The newest state that is not after this epoch."""
        if self._recent and self._recent[0].epoch <= epoch:
            return self._recent[min(epoch - self._recent[0].epoch, len(self._recent) - 1)]
        return self.grid.nearest(epoch) or self._initial
