"""The command line as a process, and a run that it finds on disk."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from rnn_tui.storage.library.store import Store
from rnn_tui.timeline.recorder import EpochRecord
from rnn_tui.timeline.run_state import BranchState, RunState
from rnn_tui.training.config import Config
from rnn_tui.training.journal import Change, Position
from rnn_tui.training.trainer import Trainer


@pytest.fixture(autouse=True)
def store(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where runs are kept, for processes too: nothing of the person's own is touched."""
    folder = tmp_path_factory.mktemp("store") / "made when needed"
    monkeypatch.setenv("RNN_TUI_HOME", str(folder))
    return folder


@pytest.fixture
def environment(store: Path) -> dict[str, str]:
    """A process that prints at once, with warnings as errors."""
    return dict(os.environ, PYTHONUNBUFFERED="1", PYTHONWARNINGS="error")


@pytest.fixture
def start(environment: dict[str, str]) -> Callable[..., "subprocess.Popen[str]"]:
    """Starts rnn-tui with its own pipes."""

    def popen(*arguments: str, **options: Any) -> "subprocess.Popen[str]":
        pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        command = [sys.executable, "-m", "rnn_tui", *arguments]
        return subprocess.Popen(command, **{"env": environment, "text": True} | pipes | options)

    return popen


@pytest.fixture
def finished(store: Path) -> Callable[[], str]:
    """Makes a run of three epochs with an intervention, on disk; its id."""

    def make() -> str:
        trainer = Trainer(Config.of(length=3, sequences=2, hidden=3))
        with Store().create(trainer.config) as folder:
            recorder = folder.recorder()
            for epoch in (1, 2, 3):
                trainer.advance()
                recorder.record(EpochRecord(0, epoch, 1.25, 0.5, 0.001))
            changes = (Change(Position(2), "lr", 0.002),)
            branch = BranchState(0, None, Position(0), "first", changes, None, trainer.state, None)
            recorder.save(RunState(trainer.config, (branch,), 0, 3))
            assert recorder.close(20)
            return folder.id

    return make
