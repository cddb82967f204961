"""What was changed on disk is noticed; what an older version wrote has nothing to notice it by."""

import math
import sqlite3
from collections.abc import Callable
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


def history_of_0_2_0(path: Path) -> None:
    """As rnn-tui 0.2.0 made them: with checksums, of which the third is wrong here."""
    old_history(path)
    database = sqlite3.connect(path)
    database.executescript("""
        DROP TABLE norm;
        ALTER TABLE epoch ADD COLUMN checksum INTEGER;
        UPDATE epoch SET checksum = 1780006553 WHERE epoch = 1;
        UPDATE epoch SET checksum = 384403033 WHERE epoch = 2;
        INSERT INTO epoch VALUES (0, 3, 0.25, NULL, 0.1, 1);
        PRAGMA user_version = 2;
    """)
    database.close()


def test_an_older_history_is_read_and_says_that_it_has_no_checksums(path: Path) -> None:
    old_history(path)
    with HistoryReader(path) as history:
        assert history.epochs(0).loss.tolist() == [0.5, 0.25]
        assert (history.unchecked, history.damaged) == (2, 0)


def test_a_history_of_0_2_0_is_checked_as_it_was(path: Path) -> None:
    history_of_0_2_0(path)
    for _ in range(2):
        with HistoryReader(path) as history:
            curve = history.epochs(0)
            assert (history.unchecked, history.damaged) == (0, 1)
        assert curve.loss.tolist() == [0.5, 0.25] and not curve.is_validated
        HistoryWriter(path).close()  # brings it into the present format


@pytest.mark.parametrize("make", [old_history, history_of_0_2_0])
def test_an_older_history_takes_validation_losses(
    path: Path, epochs: Epochs, make: Callable[[Path], None]
) -> None:
    make(path)
    writer = HistoryWriter(path)
    writer.write(epochs(3, 4, valid=0.25))
    writer.close()
    with HistoryReader(path) as history:
        found = history.epochs(0).valid_loss
    assert np.array_equal(found, [np.nan, np.nan, 3.25, 4.25], equal_nan=True)


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
    written = epochs(1, 30_000, valid=0.25)
    writer.write([*written, EpochRecord(0, 30_001, math.nan, -0.0, 0.1)])
    for change in (
        "loss = loss + 1e-9", "accuracy = NULL", "learning_rate = 7", "checksum = 1",
        "valid_loss = NULL", "valid_loss = 3.5", "valid_accuracy = NULL", "valid_accuracy = 0.1",
    ):  # fmt: skip
        writer._database.execute("BEGIN")
        writer._database.execute(f"UPDATE epoch SET {change} WHERE epoch IN (7, 20000)")
        writer._database.execute("COMMIT")
        with HistoryReader(path) as history:
            curve = history.epochs(0)
            assert history.damaged == 2
        assert len(curve.epochs) == 29_999 and not {7, 20_000} & set(curve.epochs.tolist())
        writer.write([written[7 - 1], written[20_000 - 1]])
    assert len(stored(path)) == 30_001


@pytest.mark.parametrize("seed", range(5))
def test_a_checksum_notices_every_bit(seed: int) -> None:
    draw = np.random.default_rng(seed)
    rows = draw.normal(size=(200, 7))
    rows[:50, 5:] = np.nan
    rows[:, :2] = draw.integers(0, 1 << 53, size=(200, 2))
    found = checksums(rows)
    assert found.min() >= 0 and len(set(found.tolist())) == 200
    for bit in range(64):
        for column in range(7):
            flipped = rows.copy()
            flipped.view(np.uint64)[:, column] ^= np.uint64(1 << bit)
            one, other = flipped[:, column], rows[:, column]
            changed = (one != other) & ~(np.isnan(one) & np.isnan(other))
            assert (checksums(flipped)[changed] != found[changed]).all()
