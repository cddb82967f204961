"""Every task with every cell: trained, left, resumed and repeated with the same bits."""

from pathlib import Path

import pytest

from rnn_tui.model.cells import CELLS
from rnn_tui.runs.replay import Replay
from rnn_tui.session import commands as c
from rnn_tui.session.run import Run
from rnn_tui.storage.library.store import Store
from rnn_tui.tasks.registry import TASKS
from rnn_tui.timeline.navigator import Navigator
from rnn_tui.training.config import Config
from rnn_tui.training.trainer import Trainer
from tests.amounts import few
from tests.keeping.kept import leave, resumed
from tests.session.playing import do, straight
from tests.training.trained import same


def test_what_cannot_be_solved_is_not_by_a_run_that_is_resumed_or_forks(root: Path) -> None:
    store = Store(root)
    config = Config.of(task="anbn", length=3, sequences=1, optimizer="adam", lr=0.1)
    run = Run(
        Navigator(Trainer(config)),
        open_recorder=lambda it: store.create(it.trainer.config).recorder(),
    )
    leave(do(run, c.GoTo(30)))
    again = do(resumed(root), c.GoTo(31), c.GoTo(25), c.ScaleRate(2), c.Step(15))
    assert len(again.navigator.timelines) == 2
    assert all(
        state.training_accuracy == 1 for state in (run.navigator.state, again.navigator.state)
    )
    assert {timeline.curve.first_solved for timeline in again.navigator.timelines} == {None}
    leave(again)


@pytest.mark.parametrize("cell", few(reversed(CELLS), 1))
@pytest.mark.parametrize("task", TASKS)
def test_a_run_of_it_learns_and_goes_on_and_is_repeated_as_if_never_left(
    task: str, cell: str, root: Path
) -> None:
    config = Config.of(
        task=task, cell=cell, hidden=4, batch=4, valid=0.5, optimizer="adam", lr=0.01, init="scaled"
    )
    store = Store(root)
    run = Run(
        Navigator(Trainer(config)),
        open_recorder=lambda it: store.create(it.trainer.config).recorder(),
    )
    first = do(run, c.GoTo(1)).navigator.state
    leave(do(run, c.GoTo(3)))
    again = do(resumed(root), c.GoTo(6), c.GoTo(2), c.GoTo(6))
    last = again.navigator.state
    assert same(last, straight(config, 6)) and last.training_loss < first.training_loss
    leave(again)
    assert Replay(store, store.newest(), 0).train(6).same
