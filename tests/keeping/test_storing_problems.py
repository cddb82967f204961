"""A disk that takes nothing: the run pauses once, the user goes on, and what was saved stays."""

import errno
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rnn_tui.runs.opening import Opening
from rnn_tui.session import checkpoints
from rnn_tui.session import commands as c
from rnn_tui.session.snapshot import Snapshot
from rnn_tui.storage.checkpoint import latest
from rnn_tui.storage.checkpoint.latest import load_run
from rnn_tui.storage.curve.writer import HistoryWriter
from rnn_tui.storage.disk.durable import write_durably
from rnn_tui.storage.disk.errors import UnwritableFile
from rnn_tui.storage.library.store import Store
from rnn_tui.storage.writing import recorder
from rnn_tui.training.config import Config
from tests.keeping.kept import folder_of, leave, resumed
from tests.session.playing import UNLIMITED, Driver, straight


class FullDisk:
    """Full, or not."""

    reason = "No space left on device"
    has_begun_to_store = True

    def __init__(self, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.full = False
        monkeypatch.setattr(latest, "write_durably", self._unless_full(write_durably))
        monkeypatch.setattr(HistoryWriter, "write", self._unless_full(HistoryWriter.write))

    def _unless_full(self, real: Callable[..., None]) -> Callable[..., None]:
        def call(*arguments: Any, **options: Any) -> None:
            if self.full:
                cause = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
                raise UnwritableFile("a file", cause)
            real(*arguments, **options)

        return call

    def begin(self) -> None:
        self.full = True

    def end(self) -> None:
        self.full = False


class RemovedFolder:
    """Somebody moves the folder of the run away, and brings it back."""

    reason = "was removed; put it back"
    has_begun_to_store = True

    def __init__(self, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self._root = root

    def begin(self) -> None:
        self._folder, self._aside = folder_of(self._root), self._root / "aside"
        self._folder.rename(self._aside)

    def end(self) -> None:
        assert load_run(self._aside).note is None
        self._aside.rename(self._folder)


class NoPlace:
    """Where the store should be is a file."""

    has_begun_to_store = False

    def __init__(self, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self._root, self.reason = root, f"cannot write {root}"

    def begin(self) -> None:
        self._root.write_bytes(b"")

    def end(self) -> None:
        self._root.unlink()


Trouble = FullDisk | RemovedFolder | NoPlace


@pytest.fixture
def disk(root: Path, monkeypatch: pytest.MonkeyPatch) -> FullDisk:
    return FullDisk(root, monkeypatch)


@pytest.fixture(params=[FullDisk, RemovedFolder, NoPlace])
def trouble(request: pytest.FixtureRequest, root: Path, monkeypatch: pytest.MonkeyPatch) -> Trouble:
    made: Trouble = request.param(root, monkeypatch)
    return made


def require_offer(snapshot: Snapshot, reason: str) -> int:
    """Paused, and told in one line; the epoch."""
    notice = snapshot.notice
    assert notice is not None and notice.severity == "error" and notice.text.isprintable()
    assert notice.text.startswith("the run is not being stored: ") and reason in notice.text
    assert notice.text.endswith(" · space continues, ctrl+s tries again at once")
    assert snapshot.activity == "paused"
    return snapshot.observation.epoch


@pytest.mark.parametrize("asked", [True, False], ids=["ctrl+s", "by itself"])
def test_a_run_that_cannot_be_stored_pauses_once_and_is_all_stored_when_it_can_be(
    root: Path, small: Config, trouble: Trouble, asked: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checkpoints, "SAVE_EVERY", 0.02)
    for delay in ("FIRST_DELAY", "LONGEST_DELAY"):
        monkeypatch.setattr(recorder, delay, 1e6 if asked else 0.02)
    driver = Driver(Opening(Store()).new(small)).start().send(UNLIMITED)
    recording = driver.session.run.recording
    if trouble.has_begun_to_store:
        driver.send(c.Step(50)).until(lambda _: recording.stored_epoch == 50)
    trouble.begin()
    epoch = require_offer(driver.send(c.Run()).done(), trouble.reason)
    driver.send(c.Run()).until(lambda shown: shown.observation.epoch >= epoch + 100)
    paused = driver.send(c.Pause()).done()
    assert paused.notice is None and not paused.is_stored
    trouble.end()
    driver.send(c.Save() if asked else c.Run()).until(lambda shown: shown.is_stored)
    newest = driver.send(c.Pause()).done().observation.newest
    driver.until(lambda shown: shown.is_stored and recording.stored_epoch == newest)
    leave(driver.stopped().run)
    again = resumed(root)
    state = again.navigator.state
    assert state.epoch == again.navigator.timeline.curve.epochs == newest
    assert np.array_equal(state.parameters, straight(small, newest).parameters)
    leave(again)


def test_training_without_a_screen_goes_on_and_says_so_and_ends_with_4(
    run: Callable[..., tuple[int, str, str]], root: Path, options: list[str], disk: FullDisk
) -> None:
    disk.begin()
    code, out, err = run("train", *options, "--epochs", "30")
    assert code == 4 and out.startswith("epoch 30 · ") and "not stored to its end" in out
    (line,) = err.splitlines()
    assert line.startswith("rnn-tui: the run is not being stored: ")
    assert "No space left on device" in line
    shutil.rmtree(root)
    root.write_bytes(b"")
    code, out, err = run("train", *options, "--epochs", "30")
    assert code == 4 and out.startswith("epoch 30 · ")
    (line,) = err.splitlines()
    assert line.startswith("rnn-tui: the run is not being stored: cannot write ")
    code, out, _ = run("train", *options, "--epochs", "30", "--json")
    assert code == 4 and json.loads(out)["stored"] is False


def test_training_tells_whether_it_was_stored(
    run: Callable[..., tuple[int, str, str]], options: list[str]
) -> None:
    code, out, _ = run("train", *options, "--epochs", "3", "--json")
    assert code == 0 and json.loads(out)["stored"] is True
    code, out, _ = run("train", *options, "--epochs", "3", "--json", "--no-store")
    assert code == 0 and json.loads(out)["stored"] is False


def test_the_last_line_says_up_to_which_epoch_a_run_is_stored(
    run: Callable[..., tuple[int, str, str]], options: list[str], disk: FullDisk
) -> None:
    assert run("train", *options, "--epochs", "20")[0] == 0
    disk.begin()
    code, out, _ = run("train", "--resume", "--epochs", "30")
    assert code == 4 and "not stored to its end, only up to epoch 20 ·" in out
