"""The history of a run in SQLite: every epoch of every branch.

One connection writes, in batches; others may read at the same time (write-ahead log). After a
crash at any moment the database is whole, and at most the last batches are missing. NaN is
stored as NULL, which is what SQLite makes of it.
"""

import contextlib
import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np

from rnn_tui.storage.curve.connection import connect_to_write
from rnn_tui.storage.curve.database import (
    APPLICATION,
    CHANGES,
    SCHEMAS,
    VERSION,
    DamagedHistory,
    HistoryError,
    checksums,
    problem,
    translated,
    version_of,
)
from rnn_tui.storage.disk.errors import printable
from rnn_tui.timeline.recorder import EpochRecord
from rnn_tui.timeline.run_state import BranchState

_ROWS_TOGETHER = 124
"""Of at most eight values each: SQLite takes 999 in a statement, however it was built."""


class HistoryWriter:
    """The only writer of one history, made if it is not there; for one thread.

    Raises:
        DamagedHistory: what is there is damaged, or not a history.
        HistoryError: it cannot be opened, or a newer one wrote it; of methods: nothing was done.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._to_sync: list[int] = []
        with translated("write", path):
            self._database = connect_to_write(path)
            try:
                self._open()
            except BaseException:
                self._database.close()
                raise
            self._status = os.stat(path)

    def _open(self) -> None:
        version = version_of(self._database, self.path)
        (answer,) = self._database.execute("PRAGMA quick_check(1)").fetchone()
        if answer != "ok":
            text = f"it is damaged ({printable(str(answer))[:100]})"
            raise DamagedHistory(problem("use", self.path, text))
        self._database.execute("PRAGMA journal_mode = WAL")
        self._database.execute("PRAGMA synchronous = NORMAL")
        if version == VERSION:
            return
        changes = sorted(SCHEMAS[VERSION])
        if version:
            changes = [change for older in range(version, VERSION) for change in CHANGES[older]]
        numbers = [f"PRAGMA application_id = {APPLICATION}", f"PRAGMA user_version = {VERSION}"]
        self._database.executescript("; ".join(["BEGIN IMMEDIATE", *changes, *numbers, "COMMIT"]))

    def write(
        self, epochs: Iterable[EpochRecord] = (), branches: Iterable[BranchState] = ()
    ) -> None:
        """Take all of these, or none; what is there already is replaced."""
        with self._transaction() as database:
            rows = np.array(list(epochs), np.float64).reshape(-1, 7)
            columns = [rows[:, :5], checksums(rows), rows[:, 5:]]
            _insert(database, "epoch", np.column_stack(columns).tolist())
            described = [(b.number, b.parent, *b.fork, _storable(b.name)) for b in branches]
            _insert(database, "branch", described)

    def keep_branches(self, newest: Mapping[int, int]) -> None:
        """Forget what was recorded after the checkpoint that one resumes.

        What is after the newest epoch of each branch, and all other branches, may never come to be.
        """
        kept = ", ".join(map(str, newest))
        with self._transaction() as database:
            database.execute(f"DELETE FROM branch WHERE number NOT IN ({kept})")
            database.execute(f"DELETE FROM epoch WHERE branch NOT IN ({kept})")
            ahead = "DELETE FROM epoch WHERE branch = ? AND epoch > ?"
            database.executemany(ahead, list(newest.items()))

    def sync(self) -> None:
        """What was written so far outlives a power cut.

        The files stay open: closing one would take away the locks that SQLite has on it.
        """
        with translated("write", self.path):
            if not self._to_sync:
                for path in (self.path.with_name(self.path.name + "-wal"), self.path):
                    self._to_sync.append(os.open(path, os.O_RDONLY))
            for descriptor in self._to_sync:
                os.fsync(descriptor)

    def close(self) -> None:
        """Move everything into the one file, and let go of it; never raises."""
        with contextlib.suppress(sqlite3.Error):
            self._database.close()
        while self._to_sync:
            os.close(self._to_sync.pop())

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with translated("write", self.path):
            if not os.path.samestat(os.stat(self.path), self._status):  # it would go nowhere
                raise HistoryError(problem("write", self.path, "it was removed or replaced"))
            self._database.execute("BEGIN IMMEDIATE")
            try:
                yield self._database
                self._database.execute("COMMIT")
            except BaseException:
                with contextlib.suppress(sqlite3.Error):
                    self._database.execute("ROLLBACK")
                raise


def _insert(database: sqlite3.Connection, table: str, rows: Sequence[Sequence[Any]]) -> None:
    """Insert or replace many rows with each statement.

    A statement for each row releases and reacquires the GIL each time, which slows training of
    the smallest networks by 1 to 2 %.
    """
    for start in range(0, len(rows), _ROWS_TOGETHER):
        some = rows[start : start + _ROWS_TOGETHER]
        row = f"({', '.join('?' * len(some[0]))})"
        database.execute(
            f"INSERT OR REPLACE INTO {table} VALUES {', '.join([row] * len(some))}",
            list(chain.from_iterable(some)),
        )


def _storable(name: str) -> str:
    return name.encode("utf-8", "replace").decode()  # half a character is not stored
