"""What is promised of memory and of disk: no more is kept than that."""

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
import pytest

from rnn_tui.session import recording
from rnn_tui.session.run import Run
from rnn_tui.timeline.branch import Timeline
from rnn_tui.timeline.keyframes import Grid, Keyframes
from rnn_tui.timeline.navigator import Navigator
from rnn_tui.training.config import Config
from rnn_tui.training.journal import Journal
from rnn_tui.training.trainer import State, Trainer

SIZE = 1_000


def states(count: int) -> Iterable[State]:
    """Each knows the parameters of the one before it, as in training."""
    before = State(0, np.zeros(SIZE), None, (), 1.0, 0.0)
    yield before
    for epoch in range(1, count):
        before = replace(before, epoch=epoch, parameters=np.zeros(SIZE), previous=before.parameters)
        yield before


def nbytes(kept: Iterable[State]) -> int:
    arrays = [a for state in kept for a in (state.parameters, state.previous) if a is not None]
    return sum({id(array): array.nbytes for array in arrays}.values())


@pytest.mark.parametrize("budget", [500_000, 2_000_000])
def test_the_states_in_memory_fit_into_their_budget(budget: int) -> None:
    first, *rest = states(3_000)
    keyframes = Keyframes(first, budget)
    for state in rest:
        keyframes.add(state)
        assert nbytes([*keyframes._recent, *keyframes.grid]) <= 1.02 * budget
    assert nbytes([*keyframes._recent, *keyframes.grid]) > 0.5 * budget


@pytest.mark.parametrize("branches", [1, 4])
def test_the_states_on_disk_fit_into_their_budget(
    branches: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recording, "_GRID_BYTES", 1_000_000)
    first, *rest = states(3_000)
    timelines = []
    for number in range(branches):
        timeline = Timeline(first, Journal(0.1), number=number)
        timeline.keyframes.grid = Grid(rest)
        timeline.newest = 1 << 20
        timelines.append(timeline)
    kept = recording.grids(timelines)
    stored = [2 * SIZE * 8 * len(grid) for grid in kept.values()]  # each with the one before it
    assert 250_000 < sum(stored) <= 1_000_000


@pytest.mark.parametrize(("epochs", "points"), [(10, 11), (23, 24), (100, 24)])
def test_a_trace_has_24_points_from_the_untrained_network_to_the_epoch_shown(
    epochs: int, points: int
) -> None:
    run = Run(Navigator(Trainer(Config(hidden=2, length=2, sequences=2))))
    run.navigator.go_to(epochs)
    while not run.navigator.resting:
        run.work(lambda: None)
    spread = run.navigator.timeline.spread(epochs, 24)
    assert len(spread) == points
    assert (spread[0].epoch, spread[-1].epoch) == (0, epochs)
    snapshot = run.look(lambda: None)
    assert snapshot is not None
    for tensor in snapshot.observation.tensors:
        assert len(tensor.trace) == points
