"""Keeping a run: a fault or a crash at any step of a save, a disk that is full, a kill."""

import os
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from rnn_tui.storage.checkpoint import latest
from rnn_tui.storage.checkpoint.keyframes import read_keyframes
from rnn_tui.storage.checkpoint.latest import load_run
from rnn_tui.storage.curve.reader import HistoryReader
from rnn_tui.storage.disk.names import CHECKPOINT, HISTORY
from rnn_tui.storage.writing.recorder import RunRecorder
from rnn_tui.timeline.keyframes import Grid
from rnn_tui.timeline.recorder import EpochRecord, Recorder
from rnn_tui.timeline.run_state import RunState
from tests.storage.stored import SOON, Epochs, Until, stored_epochs


def test_everything_recorded_is_on_disk_after_closing(
    tmp_path: Path,
    recorder: RunRecorder,
    run: RunState,
    same: Callable[..., bool],
    epochs: Epochs,
    require_whole: Callable[[Path], None],
) -> None:
    protocol: Recorder = recorder
    for record in epochs(1, 5_000):
        protocol.record(record)
    protocol.save(replace(run, shown_epoch=1))
    protocol.save(run)
    assert recorder.close(SOON)
    assert recorder.close(SOON)
    assert protocol.problem() is None
    assert stored_epochs(tmp_path) == list(range(1, 5_001))
    assert same(load_run(tmp_path).run, run)
    with HistoryReader(tmp_path / HISTORY) as history:
        assert history.branches() == [0, 1]


def test_recording_from_another_thread_loses_nothing(
    tmp_path: Path, epochs: Epochs, require_whole: Callable[[Path], None]
) -> None:
    recorder = RunRecorder(tmp_path, interval=0.001)

    def train() -> None:
        for record in epochs(1, 30_000):
            recorder.record(record)

    thread = threading.Thread(target=train)
    thread.start()
    thread.join()
    assert recorder.close(SOON)
    assert stored_epochs(tmp_path) == list(range(1, 30_001))


def test_an_epoch_that_is_just_being_recorded_while_a_batch_is_taken_is_not_lost(
    tmp_path: Path,
    recorder: RunRecorder,
    epochs: Epochs,
    until: Until,
    require_whole: Callable[[Path], None],
) -> None:
    append = recorder._epochs.append  # as far as the session's thread had come
    recorder.record(epochs(1, 1)[0])
    until(lambda: not recorder.pending)
    append(epochs(2, 2)[0])
    assert recorder.close(SOON)
    assert stored_epochs(tmp_path) == [1, 2]


def test_an_idle_recorder_writes_nothing(tmp_path: Path, recorder: RunRecorder) -> None:
    assert recorder.close(SOON)
    assert list(tmp_path.iterdir()) == []


def test_a_history_that_is_damaged_is_kept_aside_and_a_new_one_begins(
    tmp_path: Path, run: RunState, epochs: Epochs, require_whole: Callable[[Path], None]
) -> None:
    for number in (1, 2):
        (tmp_path / HISTORY).write_bytes(b"damaged" * 1000)
        recorder = RunRecorder(tmp_path)
        recorder.record(epochs(1, 1)[0])
        recorder.save(run)
        assert recorder.close(SOON)
        problem = recorder.problem()
        assert problem is not None and problem.isprintable()
        assert f"kept as history.damaged-{number}.sqlite, and a new one begins" in problem
        aside = tmp_path / f"history.damaged-{number}.sqlite"
        assert aside.read_bytes() == b"damaged" * 1000
        assert stored_epochs(tmp_path) == [1]


def test_resuming_forgets_what_the_checkpoint_does_not_know(
    tmp_path: Path, run: RunState, epochs: Epochs
) -> None:
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
        assert len(history.epochs(2).epochs) == 0
        assert history.epochs(1).epochs.max() == run.branches[1].newest.epoch
        assert history.epochs(0).loss.tolist() == [*(0.5 + n for n in range(1, newest + 1)), 99.0]


def test_a_fault_of_ours_is_told_and_the_thread_goes_on(
    tmp_path: Path,
    recorder: RunRecorder,
    run: RunState,
    monkeypatch: pytest.MonkeyPatch,
    until: Until,
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(latest, "encode_run", lambda run: 1 // 0)
        recorder.save(run)
        until(lambda: recorder.failing)
        problem = recorder.problem()
        assert problem is not None and "ZeroDivisionError" in problem
    assert recorder.close(SOON)
    assert load_run(tmp_path).run.shown_epoch == 3


def test_the_history_is_synced_before_a_checkpoint_that_knows_of_it_is_written(
    tmp_path: Path, recorder: RunRecorder, run: RunState, monkeypatch: pytest.MonkeyPatch,
    epochs: Epochs,
) -> None:  # fmt: skip
    done: list[str] = []
    real_fsync, real_replace = os.fsync, os.replace

    def fsync(descriptor: int) -> None:
        done.append(Path(os.readlink(f"/proc/self/fd/{descriptor}")).name)
        real_fsync(descriptor)

    def rename(source: Path, target: Path) -> None:
        done.append(f"{target.name} in place")
        real_replace(source, target)

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(os, "replace", rename)
    recorder.record(epochs(1, 1)[0])
    recorder.save(run)
    assert recorder.close(SOON)
    log, place = f"{HISTORY}-wal", f"{CHECKPOINT} in place"
    assert log in done and done.index(log) < done.index(place)


def test_the_epoch_that_is_stored_is_that_of_the_last_checkpoint(
    tmp_path: Path, recorder: RunRecorder, run: RunState
) -> None:
    assert recorder.stored_epoch is None
    recorder.save(run)
    assert recorder.close(SOON)
    assert recorder.stored_epoch == run.branches[run.current].newest.epoch
    again = RunRecorder(tmp_path, run)
    assert again.stored_epoch == recorder.stored_epoch
    assert again.close(SOON)


def test_states_are_written_with_the_run_that_had_them(
    tmp_path: Path, recorder: RunRecorder, run: RunState
) -> None:
    recorder.save(run)
    recorder.save_keyframes(run, {0: Grid([run.branches[0].newest])})
    assert recorder.close(SOON)
    assert [state.epoch for state in read_keyframes(tmp_path, run)[0]] == [4]


def test_the_run_is_let_go_of_when_all_is_written(tmp_path: Path, run: RunState) -> None:
    written: list[bool] = []
    checkpoint = tmp_path / CHECKPOINT
    recorder = RunRecorder(tmp_path, release=lambda: written.append(checkpoint.exists()))
    recorder.save(run)
    assert recorder.close(SOON)
    assert written == [True]
