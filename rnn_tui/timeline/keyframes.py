"""States kept for going back: the newest ones all, older ones on a grid that gets coarser."""

from __future__ import annotations

from bisect import bisect_right
from collections import deque
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
