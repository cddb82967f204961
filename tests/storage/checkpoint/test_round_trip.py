"""A checkpoint: the same bits come back."""

import math
import tracemalloc
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnn_tui.model import ENGINE_VERSION
from rnn_tui.storage.checkpoint.checkpoint import encode_run, read_checkpoint
from rnn_tui.storage.checkpoint.vectors import (
    optimizer_vectors,
    pack,
    packed_size,
    unpack,
)
from rnn_tui.storage.disk.errors import StoreError
from rnn_tui.timeline.run_state import BranchState, RunState
from rnn_tui.training.config import Config
from rnn_tui.training.goals import NO_GOAL, Goal
from rnn_tui.training.journal import ZERO, Change, Position
from rnn_tui.training.settings.table import default_settings
from rnn_tui.training.trainer import Partial, State, Trainer
from tests.amounts import few

Same = Callable[[RunState, RunState], bool]
Make = Callable[..., RunState]


@pytest.fixture
def back(tmp_path: Path) -> Callable[[RunState], RunState]:
    """A run as it comes back from a file."""

    def write_and_read(run: RunState) -> RunState:
        (tmp_path / "run").write_bytes(encode_run(run))
        return read_checkpoint(tmp_path / "run", allow_nonfinite=True)

    return write_and_read


Back = Callable[[RunState], RunState]


@pytest.mark.parametrize(
    "options",
    [{}, {"dtype": "float32"}, {"batch": 2}, {"hidden": 80}, {"hold": "U", "clip": 0.5}],
    ids=str,
)
def test_a_run_comes_back_with_the_same_bits(
    back: Back, make_run: Make, same: Same, options: dict[str, Any]
) -> None:
    run = make_run(**{"sequences": 7} | options)
    assert same(back(run), run)
    assert not same(back(replace(run, shown_epoch=2)), run)


def test_what_comes_back_trains_on_with_the_same_bits(back: Back, run: RunState) -> None:
    trainers = Trainer(run.config), Trainer(run.config)
    for trainer, source in zip(trainers, (run, back(run)), strict=True):
        trainer.restore(source.branches[0].newest, source.branches[0].partial)
        trainer.advance()
    one, other = (trainer.state for trainer in trainers)
    assert one.parameters.tobytes() == other.parameters.tobytes()
    assert one.training_loss == other.training_loss


@pytest.mark.parametrize("goal", [NO_GOAL, Goal(800, "loss=0.25"), Goal(until="solved")])
def test_the_goal_of_a_run_stays_with_it(back: Back, run: RunState, goal: Goal) -> None:
    assert run.goal == NO_GOAL
    assert back(replace(run, goal=goal)).goal == goal


@pytest.mark.parametrize("goal", [Goal(patience=3), Goal(until="solved")])
def test_a_goal_that_the_run_cannot_reach_is_no_run(back: Back, make_run: Make, goal: Goal) -> None:
    with pytest.raises(StoreError, match=r"its description is invalid .*--"):
        back(replace(make_run(task="xor"), goal=goal))


def test_the_version_of_the_engine_stays_that_of_the_beginning(back: Back, run: RunState) -> None:
    assert run.engine == ENGINE_VERSION
    later = back(replace(run, engine=ENGINE_VERSION + 1))
    assert later.engine == ENGINE_VERSION + 1


@pytest.mark.parametrize("symbols", [2, 16, 17])
@pytest.mark.parametrize("hidden", [1, 10, 70])
@pytest.mark.parametrize(("batch", "sequences"), [(1, 3), (2, 3), (2, 1), (5, 3)])
def test_the_layout_and_the_updates_are_those_of_the_trainer(
    symbols: int, hidden: int, batch: int, sequences: int
) -> None:
    options = {"symbols": symbols, "hidden": hidden, "batch": batch, "sequences": sequences}
    config = Config.of(length=2, **options)
    trainer = Trainer(config)
    assert config.layout == trainer.layout
    assert config.updates_per_epoch == trainer.updates_per_epoch
    assert optimizer_vectors(config) == len(trainer.state.optimizer)


def test_stored_vectors_do_not_depend_on_the_layout() -> None:
    stacked, plain = (Trainer(Config.of(batch=batch, hidden=40)) for batch in (1, 10))
    assert stacked.layout != plain.layout
    packed = pack(stacked.config, [stacked.state.parameters])
    assert packed.tobytes() == pack(plain.config, [plain.state.parameters]).tobytes()
    for trainer in (stacked, plain):
        (vector,) = unpack(trainer.config, packed)
        assert vector.tobytes() == trainer.state.parameters.tobytes()
        w = trainer.parameters_of(trainer.state).notebook("W")
        assert (packed[0, : w.size].reshape(w.shape) == w).all()


CONFIGS = st.builds(
    Config.of,
    symbols=st.integers(2, 4), length=st.integers(1, 5), sequences=st.integers(1, 6),
    hidden=st.integers(1, 4), batch=st.integers(1, 3), seed=st.integers(0, 1 << 80),
    lr=st.floats(1e-12, 1e6), clip=st.none() | st.floats(1e-300, 1e300),
    hold=st.none() | st.just("U, b_h[0]"),
    dtype=st.sampled_from(["float64", "float32"]), init=st.sampled_from(["normal", "scaled"]),
)  # fmt: skip
EPOCHS = st.integers(0, 1 << 40)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    **{name: st.just(value) for name, value in default_settings().items()},
    "lr": st.floats(1e-12, 1e6),
    "hold": st.none() | st.sampled_from(["W", "V[0]", "U[0, 0], b_o"]),
    "clip": st.none() | st.floats(1e-300, 1e300),
}


@st.composite
def runs(draw: st.DrawFn) -> RunState:
    config = draw(CONFIGS)
    updates = config.updates_per_epoch
    noise = np.random.default_rng(draw(st.integers(0, 1 << 32)))

    def vector() -> Any:
        numbers = noise.standard_normal((1, packed_size(config.layout))).astype(config.dtype)
        return next(unpack(config, numbers * draw(st.sampled_from([1, 0, 1e-300, 1e30]))))

    def state(epoch: int) -> State:
        loss, accuracy = draw(st.floats()), draw(st.floats(0, 1) | st.just(math.nan))
        previous = vector() if draw(st.booleans()) else None
        return State(epoch, vector(), previous, (), loss, accuracy)

    position = st.builds(Position, EPOCHS, st.integers(0, updates))
    kinds = [*VALUES.items(), (ZERO, st.sampled_from(["b_h", "U[0]", "U[0, 0], V"]))]
    changes = st.one_of(st.builds(Change, position, st.just(n), values) for n, values in kinds)
    branches: list[BranchState] = []
    for number in range(draw(st.integers(1, 4))):
        parent = draw(st.sampled_from(branches)) if branches else None
        known = () if parent is None else parent.interventions
        kept = known[: draw(st.integers(0, len(known)))]
        own = draw(st.lists(changes, max_size=6))
        interventions = tuple(sorted([*kept, *own], key=lambda change: change.position))
        last = 0 if parent is None else parent.newest.epoch
        fork = Position(draw(st.integers(0, last)), draw(st.integers(0, updates)) if parent else 0)
        newest = state(draw(st.integers(fork.epoch, 1 << 41)))
        partial = None
        if draw(st.booleans()):
            at = Position(newest.epoch, draw(st.integers(1, updates)))
            partial = Partial(at, vector(), (), (draw(st.floats()), draw(EPOCHS)))
        base = state(fork.epoch) if draw(st.booleans()) else None
        waiting = st.builds(dict[str, Any], **VALUES)
        edits = draw(st.dictionaries(st.integers(0, newest.epoch), waiting, max_size=3))
        branches.append(
            BranchState(
                number, None if parent is None else parent.number, fork, draw(st.text(max_size=9)),
                interventions, base, newest, partial, edits,
            )
        )  # fmt: skip
    current = draw(st.integers(0, len(branches) - 1))
    shown = draw(st.integers(0, branches[current].newest.epoch))
    return RunState(config, tuple(branches), current, shown)


def test_any_run_comes_back(tmp_path: Path, same: Same, effort: int) -> None:
    path = tmp_path / "any-run"

    @settings(max_examples=15 * effort, deadline=None)
    @given(run=runs())
    def comes_back(run: RunState) -> None:
        path.write_bytes(encode_run(run))
        assert same(read_checkpoint(path), run)
        assert encode_run(read_checkpoint(path)) == path.read_bytes()

    comes_back()


def with_changes(run: RunState, count: int, branches: int = 1) -> RunState:
    """A run whose branches share so many interventions."""
    changes = tuple(Change(Position(i, i % 3), "lr", 0.1 + i % 2) for i in range(count))
    first = replace(run.branches[0], interventions=changes)
    forks = [replace(first, number=n, parent=0, partial=None) for n in range(1, branches)]
    return replace(run, branches=(first, *forks), current=0)


@pytest.mark.parametrize("count", few([8_000, 40_000], 1))
def test_a_long_journal_is_read_back_in_little_time_and_space(
    tmp_path: Path, run: RunState, count: int
) -> None:
    many = with_changes(run, count, branches=10)
    path = tmp_path / "run"
    path.write_bytes(encode_run(many))
    assert path.stat().st_size < 50 * count
    tracemalloc.start()
    try:
        found = read_checkpoint(path)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 1250 * count
    expected = many.branches[0].interventions
    assert all(branch.interventions == expected for branch in found.branches)


def test_more_than_can_be_read_again_is_refused_when_it_is_written(run: RunState) -> None:
    too_long = {
        "changes": with_changes(run, 100_001),
        "shared changes": with_changes(run, 50_000, branches=11),
        "names": replace(run, branches=(replace(run.branches[0], name="x" * 5_000_000),)),
    }
    for many in too_long.values():
        with pytest.raises(StoreError, match="cannot save the run: it"):
            encode_run(many)
