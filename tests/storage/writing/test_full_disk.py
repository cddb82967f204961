"""A disk that takes nothing: what waits is bounded, tried again, and written once it can be."""

import errno
from pathlib import Path
from typing import Any

import pytest

from rnn_tui.storage.checkpoint.latest import load_run
from rnn_tui.storage.disk.errors import unwritable
from rnn_tui.storage.writing import backlog
from rnn_tui.storage.writing.recorder import RunRecorder
from rnn_tui.timeline.run_state import RunState
from tests.storage.stored import SOON, Epochs, Until, stored_epochs


class FullDisk:
    """A disk on which nothing can be written while ``full``."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.full, self.attempts = True, 0
        real_save, real_history = backlog.save_run, backlog.HistoryWriter.write

        def save(*args: Any, **options: Any) -> None:
            if self.full:
                raise unwritable("x/checkpoint", OSError(errno.ENOSPC, "No space left"))
            real_save(*args, **options)

        def write(*args: Any, **options: Any) -> None:
            if self.full:
                self.attempts += 1
                raise unwritable("x/history", OSError(errno.ENOSPC, "No space left"))
            real_history(*args, **options)

        monkeypatch.setattr(backlog, "save_run", save)
        monkeypatch.setattr(backlog.HistoryWriter, "write", write)


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> FullDisk:
    return FullDisk(monkeypatch)


def test_a_full_disk_is_told_once_and_everything_is_written_later(
    tmp_path: Path, recorder: RunRecorder, run: RunState, disk: FullDisk, epochs: Epochs,
    until: Until,
) -> None:  # fmt: skip
    recorder.save(run)
    for record in epochs(1, 10):
        recorder.record(record)
    until(lambda: recorder.failing)
    problem = recorder.problem()
    assert problem is not None and problem.isprintable()
    assert problem.startswith("the run is not being stored: cannot write x/history: No space left")
    assert recorder.problem() is None
    recorder.retry()
    until(lambda: recorder.failing)
    assert recorder.problem() is not None
    disk.full = False
    recorder.record(epochs(11, 11)[0])
    recorder.retry()
    until(lambda: not recorder.pending)
    assert not recorder.failing
    assert stored_epochs(tmp_path) == list(range(1, 12))
    assert load_run(tmp_path).run.shown_epoch == 3


class Clock:
    """A clock that goes on when it is told to, and counts how often it is looked at."""

    def __init__(self) -> None:
        self.now, self.looked = 0.0, 0

    def __call__(self) -> float:
        self.looked += 1
        return self.now


def test_what_failed_is_tried_again_less_and_less_often_and_at_least_every_4_seconds(
    tmp_path: Path, disk: FullDisk, epochs: Epochs, until: Until
) -> None:
    clock = Clock()
    recorder = RunRecorder(tmp_path, interval=0.001, clock=clock)
    recorder.record(epochs(1, 1)[0])

    def attempts_at(now: float) -> int:
        clock.now = now
        looked = clock.looked
        until(lambda: clock.looked > looked + 10)
        return disk.attempts

    found = [attempts_at(now) for now in (0.0, 0.9, 1.0, 2.9, 3.0, 6.9, 7.0, 10.9, 11.0)]
    assert found == [1, 1, 2, 2, 3, 3, 4, 4, 5]
    disk.full = False
    clock.now = 15.0  # space is free: it is stored again without being asked to
    until(lambda: not recorder.pending)
    assert recorder.close(SOON)
    problems = [recorder.problem() for _ in range(3)]
    assert problems[1:] == ["the run is being stored again", None]
    assert stored_epochs(tmp_path) == [1]


def test_what_waits_for_a_full_disk_is_bounded(
    tmp_path: Path, disk: FullDisk, epochs: Epochs, until: Until
) -> None:
    recorder = RunRecorder(tmp_path, interval=0.01, most=100)
    for record in epochs(1, 1_000):
        recorder.record(record)
    until(lambda: recorder.failing and len(recorder._backlog._epochs) == 100)
    disk.full = False
    assert recorder.close(SOON)
    assert stored_epochs(tmp_path) == list(range(901, 1_001))


def test_a_disk_that_stays_full_does_not_keep_one_from_leaving(
    tmp_path: Path, run: RunState, disk: FullDisk
) -> None:
    assert disk.full
    recorder = RunRecorder(tmp_path, interval=0.01)
    recorder.save(run)
    assert not recorder.close(SOON)
    assert recorder.problem() is not None
    assert not recorder._thread.is_alive()


def test_a_removed_folder_is_told_and_is_not_made_again(
    tmp_path: Path, run: RunState, epochs: Epochs, until: Until
) -> None:
    folder, aside = tmp_path / "run", tmp_path / "aside"
    folder.mkdir()
    recorder = RunRecorder(folder, interval=0.01)
    recorder.record(epochs(1, 1)[0])
    recorder.save(run)
    until(lambda: not recorder.pending)
    folder.rename(aside)
    recorder.record(epochs(2, 2)[0])
    recorder.save(run)
    until(lambda: recorder.failing)
    problem = recorder.problem()
    assert problem is not None and "was removed; put it back" in problem
    assert not folder.exists()
    assert stored_epochs(aside) == [1]
    aside.rename(folder)
    assert recorder.close(SOON)
    assert stored_epochs(folder) == [1, 2]
