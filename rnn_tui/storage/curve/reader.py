"""Reads the history of a run, also while another process writes it."""

from __future__ import annotations

import contextlib
import math
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from rnn_tui.storage.curve.database import (
    DamagedHistory,
    HistoryError,
    connect_read_only,
    named,
    problem_of,
    require_ours,
)
from rnn_tui.storage.disk.checks import MAX_EPOCH
from rnn_tui.timeline.recorder import EpochRecord

_ROWS = 10_000


class Curve(NamedTuple):
    """The training curve of a branch, or a part of it.

    Attributes:
        epochs: (n,) int64, ascending.
        loss: (n,) nats per symbol; may be NaN.
        accuracy: (n,) 0 to 1.
        learning_rate: (n,) of each epoch's first update.
        branch: (n,) int64, the branch on which it was recorded.
    """

    epochs: NDArray[np.int64]
    loss: NDArray[np.float64]
    accuracy: NDArray[np.float64]
    learning_rate: NDArray[np.float64]
    branch: NDArray[np.int64]


class Span(NamedTuple):
    """Consecutive epochs that were recorded on one branch; ``last`` is None for all."""

    branch: int
    first: int
    last: int | None


class HistoryReader:
    """A history, opened for reading; nothing is ever written.

    Args:
        path: of the database.

    Raises:
        HistoryError: there is none, it is damaged (`DamagedHistory`), or it cannot be read.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        with named("read", path):
            if not path.is_file():
                raise HistoryError("read", path, "there is no such file")
            self._database = connect_read_only(path)
            try:
                if require_ours(self._database, path) == 0:
                    raise HistoryError("use", path, "it is still empty")
            except BaseException:
                self._database.close()
                raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()

    def branches(self) -> dict[int, str]:
        """The numbers and names of the branches known."""
        rows = self._rows("SELECT number, name FROM branch ORDER BY number")
        return {int(number): str(name) for number, name in rows}

    def count(self, branch: int) -> int:
        """How many epochs were recorded on a branch itself."""
        ((count,),) = self._rows("SELECT count(*) FROM epoch WHERE branch = ?", branch)
        return int(count)

    def last(self, branch: int) -> EpochRecord | None:
        """The newest epoch recorded on a branch itself."""
        query = "SELECT * FROM epoch WHERE branch = ? ORDER BY epoch DESC LIMIT 1"
        for number, epoch, *values in self._rows(query, branch):
            loss, accuracy, rate = (math.nan if value is None else value for value in values)
            return EpochRecord(number, epoch, loss, accuracy, rate)
        return None

    def spans(self, branch: int) -> list[Span]:
        """Where the past of a branch was recorded, from epoch 1 on: its parents', then its own."""
        rows = self._rows("SELECT number, parent, fork_epoch FROM branch")
        known = {number: (parent, fork) for number, parent, fork in rows}
        spans: list[Span] = []
        number, last = branch, None
        while True:
            parent, fork = known.pop(number, (None, 0))  # popping ends a damaged circle
            spans.insert(0, Span(number, int(fork) + 1, last))
            if parent is None:
                return spans
            last = int(fork) if last is None else min(last, int(fork))
            number = parent

    def epochs(self, branch: int | None = None) -> Curve:
        """The whole past of a branch, the part inherited too; of all branches, their own."""
        columns = np.empty((5, self._count(branch)))
        end = 0
        for piece in self.pieces(branch):
            piece = piece[: columns.shape[1] - end]  # a writer may be at work
            begin, end = end, end + len(piece)
            columns[:, begin:end] = piece.T
        number, epoch, loss, accuracy, rate = columns[:, :end]
        return Curve(epoch.astype(np.int64), loss, accuracy, rate, number.astype(np.int64))

    def pieces(self, branch: int | None = None) -> Iterator[NDArray[np.float64]]:
        """The same, (n, 5) at a time: branch, epoch, loss, accuracy, learning rate."""
        if branch is None:
            yield from self._pieces("SELECT * FROM epoch ORDER BY branch, epoch")
            return
        for span in self.spans(branch):
            query = "SELECT * FROM epoch WHERE branch = ? AND epoch BETWEEN ? AND ? ORDER BY epoch"
            yield from self._pieces(query, *_bounds(span))

    def _count(self, branch: int | None) -> int:
        if branch is None:
            ((count,),) = self._rows("SELECT count(*) FROM epoch")
            return int(count)
        query = "SELECT count(*) FROM epoch WHERE branch = ? AND epoch BETWEEN ? AND ?"
        counts = (self._rows(query, *_bounds(span)) for span in self.spans(branch))
        return sum(int(count) for ((count,),) in counts)

    def norms(self, branch: int) -> dict[int, dict[str, float]]:
        """The norms recorded on a branch itself, by epoch and tensor."""
        found: dict[int, dict[str, float]] = {}
        query = "SELECT epoch, tensor, norm FROM norm WHERE branch = ? ORDER BY epoch, tensor"
        for epoch, tensor, norm in self._rows(query, branch):
            found.setdefault(epoch, {})[tensor] = math.nan if norm is None else norm
        return found

    def problem(self) -> str | None:
        """What is wrong with it, a few words: damage, or epochs missing in between."""
        try:
            if problem := problem_of(self._database):
                return problem
            query = "SELECT branch, count(*), min(epoch), max(epoch) FROM epoch GROUP BY branch"
            for branch, count, first, last in self._rows(query):
                if last - first + 1 != count:
                    return f"branch {branch} has {count} of the epochs {first} to {last}"
        except (sqlite3.Error, HistoryError) as error:
            return f"it is damaged ({error})"
        return None

    def _pieces(self, query: str, *values: int) -> Iterator[NDArray[np.float64]]:
        with named("read", self.path), contextlib.closing(self._database.cursor()) as cursor:
            cursor.execute(query, values)
            while rows := cursor.fetchmany(_ROWS):
                piece = np.array(rows, np.float64)
                if not (np.abs(piece[:, :2]) < MAX_EPOCH).all():
                    raise DamagedHistory("use", self.path, "it has epochs without a number")
                yield piece

    def _rows(self, query: str, *values: int) -> list[Any]:
        with named("read", self.path):
            return self._database.execute(query, values).fetchall()


def _bounds(span: Span) -> tuple[int, int, int]:
    return span.branch, span.first, (1 << 62) if span.last is None else span.last
