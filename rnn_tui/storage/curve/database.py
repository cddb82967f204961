"""What writing and reading a history have in common: its format, and what goes wrong with it."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from rnn_tui.storage.disk.durable import StoreError, reason, shown

VERSION = 1
APPLICATION = 0x726E6E74  # "rnnt"


class HistoryError(StoreError):
    """The history cannot be read or written."""

    def __init__(self, verb: str, path: Path, cause: Exception | str) -> None:
        text = cause if isinstance(cause, str) else reason(cause)
        super().__init__(f"cannot {verb} {shown(path)}: {shown(text[:200])}")


class DamagedHistory(HistoryError):
    """What is there is not a history, or no longer a whole one."""


@contextlib.contextmanager
def named(verb: str, path: Path) -> Iterator[None]:
    """Turn what goes wrong into one line that names the file.

    Raises:
        DamagedHistory: the content is not what it must be.
        HistoryError: anything else that SQLite, the file system or a value does not allow.
    """
    try:
        yield
    except sqlite3.Error as error:
        damaged = not isinstance(error, sqlite3.OperationalError | sqlite3.ProgrammingError)
        raise (DamagedHistory if damaged else HistoryError)(verb, path, error) from error
    except (ArithmeticError, TypeError, ValueError) as error:  # text where a number should be
        if isinstance(error, StoreError):
            raise
        raise (DamagedHistory if verb == "read" else HistoryError)(verb, path, error) from error
    except OSError as error:
        if isinstance(error, StoreError):
            raise
        raise HistoryError(verb, path, error) from error


def require_ours(database: sqlite3.Connection, path: Path) -> int:
    """The version of the format, 0 for a new file.

    Raises:
        DamagedHistory: it is another program's.
        HistoryError: a newer version of this one wrote it.
    """
    (version,) = database.execute("PRAGMA user_version").fetchone()
    (application,) = database.execute("PRAGMA application_id").fetchone()
    (tables,) = database.execute("SELECT count(*) FROM sqlite_master").fetchone()
    if (version, application, tables) == (0, 0, 0):
        return 0
    if application != APPLICATION:
        raise DamagedHistory("use", path, "it is not the history of a run")
    if version > VERSION:
        text = f"it was written by a newer rnn-tui (format {version}); update"
        raise HistoryError("use", path, text)
    return int(version)


def problem_of(database: sqlite3.Connection) -> str | None:
    """What the database finds wrong with itself, in a few words."""
    (answer,) = database.execute("PRAGMA quick_check(1)").fetchone()
    return None if answer == "ok" else f"it is damaged ({ascii(str(answer))[1:-1][:100]})"


def connect_read_only(path: Path) -> sqlite3.Connection:
    """A connection that only reads; where the folder is read-only too, to the file as it is.

    Raises:
        sqlite3.Error: it cannot be opened, or is no database.
    """
    address = f"file:{quote(str(path.resolve()))}?mode=ro"
    database = sqlite3.connect(address, uri=True, timeout=5)
    try:
        database.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.OperationalError:
        database.close()
        if path.with_name(path.name + "-wal").exists():
            raise
        return sqlite3.connect(address + "&immutable=1", uri=True)
    except BaseException:
        database.close()
        raise
    return database
