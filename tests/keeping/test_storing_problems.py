"""A disk that takes nothing: the user chooses how to go on, and what was saved stays."""

import errno
import json
import os
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Condition
from typing import Any

import numpy as np
import pytest

from rnn_tui.runs.opening import Opening
from rnn_tui.session import commands as c
from rnn_tui.session import session as session_module
from rnn_tui.session.run import Run
from rnn_tui.session.session import Session
from rnn_tui.session.snapshot import Snapshot
from rnn_tui.storage.checkpoint import latest
from rnn_tui.storage.checkpoint.latest import load_run
from rnn_tui.storage.curve.writer import HistoryWriter
from rnn_tui.storage.disk.durable import write_durably
from rnn_tui.storage.disk.errors import UnwritableFile
from rnn_tui.storage.library.store import Store
from rnn_tui.training.config import Config
from rnn_tui.training.trainer import State

DEADLINE = 30.0  # seconds; far beyond what anything here takes
Straight = Callable[[Config, int], State]


class Screen:
    """Sends commands and waits until a snapshot shows what it expects."""

    def __init__(self, run: Run) -> None:
        self.run, self.session, self.told = run, Session(run), Condition()
        self.session.notify = self._notified
        self.session.start()

    def _notified(self) -> None:
        with self.told:
            self.told.notify_all()

    def send(self, *commands: c.Command) -> None:
        for command in commands:
            self.session.send(command)

    def until(self, expected: Callable[[Snapshot], bool]) -> Snapshot:
        end = time.monotonic() + DEADLINE
        while time.monotonic() < end:
            snapshot = self.session.snapshot
            if snapshot is not None and expected(snapshot):
                return snapshot
            assert self.session.failure is None, self.session.failure
            self.session.request()
            with self.told:
                self.told.wait(0.002)
        raise AssertionError(f"not in time; the last was {self.session.snapshot}")

    def until_epoch(self, epoch: int) -> Snapshot:
        return self.until(lambda shown: shown.observation.epoch >= epoch)

    def until_told(self, words: str) -> Snapshot:
        return self.until(lambda shown: shown.notice is not None and words in shown.notice.text)

    def leave(self) -> bool:
        """Whether all is on disk."""
        assert self.session.stop(DEADLINE)
        return self.run.recording.finish(self.run.navigator, DEADLINE)


class Disk:
    """Full, or not."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
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


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Disk:
    return Disk(monkeypatch)


@pytest.fixture
def screen(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Run], Screen]]:
    monkeypatch.setattr(session_module, "SAVE_EVERY", 0.02)
    screens: list[Screen] = []

    def make(run: Run) -> Screen:
        screens.append(Screen(run))
        screens[-1].send(c.ChangePace(+99))
        return screens[-1]

    yield make
    for one in screens:
        one.leave()


def folder_of(root: Path) -> Path:
    (folder,) = (root / "runs").iterdir()
    return folder


def require_offer(snapshot: Snapshot, reason: str) -> int:
    """Paused, one line; the epoch."""
    notice = snapshot.notice
    assert notice is not None and notice.severity == "error" and notice.text.isprintable()
    assert notice.text.startswith("the run is not being stored: ") and reason in notice.text
    assert notice.text.endswith("space goes on without storing, ctrl+s tries again")
    assert snapshot.activity == "paused"
    return snapshot.observation.epoch


NOT_STORED = "is not being stored"


def test_a_full_disk_pauses_and_one_may_go_on_without_storing(
    root: Path, small: Config, screen: Callable[[Run], Screen], disk: Disk, straight: Straight
) -> None:
    shown = screen(Opening(Store(root)).new(small))
    shown.send(c.Step(50))
    saved = shown.until_epoch(50)
    assert shown.run.recording.name is not None
    shown.until(lambda _: (folder_of(root) / "checkpoint.safetensors").exists())
    shown.send(c.Save())
    disk.full = True
    shown.send(c.Toggle())
    epoch = require_offer(shown.until_told(NOT_STORED), "No space left on device")
    assert epoch >= saved.observation.epoch
    assert load_run(folder_of(root)).note is None
    shown.send(c.Toggle())
    shown.until_epoch(epoch + 200)
    shown.send(c.Pause())
    paused = shown.until(lambda seen: seen.activity == "paused")
    assert paused.notice is not None and NOT_STORED in paused.notice.text  # and nothing new
    before = load_run(folder_of(root)).run.branches[0].newest
    assert np.array_equal(before.parameters, straight(small, before.epoch).parameters)
    disk.full = False
    shown.send(c.Save())
    newest = paused.observation.newest
    shown.until(lambda _: load_run(folder_of(root)).run.branches[0].newest.epoch == newest)
    assert shown.leave()
    again, note = Opening(Store(root)).resume(None)
    assert (note, again.navigator.epoch) == (None, newest)
    assert again.navigator.timeline.curve.epochs == newest
    again.recording.finish(again.navigator, DEADLINE)


def test_a_removed_folder_pauses_and_is_written_to_once_it_is_back(
    root: Path, small: Config, screen: Callable[[Run], Screen]
) -> None:
    shown = screen(Opening(Store(root)).new(small))
    shown.send(c.Step(50))
    shown.until_epoch(50)
    folder, aside = folder_of(root), root / "aside"
    shown.until(lambda _: (folder / "checkpoint.safetensors").exists())
    folder.rename(aside)
    shown.send(c.Toggle())
    epoch = require_offer(shown.until_told(NOT_STORED), "was removed; put it back")
    assert load_run(aside).note is None
    aside.rename(folder)
    shown.send(c.Save())
    shown.until(lambda _: load_run(folder).run.branches[0].newest.epoch >= epoch)
    assert shown.leave()


def test_a_store_that_cannot_be_made_pauses_and_is_tried_again(
    root: Path, small: Config, screen: Callable[[Run], Screen], straight: Straight
) -> None:
    root.write_bytes(b"")
    shown = screen(Opening(Store()).new(small))
    shown.send(c.Toggle())
    epoch = require_offer(shown.until_told(NOT_STORED), f"cannot write {root}")
    shown.send(c.Toggle())
    shown.until_epoch(epoch + 100)
    shown.send(c.Pause())
    shown.until(lambda seen: seen.activity == "paused")
    root.unlink()
    shown.send(c.Save(), c.Step(20))
    newest = shown.until_epoch(epoch + 100).observation.newest
    shown.until(lambda seen: seen.observation.newest > newest or seen.activity == "paused")
    assert shown.leave()
    again, note = Opening(Store(root)).resume(None)
    assert note is None
    state = again.navigator.state
    assert np.array_equal(state.parameters, straight(small, state.epoch).parameters)
    assert again.navigator.timeline.curve.epochs == state.epoch
    again.recording.finish(again.navigator, DEADLINE)


def test_training_without_a_screen_goes_on_and_says_so_and_ends_with_4(
    run: Callable[..., tuple[int, str, str]], root: Path, options: list[str], disk: Disk
) -> None:
    disk.full = True
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


def test_storing_goes_on_by_itself_once_space_is_free_and_says_so(
    root: Path, small: Config, screen: Callable[[Run], Screen], disk: Disk
) -> None:
    shown = screen(Opening(Store(root)).new(small))
    shown.send(c.Step(50))
    shown.until_epoch(50)
    shown.until(lambda _: (folder_of(root) / "checkpoint.safetensors").exists())
    disk.full = True
    shown.send(c.Toggle())
    epoch = require_offer(shown.until_told(NOT_STORED), "No space left on device")
    assert shown.run.recording.failing
    disk.full = False
    shown.send(c.Toggle())  # nothing asks for it to be tried again
    shown.until_told("the run is being stored again")
    shown.until(lambda _: load_run(folder_of(root)).run.branches[0].newest.epoch > epoch)
    assert not shown.run.recording.failing
    shown.send(c.Pause())
    newest = shown.until(lambda seen: seen.activity == "paused").observation.newest
    shown.until(lambda _: load_run(folder_of(root)).run.branches[0].newest.epoch == newest)
    assert shown.leave()


def test_a_place_for_the_run_is_looked_for_again_by_itself(
    root: Path, small: Config, screen: Callable[[Run], Screen]
) -> None:
    root.write_bytes(b"")
    shown = screen(Opening(Store()).new(small))
    shown.send(c.Toggle())
    require_offer(shown.until_told(NOT_STORED), f"cannot write {root}")
    root.unlink()
    shown.send(c.Toggle())
    shown.until(lambda _: shown.run.recording.name is not None)
    shown.send(c.Pause())
    newest = shown.until(lambda seen: seen.activity == "paused").observation.newest
    assert shown.leave()
    again, note = Opening(Store(root)).resume(None)
    assert (note, again.navigator.timeline.curve.epochs) == (None, newest)
    again.recording.finish(again.navigator, DEADLINE)


def test_the_last_line_says_up_to_which_epoch_a_run_is_stored(
    run: Callable[..., tuple[int, str, str]], options: list[str], disk: Disk
) -> None:
    assert run("train", *options, "--epochs", "20")[0] == 0
    disk.full = True
    code, out, _ = run("train", "--resume", "--epochs", "30")
    assert code == 4 and "not stored to its end, only up to epoch 20 ·" in out
