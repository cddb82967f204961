"""The training curves of a run that is resumed, also where its history is lost or damaged."""

from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from rnn_tui.storage.curve.database import DamagedHistory, EmptyHistory
from rnn_tui.storage.curve.reader import HistoryReader, Span, spans_of
from rnn_tui.storage.disk.checks import MAX_EPOCH
from rnn_tui.storage.disk.errors import StoreError, shown
from rnn_tui.storage.disk.lock import holder
from rnn_tui.storage.disk.names import HISTORY, LOCK
from rnn_tui.timeline.run_state import Losses, RunState
from rnn_tui.training.words import count


class Differences(NamedTuple):
    """Where a history and its checkpoint differ.

    Attributes:
        lost: epochs that only the checkpoint knows of, as after a damage or a full disk.
        ahead: epochs after the checkpoint, as after a crash: a resumed run trains them again.
        unchecked: epochs whose damage could not be noticed: they have no checksum.
    """

    lost: int = 0
    ahead: int = 0
    unchecked: int = 0

    def lines(self) -> list[str]:
        """For people, of "the curve"."""
        lines = []
        if self.lost:
            lines.append(f"lacks epochs that were lost: {self.lost:,}")
        if self.ahead:
            lines.append(f"has epochs after the checkpoint, where the run goes on: {self.ahead:,}")
        if self.unchecked:
            lines.append(f"has epochs without a checksum, of rnn-tui 0.1.0: {self.unchecked:,}")
        return lines


def differences(folder: Path, run: RunState, number: int | None = None) -> Differences:
    """Between the training curve of a run and its checkpoint; none if it cannot be read.

    Of one branch, by number, with the past it inherited, or of all branches, their own parts. The
    curve of a run that is open somewhere is always ahead, which is not told.
    """
    spans = [Span(b.number, b.fork.epoch + 1, b.newest.epoch) for b in run.branches]
    if number is not None:
        spans = _spans(run, number) if number < len(run.branches) else []
    lost = sum(max(0, span.last - span.first + 1) for span in spans)
    ahead = 0
    try:
        with HistoryReader(folder / HISTORY) as history:
            for span in spans:
                is_inherited = number not in (None, span.branch)
                read_until = span.last if is_inherited else MAX_EPOCH
                for piece in history.pieces_of(span._replace(last=read_until)):
                    is_ahead = piece[:, 1] > span.last
                    ahead += int(is_ahead.sum())
                    lost -= int(np.isfinite(piece[~is_ahead, 3]).sum())
            unchecked = history.unchecked
    except DamagedHistory:
        return Differences(lost)
    except StoreError:
        return Differences() if (folder / HISTORY).exists() else Differences(lost)
    return Differences(lost, 0 if holder(folder / LOCK) else ahead, unchecked)


class Curves:
    """The training curves of the branches of a run, each read when it is asked for.

    Attributes:
        note: what to tell of the curve shown, one line, or None.

    Raises:
        StoreError: if a newer version wrote the history, or it cannot be read.
    """

    def __init__(self, path: Path, run: RunState) -> None:
        self._path, self._run = path, run
        self._columns = [1, 2, 3, 5] if run.config.valid else [1, 2, 3]
        self._own: dict[int, NDArray[np.float64]] = {}
        self._shown, self.note = self._read(run.current)

    def __call__(self, number: int) -> Losses:
        """Of a branch, by number, as far as the history knows it."""
        if number == self._run.current:
            return self._shown
        try:
            return self._read(number)[0]
        except StoreError:
            return Losses(np.empty(0, np.int64), np.empty(0), np.empty(0))

    def _read(self, number: int) -> tuple[Losses, str | None]:
        pieces, note = [np.empty((0, len(self._columns)))], None
        try:
            if not self._path.exists():
                raise EmptyHistory(f"the history {shown(self._path)} is missing")
            with HistoryReader(self._path) as history:
                for span in _spans(self._run, number):
                    own = self._own_part(history, span.branch)
                    pieces.append(own[: np.searchsorted(own[:, 0], span.last, side="right")])
            if history.damaged:
                damaged, path = history.damaged, shown(self._path)
                note = f"damaged and left out: {count(damaged, 'epoch')} in {path}"
        except EmptyHistory as error:
            note = f"{error}; a new one begins"
        except DamagedHistory as error:
            note = str(error)
        epochs, *losses = np.concatenate(pieces).T
        return Losses(epochs.astype(np.int64), *losses), note

    def _own_part(self, history: HistoryReader, number: int) -> NDArray[np.float64]:
        """(n, 3) epoch, loss and accuracy recorded on a branch itself; read once for all.

        With a validation set (n, 4), the loss on it too.
        """
        if number not in self._own:
            branch = self._run.branches[number]
            span = Span(number, branch.fork.epoch + 1, branch.newest.epoch)
            pieces = (piece[:, self._columns] for piece in history.pieces_of(span))
            self._own[number] = np.concatenate([np.empty((0, len(self._columns))), *pieces])
        return self._own[number]


def _spans(run: RunState, number: int) -> list[Span]:
    """The past of a branch up to its newest epoch, as the checkpoint knows it."""
    parents = {branch.number: (branch.parent, branch.fork.epoch) for branch in run.branches}
    newest = run.branches[number].newest.epoch
    return [span._replace(last=min(span.last, newest)) for span in spans_of(parents, number)]
