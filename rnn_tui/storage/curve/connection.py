"""Opening the database of a history, whatever has become of its file."""

import os
import sqlite3
from pathlib import Path
from urllib.parse import quote

from rnn_tui.storage.curve.database import SIDECARS, HistoryError, problem
from rnn_tui.storage.disk.regular import NO_LINKS, open_regular, require_regular

MAX_BYTES = 1 << 33
"""A larger history is not read: it would be of 200 million epochs."""
_STEPS, _STEPS_PER_BYTE = 10_000_000, 20
"""Steps of SQLite's machine: reading takes 12 for each epoch, which has 40 bytes."""
_STEPS_TOGETHER = 10_000


class StepLimit:
    """Stops SQLite after so many steps: a damaged tree can have endless branches."""

    def __init__(self, steps: int) -> None:
        self._left, self.is_reached = steps // _STEPS_TOGETHER, False

    def __call__(self) -> bool:
        """So many steps more; whether to stop."""
        self._left -= 1
        self.is_reached = self._left < 0
        return self.is_reached


def connect_read_only(path: Path) -> tuple[sqlite3.Connection, StepLimit]:
    """A connection that only reads; where the folder is read-only too, to the file as it is."""
    size = sum(file.stat().st_size for file in _regular_files(path) if file.exists())
    if not path.exists():
        raise FileNotFoundError(2, "there is no such file")
    if size > MAX_BYTES:
        raise HistoryError(problem("read", path, f"it has more than {MAX_BYTES} bytes"))
    limit = StepLimit(_STEPS + _STEPS_PER_BYTE * size)

    def connect(option: str = "") -> sqlite3.Connection:
        address = quote(os.fsencode(path.absolute()))  # as bytes: a path need not be UTF-8
        database = sqlite3.connect(f"file:{address}?mode=ro{option}", uri=True, timeout=5)
        database.set_progress_handler(limit, _STEPS_TOGETHER)
        return database

    database = connect()
    try:
        database.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.OperationalError:
        database.close()
        if path.with_name(path.name + "-wal").exists():
            raise
        return connect("&immutable=1"), limit
    except BaseException:
        database.close()
        raise
    return database, limit


def connect_to_write(path: Path) -> sqlite3.Connection:
    """A connection to a database, which is made if it is not there."""
    _regular_files(path)
    if not path.exists():
        os.close(open_regular(path, os.O_RDWR | os.O_CREAT | NO_LINKS))
    return sqlite3.connect(path, timeout=5, isolation_level=None)


def _regular_files(path: Path) -> list[Path]:
    """The database and the files beside it, which must be regular ones if they are there."""
    files = [path.with_name(path.name + suffix) for suffix in SIDECARS]
    for file in files:
        require_regular(file)
    return files
