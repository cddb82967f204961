"""A recorder that is killed leaves a checkpoint and a history without gaps."""

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from rnn_tui.storage.checkpoint.latest import load_run
from rnn_tui.storage.disk.names import HISTORY
from rnn_tui.storage.disk.temporaries import sweep_temporaries
from tests.storage.stored import killed, stored_epochs

TRAINING = """
import sys
from pathlib import Path
from threading import Event
from rnn_tui.storage.writing.recorder import RunRecorder
from rnn_tui.training.config import Config
from rnn_tui.training.journal import Position
from rnn_tui.timeline.recorder import EpochRecord
from rnn_tui.timeline.run_state import BranchState, RunState
from rnn_tui.training.trainer import Trainer
trainer = Trainer(Config.of(length=3, sequences=2))
recorder = RunRecorder(Path(sys.argv[1]), interval=0.01)
for epoch in range(1, 10**9):
    state = trainer.advance()
    recorder.record(EpochRecord(0, epoch, state.training_loss, state.training_accuracy, 0.001))
    if epoch % 20 == 0:
        branch = BranchState(0, None, Position(0), "main", (), None, state, None)
        recorder.save(RunState(trainer.config, (branch,), 0, epoch))
        if epoch % 60 == 0:
            while recorder.pending:
                Event().wait(0.001)
            print(epoch, flush=True)
"""


@pytest.mark.parametrize("campaign", range(3))
def test_a_kill_at_any_moment_leaves_a_checkpoint_and_a_history_without_gaps(
    tmp_path: Path,
    campaign: int,
    effort: int,
    start: Callable[..., Any],
    require_whole: Callable[[Path], None],
) -> None:
    chance = random.Random(campaign + 10 * effort)
    for attempt in range(effort):
        folder = tmp_path / str(attempt)
        folder.mkdir()
        process = start(TRAINING, str(folder))
        assert process.stdout is not None and process.stdout.readline()
        told = max([60, *killed(process, chance, 15)])
        loaded = load_run(folder)
        found = stored_epochs(folder)
        require_whole(folder / HISTORY)
        assert loaded.note is None
        epoch = loaded.run.branches[0].newest.epoch
        assert found == list(range(1, len(found) + 1))
        assert len(found) >= max(told, epoch), "a checkpoint is never ahead of the history"
        assert epoch >= told - told % 20
        sweep_temporaries(folder)
        names = {path.name for path in folder.iterdir()}
        assert {name for name in names if name.startswith(".")} == set()
