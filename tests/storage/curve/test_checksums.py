"""What was changed on disk is noticed; what an older version wrote has nothing to notice it by."""

import math
import sqlite3
from pathlib import Path

import numpy as np
import pytest

from rnn_tui.storage.curve.database import checksums
from rnn_tui.storage.curve.reader import HistoryReader
from rnn_tui.storage.curve.writer import HistoryWriter
from rnn_tui.timeline.recorder import EpochRecord
from tests.storage.stored import Epochs, stored


def old_history(path: Path) -> None:
    """As rnn-tui 0.1.0 made them."""
    database = sqlite3.connect(path)
    database.executescript("""
        CREATE TABLE branch (
            number INTEGER PRIMARY KEY, parent INTEGER, fork_epoch INTEGER NOT NULL,
            fork_update INTEGER NOT NULL, name TEXT NOT NULL
        );
        CREATE TABLE epoch (
            branch INTEGER NOT NULL, epoch INTEGER NOT NULL, loss REAL, accuracy REAL,
            learning_rate REAL, PRIMARY KEY (branch, epoch)
        ) WITHOUT ROWID;
        CREATE TABLE norm (
            branch INTEGER NOT NULL, epoch INTEGER NOT NULL, tensor TEXT NOT NULL, norm REAL,
            PRIMARY KEY (branch, epoch, tensor)
        ) WITHOUT ROWID;
        INSERT INTO epoch VALUES (0, 1, 0.5, 0.5, 0.1), (0, 2, 0.25, NULL, 0.1);
        INSERT INTO norm VALUES (0, 1, 'U', 2.5);
        PRAGMA application_id = 1919839860;
        PRAGMA user_version = 1;
    """)
    database.close()


def test_an_older_history_is_read_and_says_that_it_has_no_checksums(path: Path) -> None:
    old_history(path)
    with HistoryReader(path) as history:
        assert history.epochs(0).loss.tolist() == [0.5, 0.25]
        assert (history.unchecked, history.damaged) == (2, 0)


def test_an_older_history_is_written_on(path: Path, epochs: Epochs) -> None:
    old_history(path)
    for first in (3, 6):
        writer = HistoryWriter(path)
        writer.write(epochs(first, first + 2))
        writer.close()
    with HistoryReader(path) as history:
        assert history.epochs(0).epochs.tolist() == list(range(1, 9))
        assert (history.unchecked, history.damaged) == (2, 0)


def test_a_point_that_was_changed_is_left_out_and_counted(
    path: Path, writer: HistoryWriter, epochs: Epochs
) -> None:
    writer.write([*epochs(1, 30_000), EpochRecord(0, 30_001, math.nan, -0.0, 0.1)])
    for change in ("loss = loss + 1e-9", "accuracy = NULL", "learning_rate = 7", "checksum = 1"):
        writer._database.execute("BEGIN")
        writer._database.execute(f"UPDATE epoch SET {change} WHERE epoch IN (7, 20000)")
        writer._database.execute("COMMIT")
        with HistoryReader(path) as history:
            curve = history.epochs(0)
            assert history.damaged == 2
        assert len(curve.epochs) == 29_999 and not {7, 20_000} & set(curve.epochs.tolist())
        writer.write([record for record in epochs(1, 20_000) if record.epoch in (7, 20_000)])
    assert len(stored(path)) == 30_001


@pytest.mark.parametrize("seed", range(5))
def test_a_checksum_notices_every_bit(seed: int) -> None:
    draw = np.random.default_rng(seed)
    rows = draw.normal(size=(200, 5))
    rows[:, :2] = draw.integers(0, 1 << 53, size=(200, 2))
    found = checksums(rows)
    assert found.min() >= 0 and len(set(found.tolist())) == 200
    for bit in range(64):
        for column in range(5):
            flipped = rows.copy()
            flipped.view(np.uint64)[:, column] ^= np.uint64(1 << bit)
            changed = ~(flipped[:, column] == rows[:, column])
            assert (checksums(flipped)[changed] != found[changed]).all()
