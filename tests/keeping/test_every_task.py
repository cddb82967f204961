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
from tests.keeping.kept import leave, resumed
from tests.session.playing import do, straight
from tests.training.trained import same


@pytest.mark.parametrize("cell", CELLS)
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
