"""The history: what was recorded is read back, beside a writer, after a kill, and after damage."""

import math
import os
import shutil
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rnn_tui.storage.curve.database import HistoryError
from rnn_tui.storage.curve.reader import HistoryReader
from rnn_tui.storage.curve.writer import HistoryWriter
from rnn_tui.timeline.recorder import EpochRecord
from rnn_tui.timeline.run_state import RunState
from tests.storage.stored import Epochs, stored


def test_epochs_are_read_back_with_the_same_bits(
    path: Path, writer: HistoryWriter, epochs: Epochs, require_whole: Callable[[Path], None]
) -> None:
    wanted = epochs(1, 25_000, valid=0.25)
    writer.write(wanted)
    with HistoryReader(path) as history:
        curve = history.epochs(0)
        assert history.last(0) == wanted[-1]
        assert (history.damaged, history.unchecked) == (0, 0)
    require_whole(path)
    assert curve.epochs.dtype == curve.branch.dtype == np.int64
    assert curve.epochs.tolist() == [record.epoch for record in wanted]
    assert curve.loss.tolist() == [record.loss for record in wanted]
    assert curve.accuracy.tolist() == [record.accuracy for record in wanted]
    assert curve.learning_rate.tolist() == [record.learning_rate for record in wanted]
    assert curve.valid_loss.tolist() == [record.valid_loss for record in wanted]
    assert curve.valid_accuracy.tolist() == [record.valid_accuracy for record in wanted]
    assert curve.is_validated


def test_nan_and_infinity_come_back(path: Path, writer: HistoryWriter, epochs: Epochs) -> None:
    writer.write([EpochRecord(0, 1, math.nan, math.nan, 0.1), EpochRecord(0, 2, math.inf, 0, 0.1)])
    with HistoryReader(path) as history:
        curve = history.epochs(0)
        last = history.last(0)
    assert math.isnan(curve.loss[0]) and math.isnan(curve.accuracy[0])
    assert np.isnan([curve.valid_loss, curve.valid_accuracy]).all() and not curve.is_validated
    assert curve.loss[1] == math.inf
    assert last is not None and last.loss == math.inf


def test_numbers_of_numpy_are_stored_too(path: Path, writer: HistoryWriter) -> None:
    half: Any = np.float32(0.5)
    record: Any = EpochRecord(np.int64(0), np.int64(1), half, np.float64(1), 0.1, half, half)  # type: ignore[arg-type]
    writer.write([record])
    with HistoryReader(path) as history:
        assert history.last(0) == EpochRecord(0, 1, 0.5, 1.0, 0.1, 0.5, 0.5)


def test_an_epoch_recorded_again_takes_the_place_of_the_old_one(
    path: Path, writer: HistoryWriter, epochs: Epochs
) -> None:
    writer.write(epochs(1, 10))
    writer.write(epochs(6, 8, loss=100.0))
    with HistoryReader(path) as history:
        assert history.epochs(0).loss[[4, 5, 7, 8]].tolist() == [5.5, 106.0, 108.0, 9.5]


def test_a_branch_has_the_past_of_its_parents(
    path: Path, writer: HistoryWriter, run: RunState, epochs: Epochs
) -> None:
    writer.write([*epochs(1, 4), *epochs(3, 3, branch=1, loss=100.0)], branches=run.branches)
    with HistoryReader(path) as history:
        curve = history.epochs(1)
        assert curve.epochs.tolist() == [1, 2, 3]
        assert curve.branch.tolist() == [0, 0, 1]
        assert curve.loss.tolist() == [1.5, 2.5, 103.0]
        assert history.epochs(0).branch.tolist() == [0, 0, 0, 0]
        assert history.epochs().branch.tolist() == [0, 0, 0, 0, 1]
        assert history.branches() == [0, 1]
        assert len(history.epochs(7).epochs) == 0


def test_a_past_over_several_forks_ends_at_the_earliest(
    path: Path, writer: HistoryWriter, epochs: Epochs
) -> None:
    writer.write([*epochs(1, 9), *epochs(6, 9, branch=1), *epochs(4, 9, branch=2)])
    database = sqlite3.connect(path)
    with database:
        database.executemany(
            "INSERT INTO branch VALUES (?, ?, ?, 0, '')", [(0, None, 0), (1, 0, 5), (2, 1, 3)]
        )
    database.close()
    with HistoryReader(path) as history:
        assert history.epochs(2).branch.tolist() == [0, 0, 0, 2, 2, 2, 2, 2, 2]


def test_what_came_after_the_checkpoint_is_forgotten_the_rest_stays(
    path: Path, writer: HistoryWriter, run: RunState, epochs: Epochs
) -> None:
    writer.write([*epochs(1, 6), *epochs(3, 3, branch=1)], run.branches)
    writer.keep_branches({0: 4})
    with HistoryReader(path) as history:
        assert history.branches() == [0]
        assert history.epochs().branch.tolist() == [0] * 4


def test_a_batch_is_written_whole_or_not_at_all(
    path: Path, writer: HistoryWriter, epochs: Epochs, run: RunState
) -> None:
    writer.write(epochs(1, 3))
    bad = replace(run.branches[0], fork=(None, None))  # type: ignore[arg-type]
    with pytest.raises(HistoryError, match="NOT NULL"):
        writer.write(epochs(4, 6), [bad])
    assert stored(path) == [1, 2, 3]
    writer.write(epochs(4, 6))


def test_a_full_disk_is_named_and_loses_nothing(
    path: Path, writer: HistoryWriter, epochs: Epochs, require_whole: Callable[[Path], None]
) -> None:
    writer.write(epochs(1, 3))
    pages = writer._database.execute("PRAGMA page_count").fetchone()[0]
    writer._database.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(HistoryError, match="database or disk is full"):
        writer.write(epochs(4, 5_000))
    writer._database.execute("PRAGMA max_page_count = 1000000")
    writer.write(epochs(4, 5_000))
    assert len(stored(path)) == 5_000
    require_whole(path)


def test_a_database_that_was_removed_or_replaced_is_noticed(
    path: Path, writer: HistoryWriter, epochs: Epochs
) -> None:
    writer.write(epochs(1, 3))
    aside = path.with_name("aside")
    path.rename(aside)
    with pytest.raises(HistoryError, match="No such file"):
        writer.write(epochs(4, 6))
    path.write_bytes(b"")
    with pytest.raises(HistoryError, match="removed or replaced"):
        writer.write(epochs(4, 6))
    aside.rename(path)
    writer.write(epochs(4, 6))


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="permissions bind others only")
def test_a_folder_that_may_not_be_written_can_be_read(path: Path, epochs: Epochs) -> None:
    writer = HistoryWriter(path)
    writer.write(epochs(1, 3))
    writer.close()
    path.parent.chmod(0o500)
    try:
        assert stored(path) == [1, 2, 3]
    finally:
        path.parent.chmod(0o700)


def test_a_crash_is_outlived_by_a_write_ahead_log(writer: HistoryWriter) -> None:
    assert writer._database.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert writer._database.execute("PRAGMA synchronous").fetchone() == (1,)


def test_a_writer_that_finds_half_a_beginning_starts_over(path: Path, epochs: Epochs) -> None:
    path.write_bytes(b"")
    writer = HistoryWriter(path)
    writer.write(epochs(1, 3))
    shutil.copy(path, path.with_name("copy"))
    writer.sync()
    writer.close()
    assert not path.with_name(path.name + "-wal").exists()
    assert stored(path) == [1, 2, 3]


def test_syncing_reaches_the_log_and_the_database_and_keeps_both_open(
    path: Path, writer: HistoryWriter, epochs: Epochs, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[str] = []
    monkeypatch.setattr(os, "fsync", lambda fd: synced.append(os.readlink(f"/proc/self/fd/{fd}")))
    for first in (1, 2):
        writer.write(epochs(first, first))
        writer.sync()
    assert synced == [f"{path}-wal", str(path)] * 2
    database = sqlite3.connect(path, timeout=0)  # closing a file would take away SQLite's locks
    with pytest.raises(sqlite3.OperationalError, match="locked"):
        database.execute("PRAGMA journal_mode = DELETE")
    database.close()


def test_a_path_need_not_be_utf_8(tmp_path: Path, epochs: Epochs) -> None:
    folder = tmp_path / os.fsdecode(b"\xff %#?")
    folder.mkdir()
    writer = HistoryWriter(folder / "history.sqlite")
    writer.write(epochs(1, 3))
    assert stored(folder / "history.sqlite") == [1, 2, 3]
    writer.close()
