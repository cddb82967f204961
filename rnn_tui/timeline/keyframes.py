"""States kept for going back: the newest ones all, older ones on a grid that gets coarser."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import deque
from collections.abc import Iterable, Iterator

from rnn_tui.training.trainer import State

_LEAST_ON_GRIDS = 8
"""States on the grids of a run, however large they are."""


class Grid:
    """Every 2ᵏ-th state; when there are too many, k grows by one.

    Args:
        states: to begin with, the oldest first, at epochs divisible by ``stride``.
        stride: 2ᵏ epochs between two states.
    """

    def __init__(self, states: Iterable[State] = (), stride: int = 1) -> None:
        self._states = list(states)
        self.stride = stride

    def add(self, state: State) -> None:
        """Keep a state if it is on the grid, and not there yet."""
        if state.epoch % self.stride:
            return
        if not self._states or self._states[-1].epoch < state.epoch:
            self._states.append(state)
            return
        index = bisect_left(self._states, state.epoch, key=_epoch_of)
        if self._states[index].epoch != state.epoch:
            self._states.insert(index, state)

    def first_gap(self, after: int, until: int) -> int | None:
        """The first epoch on the grid that has no state, of those after one and until another."""
        first = (after // self.stride + 1) * self.stride
        # Before a gap the i-th state is that of the i-th epoch on the grid.
        index = bisect_left(
            range(len(self._states)),
            True,
            key=lambda i: self._states[i].epoch != first + i * self.stride,
        )
        gap = first + index * self.stride
        return gap if gap <= until else None

    def thin(self, most: int) -> None:
        """Let go of states until there are at most this many."""
        while len(self._states) > most:
            self.widen()

    def widen(self) -> None:
        """Let go of every other state."""
        self.stride *= 2
        self._states = [kept for kept in self._states if kept.epoch % self.stride == 0]

    def nearest(self, epoch: int) -> State | None:
        """The newest state that is not after this epoch."""
        index = bisect_right(self._states, epoch, key=_epoch_of)
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
        budget: bytes for all branches of the run, roughly.
        branches: how many share it.

    Attributes:
        grid: the states of the whole past.
    """

    def __init__(self, initial: State, budget: int, branches: int = 1) -> None:
        self._initial = initial
        self._recent: deque[State] = deque()
        self.grid = Grid()
        self.limit(budget, branches)

    def limit(self, budget: int, branches: int) -> None:
        """Keep what fits into a share of a budget; the newest state, whatever its size."""
        # All states of a run are of one size. One on the grid keeps its predecessor's
        # parameters alive besides its own.
        self._most = max(1, budget // branches // 2 // self._initial.nbytes)
        self._most_on_grid = max(1, _LEAST_ON_GRIDS // branches, self._most // 2)
        self.trim()

    def restore(self, grid: Grid, newest: State) -> None:
        """Begin with what was kept between the initial and the newest state, maybe nothing."""
        first, last = self._initial.epoch, newest.epoch
        self._recent.clear()
        states = (s for s in grid if first < s.epoch < last and s.epoch % grid.stride == 0)
        self.grid = Grid(states, grid.stride)
        while (last - first) // self.grid.stride > self._most_on_grid:
            self.grid.widen()
        if last > first:
            self.add(newest)

    def add(self, state: State) -> None:
        """Keep a state newer than all before it."""
        self._recent.append(state)
        self.add_past(state)

    def add_past(self, state: State) -> None:
        """Keep a state that is not the newest, if it is on the grid and not there yet."""
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


def _epoch_of(state: State) -> int:
    return state.epoch
