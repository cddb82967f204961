"""A run that version 0.1.0 kept goes on where it was."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from rnn_tui.runs.opening import Opening
from rnn_tui.session import commands as c
from rnn_tui.session.run import Run
from rnn_tui.storage.checkpoint.latest import load_run
from rnn_tui.storage.library.store import Store
from rnn_tui.timeline.run_state import BranchState, RunState, journal_of
from rnn_tui.training.settings.table import default_settings
from rnn_tui.training.trainer import State, Trainer

SOON = 30.0  # seconds; far beyond what anything here takes
BRANCHY, PLAIN = "successor-seed0-20260101-000000", "successor-seed0-20261126-170459"


@pytest.fixture
def store(store_of_0_1_0: Path, quick_disk: Path) -> Store:
    """On a quick disk."""
    return Store(shutil.copytree(store_of_0_1_0, quick_disk / "store of 0.1.0"))


def do(run: Run, *commands: c.Command) -> None:
    for command in commands:
        run.execute(command)
        while not run.navigator.resting:
            run.work(lambda: None)


def trained_on(run: RunState, branch: BranchState, epoch: int) -> State:
    """The branch at a later epoch, by a trainer with nothing around it."""
    trainer = Trainer(run.config)
    trainer.journal = journal_of(run, branch)
    trainer.restore(branch.newest, branch.partial)
    while trainer.epoch < epoch:
        trainer.advance()
    return trainer.state


def test_it_goes_on_where_it_was(store: Store) -> None:
    run, note = Opening(store).resume(BRANCHY)
    assert note is None
    do(run)
    navigator = run.navigator
    assert (navigator.timeline.number, navigator.epoch) == (2, 22)
    assert navigator.timeline.newest == 31
    assert [timeline.name for timeline in navigator.timelines][1] == "slower ✓"


@pytest.mark.parametrize("number", range(7))
def test_every_branch_goes_on_with_the_same_bits(store: Store, number: int) -> None:
    kept = load_run(store.find(BRANCHY)).run
    branch = kept.branches[number]
    run, _ = Opening(store).resume(BRANCHY)
    do(run, c.Visit(number), c.GoTo(40))
    expected = trained_on(kept, branch, 40)
    assert run.navigator.epoch == 40
    assert run.navigator.state.parameters.tobytes() == expected.parameters.tobytes()
    assert run.navigator.state.training_loss == expected.training_loss
    assert run.recording.finish(run.navigator, SOON) and run.recording.problem() is None
    again = load_run(store.find(BRANCHY)).run
    assert again.branches[number].newest.parameters.tobytes() == expected.parameters.tobytes()


def test_its_past_is_there_also_without_states_kept_of_it(store: Store) -> None:
    kept = load_run(store.find(PLAIN)).run
    run, _ = Opening(store).resume(PLAIN)
    do(run, c.GoTo(17))
    trainer = Trainer(kept.config)
    for _ in range(17):
        trainer.advance()
    assert np.array_equal(run.navigator.state.parameters, trainer.state.parameters)
    assert run.navigator.timeline.curve.epochs == 40


def test_settings_that_waited_wait_for_their_update(store: Store) -> None:
    run, _ = Opening(store).resume(BRANCHY)
    do(run, c.Visit(0), c.GoTo(8))
    assert run.navigator.settings == {**default_settings(), "lr": 0.5, "clip": 1.0}
    do(run, c.GoTo(15))
    assert run.navigator.settings == {**default_settings(), "lr": 0.1, "clip": 2.0}
    do(run, c.Step(1))
    assert run.navigator.timeline.number == 7  # with the update a branch began
    assert run.navigator.timeline.journal.changes[-1].value == 2.0


def test_the_version_of_its_engine_is_kept(store: Store) -> None:
    run, _ = Opening(store).resume(PLAIN)
    do(run, c.Step(1))
    run.navigator.engine = 99
    assert run.recording.finish(run.navigator, SOON)
    again, _ = Opening(store).resume(PLAIN)
    assert again.navigator.engine == 99
    do(again, c.GoTo(42))
    assert again.recording.finish(again.navigator, SOON)
    assert load_run(store.find(PLAIN)).run.engine == 99
