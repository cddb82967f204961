"""The training curves of a run that is resumed, also where its history is lost or damaged."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np

from rnn_tui.storage.curve.database import DamagedHistory, HistoryError
from rnn_tui.storage.curve.reader import HistoryReader
from rnn_tui.storage.disk.durable import StoreError, shown
from rnn_tui.storage.disk.lock import holder
from rnn_tui.storage.disk.names import HISTORY, LOCK
from rnn_tui.timeline.run_state import Losses, RunState


class Differences(NamedTuple):
    """Where a history and its checkpoint differ.

    Attributes:
        lost: epochs that only the checkpoint knows of, as after a damage or a full disk.
        ahead: epochs after the checkpoint, as after a crash: a resumed run trains them again.
    """

    lost: int
    ahead: int

    def lines(self) -> list[str]:
        """For people, of "the curve"."""
        lines = []
        if self.lost:
            lines.append(f"lacks epochs that were lost: {self.lost:,}")
        if self.ahead:
            lines.append(f"ends after the checkpoint, where the run goes on: {self.ahead:,} epochs")
        return lines


def differences(folder: Path, run: RunState, number: int | None = None) -> Differences:
    """Between the training curve of a run and its checkpoint; none if it cannot be read.

    The curve of a run that is open somewhere is always ahead, which is not told.

    Args:
        folder: of the run.
        run: its checkpoint.
        number: of a branch, with the past it inherited; None for all branches.
    """
    path, is_open = folder / HISTORY, holder(folder / LOCK) is not None
    try:
        curves, _ = curves_of(path, run)
    except StoreError:
        return Differences(0, 0)
    lost = ahead = 0
    for branch in run.branches:
        if number is None or branch.number == number:
            inherited = branch.fork.epoch if number is None else 0
            lost += int(np.isnan(curves[branch.number][1][inherited:]).sum())
            ahead += _newest(path, branch.number, branch.newest.epoch) - branch.newest.epoch
    return Differences(lost, 0 if is_open else ahead)


def _newest(path: Path, number: int, at_least: int) -> int:
    """The newest epoch of a branch in a history, damaged or not."""
    try:
        with HistoryReader(path) as history:
            last = history.last(number)
    except HistoryError:
        return at_least
    return at_least if last is None else max(at_least, last.epoch)


def curves_of(path: Path, run: RunState) -> tuple[dict[int, Losses], str | None]:
    """The training curve of each branch, NaN where the history lacks it, and what to tell of it.

    Raises:
        StoreError: if a newer version wrote the history, or it cannot be read.
    """
    curves: dict[int, Losses] = {}
    for branch in run.branches:
        lost = np.full(branch.newest.epoch, np.nan)
        curves[branch.number] = lost, lost.copy()
    if not path.is_file():
        return curves, f"the history {shown(path)} is missing; a new one begins"
    if _is_empty(path):
        return curves, f"the history {shown(path)} is empty; a new one begins"
    try:
        with HistoryReader(path) as history:
            for number, (loss, accuracy) in curves.items():
                found = history.epochs(number)
                known = (found.epochs >= 1) & (found.epochs <= len(loss))
                at = found.epochs[known] - 1
                loss[at], accuracy[at] = found.loss[known], found.accuracy[known]
    except DamagedHistory as error:
        return curves, str(error)
    return curves, None


def _is_empty(path: Path) -> bool:
    """Whether there is nothing in a database, as a crash or a full disk can leave it behind."""
    log = path.with_name(path.name + "-wal")
    return path.stat().st_size == 0 and not (log.is_file() and log.stat().st_size)
