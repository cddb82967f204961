"""What is still to be written of a run, and writing it: no thread, no clock."""

import contextlib
import os
from collections import deque
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from rnn_tui.storage.checkpoint.keyframes import write_keyframes
from rnn_tui.storage.checkpoint.latest import is_sound, save_run
from rnn_tui.storage.curve.database import SIDECARS, DamagedHistory, HistoryError, problem
from rnn_tui.storage.curve.writer import HistoryWriter
from rnn_tui.storage.disk.errors import StoreError, shown
from rnn_tui.storage.disk.names import HISTORY
from rnn_tui.timeline.keyframes import Grid
from rnn_tui.timeline.recorder import EpochRecord
from rnn_tui.timeline.run_state import RunState

Keyframes = tuple[RunState, dict[int, Grid]]


class Backlog:
    """Holds what could not be written yet, in bounded memory; what is on disk is never harmed.

    Attributes:
        notes: what the user should know, one line each; taken out by whoever tells it.
        stored: the run as the last checkpoint has it, None before the first.

    Args:
        folder: of the run.
        resumed: the checkpoint that the run goes on from; branches that it does not know are
            taken out of the history.
        most: epochs that `forget_oldest` leaves.
    """

    def __init__(self, folder: Path, resumed: RunState | None, most: int) -> None:
        self.notes: deque[str] = deque(maxlen=100)
        self.stored = self._resumed = resumed
        self._folder, self._most = folder, most
        self._epochs: deque[EpochRecord] = deque()
        self._run: RunState | None = None
        self._keyframes: Keyframes | None = None
        self._history: HistoryWriter | None = None
        self._known: list[Any] = []  # branches as they were last written
        self._newest_is_sound = False

    def take(
        self, epochs: Iterable[EpochRecord], run: RunState | None, keyframes: Keyframes | None
    ) -> None:
        """Something more to be written."""
        self._epochs.extend(epochs)
        self._run = run or self._run
        self._keyframes = keyframes or self._keyframes

    def forget_oldest(self) -> None:
        """While nothing can be written, memory stays bounded."""
        while len(self._epochs) > self._most:
            self._epochs.popleft()

    @property
    def pending(self) -> bool:
        """Whether anything is left to be written."""
        return bool(self._epochs or self._run or self._keyframes)

    def write(self) -> None:
        """Write everything: the history first, so that it never lacks what a checkpoint has."""
        if not self._folder.is_dir():
            raise StoreError(f"the folder {shown(self._folder)} was removed; put it back")
        failures = []
        for write in (self._write_history, self._write_checkpoint, self._write_keyframes):
            try:
                write()
            except StoreError as error:
                failures.append(error)
        if failures:
            raise failures[0]

    def close(self) -> None:
        """Let go of the files; what is pending is lost."""
        if self._history is not None:
            self._history.close()
            self._history = None

    def _write_history(self) -> None:
        try:
            history = self._history or self._open()
            branches = () if self._run is None else self._run.branches
            described = [(b.number, b.parent, b.fork, b.name) for b in branches]
            if described == self._known:
                branches = ()
            if self._epochs or branches:
                history.write(self._epochs, branches)
            if branches:
                self._known = described
            self._epochs.clear()
            if self._run is not None:
                history.sync()
        except StoreError:
            self.close()  # opened again, and looked at, the next time
            raise

    def _open(self) -> HistoryWriter:
        path = self._folder / HISTORY
        try:
            self._history = HistoryWriter(path)
        except DamagedHistory as error:
            aside = _set_aside(path)
            self.notes.append(f"{error}; it is kept as {aside.name}, and a new one begins")
            self._history = HistoryWriter(path)
        self._known = []
        if self._resumed is not None:
            newest = {branch.number: branch.newest.epoch for branch in self._resumed.branches}
            self._history.keep_branches(newest)
            self._resumed = None
        return self._history

    def _write_checkpoint(self) -> None:
        if self._run is None:
            return
        if not self._newest_is_sound:
            self._newest_is_sound = is_sound(self._folder)
        save_run(self._folder, self._run, keep_previous=self._newest_is_sound)
        self._newest_is_sound = True
        self.stored, self._run = self._run, None

    def _write_keyframes(self) -> None:
        """Keyframes only save time; a full disk is reported by the checkpoint."""
        if self._keyframes is not None:
            with contextlib.suppress(StoreError, ValueError):
                write_keyframes(self._folder, *self._keyframes)
            self._keyframes = None


def _set_aside(path: Path) -> Path:
    """Give a damaged database a name that is free."""
    number = 1
    while os.path.lexists(aside := path.with_name(f"{path.stem}.damaged-{number}{path.suffix}")):
        number += 1
    try:
        for suffix in SIDECARS:
            with contextlib.suppress(FileNotFoundError):
                os.rename(f"{path}{suffix}", f"{aside}{suffix}")
    except OSError as error:
        raise HistoryError(problem("rename", path, error)) from error
    return aside
