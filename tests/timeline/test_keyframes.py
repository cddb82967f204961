"""States kept for going back: as many as fit into a budget, spread over the past."""

from bisect import bisect_right

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnn_tui.timeline.branch import Timeline
from rnn_tui.timeline.keyframes import Grid, Keyframes
from rnn_tui.training.config import Config
from rnn_tui.training.journal import Journal
from rnn_tui.training.trainer import State
from tests.timeline.navigating import state

SIZE = state(0).nbytes


def chain(epochs: int, numbers: int = 4) -> list[State]:
    """States as training makes them: each shares its previous parameters with the one before."""
    states = [state(0, numbers)]
    for epoch in range(1, epochs + 1):
        flat = np.full(numbers, float(epoch))
        states.append(State(epoch, flat, states[-1].parameters, (), 1 / epoch, 0.5))
    return states


def kept(keyframes: Keyframes, newest: int) -> list[State]:
    """All states that can be found, the initial one too."""
    found = {id(s): s for s in map(keyframes.nearest, range(newest + 1))}
    return list(found.values())


def memory(states: list[State]) -> int:
    """Bytes that these keep alive, by the measure of a state's own."""
    arrays = {id(array): array for s in states for array in (s.parameters, s.previous)}
    own = states[0].nbytes - states[0].parameters.nbytes
    return len(states) * own + sum(a.nbytes for a in arrays.values() if a is not None)


@settings(deadline=None)
@given(
    budget=st.integers(1, 80_000),
    moves=st.lists(
        st.tuples(st.integers(1, 60), st.floats(0, 1), st.integers(1, 3)), min_size=1, max_size=4
    ),
)
def test_the_newest_states_and_a_grid_fit_into_a_budget_that_may_shrink(
    budget: int, moves: list[tuple[int, float, int]]
) -> None:
    states = chain(240)
    keyframes, newest = Keyframes(states[0], budget), 0
    for grown, left, branches in moves:
        for epoch in range(newest + 1, newest + grown + 1):
            keyframes.add(states[epoch])
        newest += grown
        budget = int(budget * left)
        keyframes.limit(budget, branches)
        found = kept(keyframes, newest)
        assert memory(found) <= max(budget // branches, 20 * SIZE) + SIZE
        epochs = sorted(s.epoch for s in found)
        for epoch in range(newest + 1):
            nearest = keyframes.nearest(epoch)
            assert nearest.epoch == epochs[bisect_right(epochs, epoch) - 1]
            assert nearest is states[nearest.epoch]
        assert keyframes.nearest(newest).epoch == newest


@pytest.mark.parametrize("branches", [1, 4])
def test_a_budget_is_used_and_not_exceeded(branches: int) -> None:
    states = chain(3_000, numbers=1_000)
    budget = 1_000 * states[0].nbytes
    keyframes = Keyframes(states[0], budget, branches)
    for each in states[1:]:
        keyframes.add(each)
    used = memory(kept(keyframes, 3_000)) * branches
    assert 0.6 * budget < used <= budget + branches * states[0].nbytes


@pytest.mark.parametrize(("branches", "most"), [(1, 10), (8, 3), (60, 3)])
def test_branches_of_a_network_larger_than_the_budget_keep_next_to_nothing(
    branches: int, most: int
) -> None:
    keyframes = Keyframes(state(0), 1, branches)
    for epoch in range(1, 1001):
        keyframes.add(state(epoch))
    found = kept(keyframes, 1000)
    assert len(found) <= most
    assert found[-1].epoch == 1000


def test_small_steps_back_find_every_state() -> None:
    keyframes = Keyframes(state(0), budget=64 * SIZE)
    for epoch in range(1, 1001):
        keyframes.add(state(epoch))
    assert [keyframes.nearest(epoch).epoch for epoch in range(980, 1001)] == list(range(980, 1001))
    assert len({keyframes.nearest(epoch).epoch for epoch in range(500)}) >= 4


def test_the_last_ten_thousand_epochs_of_the_default_run_are_kept_exactly() -> None:
    numbers = 10 * (2 * 3 + 10 + 1) + 3
    timeline = Timeline(state(0, numbers), Journal(Config().settings))
    for epoch in range(1, 10_501):
        timeline.record(state(epoch, numbers))
    assert all(timeline.nearest(epoch).epoch == epoch for epoch in range(500, 10_501))


# The grid.


def epochs_of(grid: Grid) -> list[int]:
    return [each.epoch for each in grid]


@given(
    added=st.lists(st.integers(1, 100), max_size=60),
    stride=st.sampled_from([1, 2, 4, 16]),
    most=st.integers(1, 30),
)
def test_states_come_onto_the_grid_in_any_order_each_once(
    added: list[int], stride: int, most: int
) -> None:
    grid = Grid(stride=stride)
    for epoch in added:
        grid.add(state(epoch))
    assert epochs_of(grid) == sorted({epoch for epoch in added if epoch % stride == 0})
    thinned = grid.thinned(most)
    assert len(thinned) <= most
    assert epochs_of(thinned) == [e for e in epochs_of(grid) if e % thinned.stride == 0]


@given(
    epochs=st.sets(st.integers(1, 60)),
    stride=st.sampled_from([1, 2, 8]),
    after=st.integers(0, 70),
    until=st.integers(0, 70),
)
def test_the_first_gap_is_the_first_epoch_on_the_grid_without_a_state(
    epochs: set[int], stride: int, after: int, until: int
) -> None:
    grid = Grid(stride=stride)
    for epoch in epochs:
        if epoch > after:
            grid.add(state(epoch))
    lacking = [
        epoch
        for epoch in range(after + 1, until + 1)
        if epoch % stride == 0 and epoch not in epochs
    ]
    assert grid.first_gap(after, until) == (lacking[0] if lacking else None)


# Of a run that was kept.


def restored(grid: Grid, newest: int, budget: int = 10**6, initial: int = 0) -> Keyframes:
    keyframes = Keyframes(state(initial), budget)
    keyframes.restore(grid, state(newest))
    return keyframes


def test_a_run_goes_on_with_the_states_it_was_kept_with() -> None:
    keyframes = restored(Grid(map(state, range(4, 101, 4)), 4), newest=100)
    assert keyframes.nearest(99).epoch == 96
    assert keyframes.grid.first_gap(0, 100) is None
    for epoch in range(101, 120):
        keyframes.add(state(epoch))
    assert keyframes.grid.first_gap(0, 119) is None
    assert keyframes.nearest(119).epoch == 119


@pytest.mark.parametrize("newest", [1, 5_000, 80_741, 10**15])
def test_without_any_the_grid_is_as_wide_as_the_past_is_long(newest: int) -> None:
    budget = 1_000 * SIZE
    keyframes = restored(Grid(), newest, budget)
    wide = newest // keyframes.grid.stride
    assert wide <= 250
    assert newest <= 250 or wide > 100
    assert keyframes.nearest(newest).epoch == newest
    assert keyframes.nearest(newest - 1).epoch == 0


def test_states_that_cannot_be_of_its_past_are_left_out() -> None:
    grid = Grid(map(state, [2, 4, 6, 7, 8, 10, 12, 90]), 2)
    keyframes = restored(grid, newest=10, initial=4)
    assert epochs_of(keyframes.grid) == [6, 8, 10]
    assert epochs_of(restored(grid, newest=4, initial=4).grid) == []


def test_states_of_the_past_are_put_back_and_the_grid_gets_wider_so_that_they_fit() -> None:
    budget = 64 * SIZE
    keyframes = restored(Grid(), newest=100, budget=budget)
    for epoch in range(1, 100):
        keyframes.add_past(state(epoch))
        keyframes.add_past(state(epoch))
    assert keyframes.grid.first_gap(0, 100) is None
    assert 8 <= len(keyframes.grid) <= 16
    assert keyframes.nearest(99).epoch == 96
