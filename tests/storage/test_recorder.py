"""Keeping a run: a fault or a crash at any step of a save, a disk that is full, a kill."""

import errno
import os
import random
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from rnn_tui.storage.checkpoint import latest
from rnn_tui.storage.checkpoint.checkpoint import NewerFormat, read_checkpoint
from rnn_tui.storage.checkpoint.latest import load_run, save_run
from rnn_tui.storage.curve.reader import HistoryReader
from rnn_tui.storage.disk import durable as files
from rnn_tui.storage.disk.durable import StoreError, UnwritableFile, sweep_temporaries
from rnn_tui.storage.disk.names import CHECKPOINT, HISTORY, PREVIOUS
from rnn_tui.storage.disk.tensors import WrongTensors, encode
from rnn_tui.storage.writing import backlog as keeper
from rnn_tui.storage.writing.recorder import RunRecorder
from rnn_tui.timeline.recorder import EpochRecord, Recorder
from rnn_tui.timeline.run_state import RunState

STEPS = ("open", "write", "fsync", "close", "replace", "link", "unlink")
SOON = 20.0  # seconds; never reached


class Crash(BaseException):
    """The process ends here."""


class Faults:
    """Counts the system calls of a save, and makes one of them fail."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.calls: list[str] = []
        self.fail_at = -1
        self.error: BaseException = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        self.forever = False
        for name in STEPS:
            monkeypatch.setattr(os, name, self._wrap(name, getattr(os, name)))

    def _wrap(self, name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **options: Any) -> Any:
            now = len(self.calls)
            self.calls.append(name)
            if now == self.fail_at or (self.forever and 0 <= self.fail_at < now):
                if name == "close":
                    real(*args)
                elif name == "write":
                    real(args[0], bytes(args[1])[:100])
                raise self.error
            return real(*args, **options)

        return call


@pytest.fixture
def faults() -> Iterator[Faults]:
    with pytest.MonkeyPatch.context() as monkeypatch:
        yield Faults(monkeypatch)


@pytest.fixture
def recorder(tmp_path: Path) -> Iterator[RunRecorder]:
    recorder = RunRecorder(tmp_path, interval=0.01)
    yield recorder
    recorder.close()


def epochs(first: int, last: int, branch: int = 0) -> list[EpochRecord]:
    return [EpochRecord(branch, n, 0.5, 0.5, 0.1) for n in range(first, last + 1)]


def shown(run: RunState, epoch: int) -> RunState:
    return replace(run, shown_epoch=epoch)


def stored_epochs(folder: Path, branch: int = 0) -> list[int]:
    with HistoryReader(folder / HISTORY) as history:
        assert history.problem() is None
        found: list[int] = history.epochs(branch).epochs.tolist()
        return found


@pytest.mark.parametrize("crash", [False, True], ids=["full disk", "crash"])
def test_a_fault_at_every_step_of_a_save_leaves_a_checkpoint_that_loads(
    tmp_path: Path, run: RunState, faults: Faults, crash: bool
) -> None:
    (tmp_path / "rehearsal").mkdir()
    save_run(tmp_path / "rehearsal", shown(run, 0))
    save_run(tmp_path / "rehearsal", shown(run, 1))
    faults.calls.clear()
    save_run(tmp_path / "rehearsal", shown(run, 2))
    steps = list(faults.calls)
    assert {"open", "write", "fsync", "replace", "link"} <= set(steps)
    found = set()
    for step in range(len(steps)):
        folder = tmp_path / str(step)
        folder.mkdir()
        save_run(folder, shown(run, 0))
        save_run(folder, shown(run, 1))
        if crash:
            faults.error, faults.forever = Crash(), True
        faults.calls.clear()
        faults.fail_at = step
        try:
            save_run(folder, shown(run, 2))
        except UnwritableFile:
            assert not crash
        except Crash:
            assert crash
        faults.fail_at = -1
        newest = read_checkpoint(folder / CHECKPOINT).shown_epoch
        assert newest in (1, 2)
        assert read_checkpoint(folder / PREVIOUS).shown_epoch in (0, 1)
        assert load_run(folder).note is None
        found.add(newest)
        sweep_temporaries(folder)
        save_run(folder, shown(run, 3))
        assert load_run(folder).run.shown_epoch == 3
        assert read_checkpoint(folder / PREVIOUS).shown_epoch == newest
    assert found == {1, 2}


def test_the_checkpoint_before_is_kept_and_used_when_the_newest_is_damaged(
    tmp_path: Path, run: RunState
) -> None:
    save_run(tmp_path, shown(run, 1))
    save_run(tmp_path, shown(run, 2))
    newest = tmp_path / CHECKPOINT
    newest.write_bytes(newest.read_bytes()[:-1])
    loaded = load_run(tmp_path)
    assert loaded.run.shown_epoch == 1
    assert loaded.note is not None and loaded.note.isprintable()
    assert "going on from the checkpoint before it, epoch 3" in loaded.note
    newest.unlink()
    assert load_run(tmp_path).run.shown_epoch == 1
    (tmp_path / PREVIOUS).write_bytes(b"")
    with pytest.raises(StoreError, match=f"{CHECKPOINT}: No such file"):
        load_run(tmp_path)


def test_a_newer_format_and_nan_are_told_instead_of_going_back_silently(
    tmp_path: Path, run: RunState
) -> None:
    save_run(tmp_path, run)
    save_run(tmp_path, run)
    (tmp_path / CHECKPOINT).write_bytes(encode({}, {"format": "rnn-tui run 9"}))
    with pytest.raises(NewerFormat):
        load_run(tmp_path)
    state = run.branches[0].newest
    bad = replace(state, parameters=state.parameters * float("nan"))
    save_run(tmp_path, replace(run, branches=(replace(run.branches[0], newest=bad),), current=0))
    with pytest.raises(WrongTensors, match="allow-nonfinite"):
        load_run(tmp_path)
    assert load_run(tmp_path, allow_nonfinite=True).note is None


def test_a_damaged_newest_checkpoint_never_takes_the_place_of_a_sound_one(
    tmp_path: Path, run: RunState
) -> None:
    save_run(tmp_path, shown(run, 1))
    save_run(tmp_path, shown(run, 2))
    (tmp_path / CHECKPOINT).write_bytes(b"damaged")
    recorder = RunRecorder(tmp_path, load_run(tmp_path).run)
    recorder.save(shown(run, 3))
    assert recorder.close()
    assert read_checkpoint(tmp_path / CHECKPOINT).shown_epoch == 3
    assert read_checkpoint(tmp_path / PREVIOUS).shown_epoch == 1


def test_without_hard_links_a_save_is_still_a_save(
    tmp_path: Path, run: RunState, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any) -> None:
        raise OSError(errno.EPERM, "no links here")

    monkeypatch.setattr(os, "link", refuse)
    for epoch in (1, 2):
        save_run(tmp_path, shown(run, epoch))
        assert load_run(tmp_path).run.shown_epoch == epoch
    assert [path.name for path in tmp_path.iterdir()] == [CHECKPOINT]


def test_everything_recorded_is_on_disk_after_closing(
    tmp_path: Path, recorder: RunRecorder, run: RunState, same: Callable[..., bool]
) -> None:
    protocol: Recorder = recorder
    for record in epochs(1, 5_000):
        protocol.record(record)
    protocol.record_norms(0, 4, {"U": 1.5})
    protocol.save(shown(run, 1))
    protocol.save(run)
    assert recorder.close(SOON)
    assert recorder.close(SOON)
    assert protocol.problem() is None
    assert stored_epochs(tmp_path) == list(range(1, 5_001))
    assert same(load_run(tmp_path).run, run)
    with HistoryReader(tmp_path / HISTORY) as history:
        assert history.norms(0) == {4: {"U": 1.5}}
        assert history.branches() == {0: "main", 1: "zweiter ✗"}


def test_recording_from_another_thread_loses_nothing(tmp_path: Path) -> None:
    recorder = RunRecorder(tmp_path, interval=0.001)

    def train() -> None:
        for record in epochs(1, 30_000):
            recorder.record(record)

    thread = threading.Thread(target=train)
    thread.start()
    thread.join()
    assert recorder.flush(SOON)
    assert stored_epochs(tmp_path) == list(range(1, 30_001))
    assert recorder.close(SOON)


def test_an_epoch_that_is_just_being_recorded_while_a_batch_is_taken_is_not_lost(
    tmp_path: Path, recorder: RunRecorder
) -> None:
    append = recorder._epochs.append  # as far as the session's thread had come
    recorder.record(epochs(1, 1)[0])
    assert recorder.flush(SOON)
    append(epochs(2, 2)[0])
    assert recorder.flush(SOON)
    assert stored_epochs(tmp_path) == [1, 2]


def test_an_idle_recorder_writes_nothing(tmp_path: Path, recorder: RunRecorder) -> None:
    assert recorder.flush(SOON)
    assert recorder.close(SOON)
    assert list(tmp_path.iterdir()) == []


class FullDisk:
    """A disk on which nothing can be written while ``full``."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.full = True
        real_save, real_history = keeper.save_run, keeper.HistoryWriter.write

        def save(*args: Any, **options: Any) -> None:
            if self.full:
                raise UnwritableFile("x/checkpoint", OSError(errno.ENOSPC, "No space left"))
            real_save(*args, **options)

        def write(*args: Any, **options: Any) -> None:
            if self.full:
                raise UnwritableFile("x/history", OSError(errno.ENOSPC, "No space left"))
            real_history(*args, **options)

        monkeypatch.setattr(keeper, "save_run", save)
        monkeypatch.setattr(keeper.HistoryWriter, "write", write)


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> FullDisk:
    return FullDisk(monkeypatch)


def test_a_full_disk_is_told_once_and_everything_is_written_later(
    tmp_path: Path, recorder: RunRecorder, run: RunState, disk: FullDisk
) -> None:
    recorder.save(run)
    for record in epochs(1, 10):
        recorder.record(record)
    assert not recorder.flush(SOON)
    problem = recorder.problem()
    assert problem is not None and problem.isprintable()
    assert problem.startswith("the run is not being stored: cannot write x/history: No space left")
    assert not recorder.flush(SOON)
    assert recorder.problem() is None
    assert recorder.failing
    recorder.retry()
    assert not recorder.flush(SOON)
    assert recorder.problem() is not None
    disk.full = False
    recorder.record(epochs(11, 11)[0])
    assert recorder.flush(SOON)
    assert not recorder.failing
    assert stored_epochs(tmp_path) == list(range(1, 12))
    assert load_run(tmp_path).run.shown_epoch == 3


def test_what_waits_for_a_full_disk_is_bounded(tmp_path: Path, disk: FullDisk) -> None:
    recorder = RunRecorder(tmp_path, interval=0.01, most=100)
    for record in epochs(1, 1_000):
        recorder.record(record)
    assert not recorder.flush(SOON)
    assert len(recorder._keeper._epochs) == 100
    disk.full = False
    assert recorder.flush(SOON)
    assert stored_epochs(tmp_path) == list(range(901, 1_001))
    assert recorder.close(SOON)


def test_a_disk_that_stays_full_does_not_keep_one_from_leaving(
    tmp_path: Path, run: RunState, disk: FullDisk
) -> None:
    assert disk.full
    recorder = RunRecorder(tmp_path, interval=0.01)
    recorder.save(run)
    assert not recorder.close(SOON)
    assert recorder.problem() is not None
    assert not recorder._thread.is_alive()


def test_one_may_go_on_without_storing_and_change_ones_mind(
    tmp_path: Path, recorder: RunRecorder, run: RunState, disk: FullDisk
) -> None:
    recorder.record(epochs(1, 1)[0])
    assert not recorder.flush(SOON)
    recorder.problem()
    recorder.pause_storing()
    disk.full = False
    recorder.record(epochs(2, 2)[0])
    recorder.save(run)
    assert not recorder.flush(SOON)
    assert recorder.paused and recorder.problem() is None
    assert not (tmp_path / CHECKPOINT).exists()
    recorder.retry()
    assert recorder.flush(SOON)
    assert stored_epochs(tmp_path) == [1, 2]
    assert (tmp_path / CHECKPOINT).exists()


def test_a_removed_folder_is_told_and_is_not_made_again(tmp_path: Path, run: RunState) -> None:
    folder, aside = tmp_path / "run", tmp_path / "aside"
    folder.mkdir()
    recorder = RunRecorder(folder, interval=0.01)
    recorder.record(epochs(1, 1)[0])
    recorder.save(run)
    assert recorder.flush(SOON)
    folder.rename(aside)
    recorder.record(epochs(2, 2)[0])
    recorder.save(run)
    assert not recorder.flush(SOON)
    problem = recorder.problem()
    assert problem is not None and "was removed; put it back" in problem
    assert not folder.exists()
    assert stored_epochs(aside) == [1]
    aside.rename(folder)
    assert recorder.flush(SOON)
    assert recorder.close(SOON)
    assert stored_epochs(folder) == [1, 2]


def test_a_history_that_is_damaged_is_kept_aside_and_a_new_one_begins(
    tmp_path: Path, run: RunState
) -> None:
    for number in (1, 2):
        (tmp_path / HISTORY).write_bytes(b"damaged" * 1000)
        recorder = RunRecorder(tmp_path)
        recorder.record(epochs(1, 1)[0])
        recorder.save(run)
        assert recorder.flush(SOON)
        problem = recorder.problem()
        assert problem is not None and problem.isprintable()
        assert f"kept as history.damaged-{number}.sqlite, and a new one begins" in problem
        assert recorder.close(SOON)
        aside = tmp_path / f"history.damaged-{number}.sqlite"
        assert aside.read_bytes() == b"damaged" * 1000
        assert stored_epochs(tmp_path) == [1]


def test_resuming_forgets_what_the_checkpoint_does_not_know(tmp_path: Path, run: RunState) -> None:
    first = RunRecorder(tmp_path)
    for record in [*epochs(1, 9), *epochs(3, 5, branch=1), *epochs(4, 9, branch=2)]:
        first.record(record)
    first.save(run)
    assert first.close(SOON)
    second = RunRecorder(tmp_path, run)
    newest = run.branches[0].newest.epoch
    second.record(EpochRecord(0, newest + 1, 99.0, 1.0, 0.1))
    assert second.close(SOON)
    with HistoryReader(tmp_path / HISTORY) as history:
        assert history.count(2) == 0
        assert history.epochs(1).epochs.max() == run.branches[1].newest.epoch
        assert history.epochs(0).loss.tolist() == [*[0.5] * newest, 99.0]


def test_a_fault_of_ours_is_told_and_the_thread_goes_on(
    tmp_path: Path, recorder: RunRecorder, run: RunState, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(latest, "encode_run", lambda run: 1 // 0)
        recorder.save(run)
        assert not recorder.flush(SOON)
        problem = recorder.problem()
        assert problem is not None and "ZeroDivisionError" in problem
    assert recorder.flush(SOON)
    assert load_run(tmp_path).run.shown_epoch == 3


TRAINING = """
import sys
from pathlib import Path
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
    if epoch % 50 == 0:
        assert recorder.flush(20)
        print(epoch, flush=True)
"""


@pytest.mark.parametrize("campaign", range(3))
def test_a_kill_at_any_moment_leaves_a_checkpoint_and_a_history_without_gaps(
    tmp_path: Path, campaign: int, effort: int
) -> None:
    chance = random.Random(campaign + 10 * effort)
    environment = {**os.environ, "PYTHONPATH": str(Path(files.__file__).parents[2])}
    for attempt in range(effort):
        folder = tmp_path / str(attempt)
        folder.mkdir()
        process = subprocess.Popen(
            [sys.executable, "-c", TRAINING, str(folder)],
            stdout=subprocess.PIPE, text=True, env=environment,
        )  # fmt: skip
        assert process.stdout is not None and process.stdout.readline()
        for _ in range(chance.randrange(15)):
            process.stdout.readline()
        process.kill()
        process.wait()
        with process.stdout as stream:
            told = max([50, *(int(line) for line in stream.read().split())])
        loaded = load_run(folder)
        found = stored_epochs(folder)
        assert loaded.note is None
        epoch = loaded.run.branches[0].newest.epoch
        assert found == list(range(1, len(found) + 1))
        assert len(found) >= max(told, epoch), "a checkpoint is never ahead of the history"
        assert epoch >= told - told % 20
        sweep_temporaries(folder)
        names = {path.name for path in folder.iterdir()}
        assert {name for name in names if name.startswith(".")} == set()
