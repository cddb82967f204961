"""What is still to be written of a run, and writing it: no thread, no clock."""

from __future__ import annotations

import contextlib
import os
from collections import deque
from collections.abc import Iterable
from pathlib import Path

from rnn_tui.storage.checkpoint.latest import is_sound, save_run
from rnn_tui.storage.curve.database import DamagedHistory, HistoryError
from rnn_tui.storage.curve.writer import HistoryWriter
from rnn_tui.storage.disk.durable import StoreError, shown
from rnn_tui.storage.disk.names import HISTORY
from rnn_tui.timeline.recorder import EpochRecord
from rnn_tui.timeline.run_state import BranchState, RunState

Norms = tuple[int, int, dict[str, float]]
MOST_NORMS = 10_000


class Keeper:
    """Keeps what could not be written, in bounded memory; what is on disk is never harmed.

    Attributes:
        notes: what the user should know, one line each; taken out by whoever tells it.

    Args:
        folder: of the run.
        resumed: the checkpoint that the run goes on from; branches that it does not know are
            taken out of the history.
        most: epochs that `forget_oldest` leaves.
    """

    def __init__(self, folder: Path, resumed: RunState | None, most: int) -> None:
        self.notes: deque[str] = deque(maxlen=100)
        self._folder, self._resumed, self._most = folder, resumed, most
        self._epochs: deque[EpochRecord] = deque()
        self._norms: deque[Norms] = deque()
        self._run: RunState | None = None
        self._history: HistoryWriter | None = None
        self._known: list[object] = []  # branches as they were last written
        self._newest_is_sound = False

    def take(
        self, epochs: Iterable[EpochRecord], norms: Iterable[Norms], run: RunState | None
    ) -> None:
        """Something more to be written."""
        self._epochs.extend(epochs)
        self._norms.extend(norms)
        self._run = run or self._run

    def forget_oldest(self) -> None:
        """While nothing can be written, memory stays bounded."""
        for waiting, most in ((self._epochs, self._most), (self._norms, MOST_NORMS)):
            while len(waiting) > most:
                waiting.popleft()

    @property
    def pending(self) -> bool:
        """Whether anything is left to be written."""
        return bool(self._epochs or self._norms or self._run)

    def write(self) -> None:
        """Write everything: the history first, so that it never lacks what a checkpoint has.

        Raises:
            StoreError: what could not be written is still pending.
        """
        problem: StoreError | None = None
        if not self._folder.is_dir():
            raise StoreError(f"the folder {shown(self._folder)} was removed; put it back")
        try:
            self._write_history()
        except StoreError as error:
            problem = error
        if self._run is not None:
            try:
                self._write_checkpoint(self._run)
            except StoreError as error:
                problem = problem or error
        if problem is not None:
            raise problem

    def close(self) -> None:
        """Let go of the files; what is pending is lost."""
        if self._history is not None:
            self._history.close()
            self._history = None

    def _write_history(self) -> None:
        branches: tuple[BranchState, ...] = () if self._run is None else self._run.branches
        described: list[object] = [(b.number, b.parent, b.fork, b.name) for b in branches]
        if described == self._known:
            branches = ()
        try:
            if self._history is None:
                self._history = self._open()
            if self._epochs or self._norms or branches:
                self._history.write(self._epochs, self._norms, branches)
            if branches:
                self._known = described
            self._epochs.clear()
            self._norms.clear()
            if self._run is not None:
                self._history.sync()
        except StoreError:
            self.close()  # opened anew, and looked at, the next time
            raise

    def _open(self) -> HistoryWriter:
        path = self._folder / HISTORY
        try:
            history = HistoryWriter(path)
        except DamagedHistory as error:
            aside = _set_aside(path)
            self.notes.append(f"{error}; it is kept as {aside.name}, and a new one begins")
            history = HistoryWriter(path)
        self._known = []
        if self._resumed is not None:
            try:
                history.keep_branches(
                    {branch.number: branch.newest.epoch for branch in self._resumed.branches}
                )
            except StoreError:
                history.close()
                raise
            self._resumed = None
        return history

    def _write_checkpoint(self, run: RunState) -> None:
        if not self._newest_is_sound:
            self._newest_is_sound = is_sound(self._folder)
        save_run(self._folder, run, keep_previous=self._newest_is_sound)
        self._newest_is_sound = True
        self._run = None


def _set_aside(path: Path) -> Path:
    """Give a damaged database a name that is free.

    Raises:
        HistoryError: if that is not possible.
    """
    number = 1
    while (aside := path.with_name(f"{path.stem}.damaged-{number}{path.suffix}")).exists():
        number += 1
    try:
        os.rename(path, aside)
    except OSError as error:
        raise HistoryError("rename", path, error) from error
    for suffix in ("-wal", "-shm"):
        with contextlib.suppress(OSError):
            os.rename(f"{path}{suffix}", f"{aside}{suffix}")
    return aside
