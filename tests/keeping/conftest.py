"""Runs that are kept, killed and resumed: small ones, on a disk as quick as there is."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from rnn_tui.storage.curve.reader import HistoryReader
from rnn_tui.storage.disk.names import HISTORY
from rnn_tui.training.config import Config

SMALL = Config.of(hidden=3, length=3, sequences=4, batch=2, lr=0.05)


@pytest.fixture
def small() -> Config:
    return SMALL


@pytest.fixture(scope="session")
def options() -> list[str]:
    """The same, for the command line."""
    return [f"--{name}={SMALL.to_json()[name]}" for name in
            ("hidden", "length", "sequences", "batch", "lr")]  # fmt: skip


@pytest.fixture
def quick_disk() -> Iterator[Path]:
    """A folder in memory, where there is such a thing: a sync costs nothing there."""
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if os.access(memory, os.W_OK) else None) as name:
        yield Path(name)


@pytest.fixture(autouse=True)
def root(quick_disk: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where runs are kept, for processes too: nothing of the person's own is touched.

    Nor is the folder that the tests were started in, where ctrl+s would write.
    """
    folder = quick_disk / "home"
    monkeypatch.chdir(quick_disk)
    monkeypatch.setenv("RNN_TUI_HOME", str(folder))
    monkeypatch.setenv("PYTHONWARNINGS", "error")
    return folder


@pytest.fixture
def start() -> Iterator[Callable[..., "subprocess.Popen[str]"]]:
    """Starts Python with its own pipes; whatever still runs at the end is killed."""
    started: list[subprocess.Popen[str]] = []

    def popen(*arguments: str) -> "subprocess.Popen[str]":
        pipe = subprocess.PIPE
        command = [sys.executable, *arguments]
        process = subprocess.Popen(command, text=True, stdin=pipe, stdout=pipe, stderr=pipe)
        started.append(process)
        return process

    yield popen
    for process in started:
        process.kill()
        process.communicate()


@pytest.fixture(scope="session")
def require_history(require_whole: Callable[[Path], None]) -> Callable[[Path, int], None]:
    """The history of a run has no problem, and every epoch once."""

    def require(folder: Path, epochs: int) -> None:
        require_whole(folder / HISTORY)
        with HistoryReader(folder / HISTORY) as history:
            assert np.array_equal(history.epochs(0).epochs, np.arange(1, epochs + 1))

    return require
