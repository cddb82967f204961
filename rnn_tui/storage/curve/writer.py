"""The history of a run in SQLite: every epoch of every branch, and norms at keyframes.

One connection writes, in batches; others may read at the same time (write-ahead log). After a
crash at any moment the database is whole, and at most the last batches are missing. NaN is
stored as NULL, which is what SQLite makes of it.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, islice
from pathlib import Path

from rnn_tui.storage.curve.database import (
    APPLICATION,
    VERSION,
    DamagedHistory,
    HistoryError,
    named,
    problem_of,
    require_ours,
)
from rnn_tui.timeline.recorder import EpochRecord
from rnn_tui.timeline.run_state import BranchState

_SCHEMA = """
BEGIN IMMEDIATE;
CREATE TABLE IF NOT EXISTS branch (
    number INTEGER PRIMARY KEY, parent INTEGER, fork_epoch INTEGER NOT NULL,
    fork_update INTEGER NOT NULL, name TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS epoch (
    branch INTEGER NOT NULL, epoch INTEGER NOT NULL, loss REAL, accuracy REAL,
    learning_rate REAL, PRIMARY KEY (branch, epoch)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS norm (
    branch INTEGER NOT NULL, epoch INTEGER NOT NULL, tensor TEXT NOT NULL, norm REAL,
    PRIMARY KEY (branch, epoch, tensor)
) WITHOUT ROWID;
PRAGMA application_id = %d;
PRAGMA user_version = %d;
COMMIT;
"""

_ROWS_TOGETHER = 190
"""Of at most five values each: SQLite takes 999 in a statement, however it was built."""


class HistoryWriter:
    """The only writer of one history; to be used from the thread that made it.

    Args:
        path: of the database; made if it is not there.

    Raises:
        DamagedHistory: what is there is damaged, or not a history.
        HistoryError: it cannot be opened, or a newer version wrote it.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        with named("write", path):
            self._database = sqlite3.connect(path, timeout=5, isolation_level=None)
            try:
                self._open()
            except BaseException:
                self._database.close()
                raise
        self._identity = _identity(path)

    def _open(self) -> None:
        version = require_ours(self._database, self.path)
        self._database.execute("PRAGMA journal_mode = WAL")
        self._database.execute("PRAGMA synchronous = NORMAL")
        if version == 0:
            self._database.executescript(_SCHEMA % (APPLICATION, VERSION))
        if problem := problem_of(self._database):
            raise DamagedHistory("use", self.path, problem)

    def write(
        self,
        epochs: Iterable[EpochRecord] = (),
        norms: Iterable[tuple[int, int, Mapping[str, float]]] = (),
        branches: Iterable[BranchState] = (),
    ) -> None:
        """Take all of these, or none; what is there already is replaced.

        Args:
            epochs: points of the training curve.
            norms: branch, epoch and the norms there.
            branches: all that there are.

        Raises:
            HistoryError: nothing of it was written.
        """
        with self._transaction() as database:
            _insert(
                database,
                "epoch",
                ((int(b), int(e), float(x), float(y), float(z)) for b, e, x, y, z in epochs),
            )
            _insert(
                database,
                "norm",
                (
                    (int(branch), int(epoch), tensor, float(norm))
                    for branch, epoch, values in norms
                    for tensor, norm in values.items()
                ),
            )
            _insert(
                database,
                "branch",
                ((b.number, b.parent, *b.fork, _storable(b.name)) for b in branches),
            )

    def keep_branches(self, newest: Mapping[int, int]) -> None:
        """Forget what was recorded after the checkpoint that one resumes.

        Args:
            newest: the newest epoch of each branch there is; what is after it, and all other
                branches, may never come to be.

        Raises:
            HistoryError: nothing was forgotten.
        """
        kept = ", ".join(str(int(number)) for number in newest)
        with self._transaction() as database:
            for table, column in (("branch", "number"), ("epoch", "branch"), ("norm", "branch")):
                database.execute(f"DELETE FROM {table} WHERE {column} NOT IN ({kept})")
            for table in ("epoch", "norm"):
                database.executemany(
                    f"DELETE FROM {table} WHERE branch = ? AND epoch > ?", list(newest.items())
                )

    def sync(self) -> None:
        """What was written so far outlives a power cut.

        Raises:
            HistoryError: that is not certain.
        """
        if os.name == "nt":
            return
        with named("write", self.path):
            for path in (self.path.with_name(self.path.name + "-wal"), self.path):
                with contextlib.suppress(FileNotFoundError):
                    descriptor = os.open(path, os.O_RDONLY)
                    try:
                        os.fsync(descriptor)
                    finally:
                        os.close(descriptor)

    def close(self) -> None:
        """Move everything into the one file, and let go of it; never raises."""
        with contextlib.suppress(sqlite3.Error):
            self._database.close()

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with named("write", self.path):
            if _identity(self.path) != self._identity:  # writing on would go nowhere
                raise HistoryError("write", self.path, "it was removed or replaced")
            self._database.execute("BEGIN IMMEDIATE")
            try:
                yield self._database
                self._database.execute("COMMIT")
            except BaseException:
                with contextlib.suppress(sqlite3.Error):
                    self._database.execute("ROLLBACK")
                raise


def _insert(
    database: sqlite3.Connection, table: str, rows: Iterable[tuple[float | str | None, ...]]
) -> None:
    """Insert or replace many rows with each statement.

    A statement for each row lets go of the interpreter's lock each time and takes it back from
    the thread that trains, which made training of the smallest networks 1 to 2 % slower.
    """
    rows = iter(rows)
    while some := list(islice(rows, _ROWS_TOGETHER)):
        row = f"({', '.join('?' * len(some[0]))})"
        database.execute(
            f"INSERT OR REPLACE INTO {table} VALUES {', '.join([row] * len(some))}",
            list(chain.from_iterable(some)),
        )


def _identity(path: Path) -> tuple[int, int]:
    status = os.stat(path)
    return status.st_dev, status.st_ino


def _storable(name: str) -> str:
    return name.encode("utf-8", "replace").decode()  # half a character is not stored
