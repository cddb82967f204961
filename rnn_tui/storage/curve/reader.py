"""Reads the history of a run, also while another process writes it."""

import contextlib
import sqlite3
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from rnn_tui.storage.curve.connection import connect_read_only
from rnn_tui.storage.curve.database import (
    DamagedHistory,
    EmptyHistory,
    checksums,
    problem,
    translated,
    version_of,
)
from rnn_tui.storage.disk.checks import MAX_EPOCH
from rnn_tui.timeline.recorder import EpochRecord

_ROWS = 10_000
Points = NDArray[np.float64]
"""(n, 7): branch, epoch, loss, accuracy, learning rate, validation loss and accuracy."""
_NEWER_COLUMNS = {
    1: "NULL, NULL, NULL",
    2: "NULL, NULL, checksum",
    3: "valid_loss, valid_accuracy, checksum",
}


class Curve(NamedTuple):
    """The training curve of a branch, or a part of it.

    Attributes:
        epochs: (n,) int64, ascending.
        loss: (n,) nats per symbol; may be NaN.
        accuracy: (n,) 0 to 1.
        learning_rate: (n,) of each epoch's first update.
        branch: (n,) int64, the branch on which it was recorded.
        valid_loss: (n,) of the validation set, nats per symbol; NaN without one.
        valid_accuracy: (n,) the same, 0 to 1.
    """

    epochs: NDArray[np.int64]
    loss: NDArray[np.float64]
    accuracy: NDArray[np.float64]
    learning_rate: NDArray[np.float64]
    branch: NDArray[np.int64]
    valid_loss: NDArray[np.float64]
    valid_accuracy: NDArray[np.float64]

    @property
    def is_validated(self) -> bool:
        """Whether anything is known of a validation set."""
        return not np.isnan(self.valid_loss).all()


class Span(NamedTuple):
    """Consecutive epochs that were recorded on one branch, the first and the last included."""

    branch: int
    first: int
    last: int


def spans_of(parents: Mapping[int, tuple[int | None, int]], number: int) -> list[Span]:
    """Where the past of a branch was recorded: on its ancestors, then on itself.

    Of each branch there is its parent, None for the first, and the epoch where it left it; a
    branch that is not known has no parent.
    """
    left = dict(parents)
    spans: list[Span] = []
    last, next_one = MAX_EPOCH, number
    while True:
        parent, fork = left.pop(next_one, (None, 0))  # taken out, so that a circle ends
        spans.append(Span(next_one, fork + 1, last))
        if parent is None:
            return spans[::-1]
        next_one, last = parent, min(last, fork)


class HistoryReader:
    """A history, opened for reading; nothing is ever written.

    Points that are not as they were recorded are left out, and counted.

    Attributes:
        damaged: points left out so far because they do not match their checksum.
        unchecked: points read so far that have no checksum: rnn-tui 0.1.0 recorded them.

    Raises:
        HistoryError: there is none, it is empty (`EmptyHistory`), damaged (`DamagedHistory`), or
            cannot be read.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.damaged = self.unchecked = 0
        with translated("read", path):
            self._database, self._limit = connect_read_only(path)
        try:
            with self._reading():
                version = version_of(self._database, path)
            if version == 0:
                raise EmptyHistory(problem("use", path, "it is still empty"))
        except BaseException:
            self._database.close()
            raise
        newer = _NEWER_COLUMNS[version]
        self._select = f"SELECT branch, epoch, loss, accuracy, learning_rate, {newer} FROM epoch"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._database.close()

    def branches(self) -> list[int]:
        """The numbers of the branches known."""
        return sorted(self._parents())

    def last(self, branch: int) -> EpochRecord | None:
        """The newest epoch recorded on a branch itself."""
        for piece in self._pieces("WHERE branch = ? ORDER BY epoch DESC LIMIT 1", branch):
            for number, epoch, *values in piece.tolist():
                return EpochRecord(int(number), int(epoch), *values)
        return None

    def first_solved(self, branch: int, until: int) -> int | None:
        """The first epoch of a branch's past without a mistake, up to an epoch, if any."""
        found = f"{self._select} WHERE branch = ? AND epoch BETWEEN ? AND ? AND accuracy = 1"
        for span in spans_of(self._parents(), branch):
            values = span._replace(last=min(span.last, until))
            with self._reading(), contextlib.closing(self._database.cursor()) as cursor:
                row = cursor.execute(f"{found} ORDER BY epoch LIMIT 1", values).fetchone()
            if row is not None:
                return int(row[1])
        return None

    def epochs(self, branch: int | None = None) -> Curve:
        """The whole past of a branch, the part inherited too; of all branches, their own."""
        points = np.concatenate([np.empty((0, 7)), *self.pieces(branch)])
        number, epoch, loss, accuracy, rate, *valid = points.T
        return Curve(epoch.astype(np.int64), loss, accuracy, rate, number.astype(np.int64), *valid)

    def pieces(self, branch: int | None = None) -> Iterator[Points]:
        """The same, some points at a time."""
        if branch is None:
            yield from self._pieces("ORDER BY branch, epoch")
            return
        for span in spans_of(self._parents(), branch):
            yield from self.pieces_of(span)

    def pieces_of(self, span: Span) -> Iterator[Points]:
        """The epochs of a span, some points at a time."""
        yield from self._pieces("WHERE branch = ? AND epoch BETWEEN ? AND ? ORDER BY epoch", *span)

    def _parents(self) -> dict[int, tuple[int | None, int]]:
        with self._reading():
            rows = self._database.execute("SELECT number, parent, fork_epoch FROM branch")
            return {
                int(number): (None if parent is None else int(parent), int(fork))
                for number, parent, fork in rows
            }

    def _pieces(self, condition: str, *values: int) -> Iterator[Points]:
        with self._reading(), contextlib.closing(self._database.cursor()) as cursor:
            cursor.execute(f"{self._select} {condition}", values)
            while rows := cursor.fetchmany(_ROWS):
                yield self._checked(np.array(rows, np.float64))

    def _checked(self, rows: NDArray[np.float64]) -> Points:
        points, found = rows[:, :-1], rows[:, -1]
        if not (np.abs(points[:, :2]) < MAX_EPOCH).all():
            raise DamagedHistory(problem("use", self.path, "it has epochs without a number"))
        has_none = np.isnan(found)
        sound = has_none | (found == checksums(points))
        self.unchecked += int(has_none.sum())
        self.damaged += int(len(points) - sound.sum())
        return points if sound.all() else points[sound]

    @contextlib.contextmanager
    def _reading(self) -> Iterator[None]:
        with translated("read", self.path):
            try:
                yield
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode != sqlite3.SQLITE_INTERRUPT:
                    raise
                if not self._limit.is_reached:  # ctrl+c, which SQLite has swallowed
                    raise KeyboardInterrupt from None
                text = "it takes too long to read"
                raise DamagedHistory(problem("read", self.path, text)) from None
