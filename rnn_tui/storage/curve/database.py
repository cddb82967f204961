"""The format of a history, and what goes wrong with one."""

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rnn_tui.storage.disk.errors import StoreError, reason, shown

VERSION = 3
APPLICATION = 0x726E6E74  # "rnnt"
SIDECARS = ("", "-wal", "-shm", "-journal")
"""What SQLite adds to the name of a database for the files beside it."""

_BRANCH = (
    "CREATE TABLE branch ( number INTEGER PRIMARY KEY, parent INTEGER, fork_epoch INTEGER NOT NULL,"
    " fork_update INTEGER NOT NULL, name TEXT NOT NULL )"
)
_EPOCH = (
    "CREATE TABLE epoch ( branch INTEGER NOT NULL, epoch INTEGER NOT NULL, loss REAL,"
    " accuracy REAL, learning_rate REAL, {}PRIMARY KEY (branch, epoch) ) WITHOUT ROWID"
)
_NORM = (
    "CREATE TABLE norm ( branch INTEGER NOT NULL, epoch INTEGER NOT NULL, tensor TEXT NOT NULL,"
    " norm REAL, PRIMARY KEY (branch, epoch, tensor) ) WITHOUT ROWID"
)
SCHEMAS = {
    1: {_BRANCH, _EPOCH.format(""), _NORM},  # norms were never read; epochs had no checksum
    2: {_BRANCH, _EPOCH.format("checksum INTEGER, ")},
    3: {_BRANCH, _EPOCH.format("checksum INTEGER, valid_loss REAL, valid_accuracy REAL, ")},
}
CHANGES = {
    1: ["DROP TABLE norm", "ALTER TABLE epoch ADD COLUMN checksum INTEGER"],
    2: [f"ALTER TABLE epoch ADD COLUMN {name} REAL" for name in ("valid_loss", "valid_accuracy")],
}
"""What makes a history of a version one of the next version."""
_ODD = np.uint64(0x9E3779B97F4A7C15)


class HistoryError(StoreError):
    """The history cannot be read or written."""


class DamagedHistory(HistoryError):
    """What is there is not a history, or no longer a whole one."""


class EmptyHistory(DamagedHistory):
    """There is nothing in it yet, as a crash or a full disk can leave it behind."""


def problem(verb: str, path: Path, cause: Exception | str) -> str:
    """The message of a `HistoryError`, such as "cannot read history.sqlite: disk I/O error"."""
    text = cause if isinstance(cause, str) else reason(cause)
    return f"cannot {verb} {shown(path)}: {shown(text[:200])}"


@contextlib.contextmanager
def translated(verb: str, path: Path) -> Iterator[None]:
    """Turn what goes wrong into one line that names the file, as a `HistoryError`."""
    try:
        yield
    except StoreError:
        raise
    except (OSError, sqlite3.OperationalError, sqlite3.ProgrammingError) as error:
        raise HistoryError(problem(verb, path, error)) from error
    except sqlite3.Error as error:
        raise DamagedHistory(problem(verb, path, error)) from error
    except (ArithmeticError, TypeError, ValueError) as error:  # text where a number should be
        kind = DamagedHistory if verb == "read" else HistoryError
        raise kind(problem(verb, path, error)) from error


def version_of(database: sqlite3.Connection, path: Path) -> int:
    """The version of the format, 0 for a new file.

    Views, triggers, other tables and other columns are refused: reading them could take for
    ever, writing to them could do anything.
    """
    (version,) = database.execute("PRAGMA user_version").fetchone()
    (application,) = database.execute("PRAGMA application_id").fetchone()
    tables = database.execute("SELECT sql FROM sqlite_master LIMIT 10").fetchall()
    if (version, application, tables) == (0, 0, []):
        return 0
    if application != APPLICATION:
        raise DamagedHistory(problem("use", path, "it is not the history of a run"))
    if version > VERSION:
        text = f"it was written by a newer rnn-tui (format {version}); update"
        raise HistoryError(problem("use", path, text))
    if {" ".join(str(sql).split()) for (sql,) in tables} != SCHEMAS.get(version):
        raise DamagedHistory(problem("use", path, "it has not the tables of a history"))
    return int(version)


def checksums(rows: NDArray[np.float64]) -> NDArray[np.int64]:
    """(n,) 31 bits for each row (n, k), so that a flipped bit is noticed.

    NaN is the same as any other NaN and 0 the same as -0, as they are to SQLite. After the first
    five columns NaN does not count, so that rows of format 2, which end there, keep theirs.
    """
    values = np.where(np.isnan(rows), np.nan, rows) + 0.0
    total = np.zeros(len(rows), np.uint64)
    for number, column in enumerate(np.ascontiguousarray(values.T)):
        mixed = (total ^ column.view(np.uint64)) * _ODD
        mixed ^= mixed >> np.uint64(32)
        total = mixed if number < 5 else np.where(np.isnan(column), total, mixed)
    return (total >> np.uint64(33)).astype(np.int64)
