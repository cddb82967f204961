"""Writes a run to disk from a thread of its own, so that training never waits for a disk."""

import math
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path
from threading import Event, Thread

from rnn_tui.storage.disk.errors import StoreError, printable
from rnn_tui.storage.writing.backlog import Backlog, Keyframes
from rnn_tui.timeline.keyframes import Grid
from rnn_tui.timeline.recorder import EpochRecord
from rnn_tui.timeline.run_state import RunState

INTERVAL = 0.1
"""Seconds between two batches."""
MOST_EPOCHS = 200_000
"""Epochs kept in memory, about 40 MB, while the disk cannot be written to."""
FIRST_DELAY, LONGEST_DELAY = 1.0, 4.0
"""Seconds before the next attempt after a failure, doubled each time: soon enough after space is
free, without hammering a failing disk."""


class RunRecorder:
    """Fulfils `rnn_tui.timeline.recorder.Recorder`; every method but `close` returns at once.

    While something cannot be written it is kept, up to `MOST_EPOCHS`, and tried again after a
    while, and at once after `retry`.

    Attributes:
        name: what the run is called.
        failing: whether something could not be written, and still is not.

    Args:
        folder: of the run; this process must hold its lock.
        resumed: the checkpoint that the run goes on from.
        release: called at the end, to let go of the lock.
        interval: seconds between two batches.
        most: epochs kept in memory.
        clock: the time in seconds, never going back.
    """

    def __init__(
        self, folder: Path, resumed: RunState | None = None,
        release: Callable[[], None] = lambda: None, *,
        interval: float = INTERVAL, most: int = MOST_EPOCHS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:  # fmt: skip
        self._backlog = Backlog(folder, resumed, most)
        self.name, self._release = folder.name, release
        self._interval, self._clock = interval, clock
        self._epochs: list[EpochRecord] = []
        self._runs: deque[RunState] = deque(maxlen=1)
        self._keyframes: deque[Keyframes] = deque(maxlen=1)
        self._given = self._written = 0  # how many of them
        self._problems: deque[str] = deque(maxlen=100)
        self._wake, self._closing, self.failing = Event(), False, False
        self._delay, self._next_attempt = 0.0, -math.inf
        self._thread = Thread(target=self._main, name="storing", daemon=True)
        self._thread.start()

    def record(self, epoch: EpochRecord) -> None:
        """A new epoch of a branch."""
        self._epochs.append(epoch)
        self._given += 1

    def save(self, run: RunState) -> None:
        """Write a checkpoint soon; only the newest one asked for counts."""
        self._runs.append(run)
        self._given += 1

    def save_keyframes(self, run: RunState, grids: dict[int, Grid]) -> None:
        """Write the states kept of each branch soon, which the run had as it is given."""
        self._keyframes.append((run, grids))
        self._given += 1

    def problem(self) -> str | None:
        """What has happened since it was last asked, one line, None if nothing has."""
        return self._problems.popleft() if self._problems else None

    @property
    def pending(self) -> bool:
        """Whether anything that was given is not on disk yet."""
        return self._written != self._given

    @property
    def stored_epoch(self) -> int | None:
        """The newest epoch in the last checkpoint, on the branch shown; None before the first."""
        run = self._backlog.stored
        return None if run is None else run.branches[run.current].newest.epoch

    def retry(self) -> None:
        """Write again, at once; if that fails, `problem` says so again."""
        self.failing = False
        self._delay, self._next_attempt = 0.0, -math.inf
        self._wake.set()

    def close(self, timeout: float = 5.0) -> bool:
        """Write everything and end; whether everything is on disk. May be called again."""
        self._closing = True
        self._wake.set()
        self._thread.join(timeout)
        return not self._thread.is_alive() and not self.pending

    # In the thread.

    def _main(self) -> None:
        closing = False
        while not closing:
            self._wake.wait(self._interval)
            self._wake.clear()
            closing, given = self._closing, self._given
            self._take()
            if self._backlog.pending and (closing or self._clock() >= self._next_attempt):
                self._write()
            if not self._backlog.pending:
                self._written = given
            if self.failing:
                self._backlog.forget_oldest()
        self._backlog.close()
        self._release()

    def _take(self) -> None:
        keyframes = self._keyframes.popleft() if self._keyframes else None
        run = self._runs.popleft() if self._runs else None  # before the epochs that led to it
        epochs = self._epochs[: len(self._epochs)]
        del self._epochs[: len(epochs)]
        self._backlog.take(epochs, run, keyframes)

    def _write(self) -> None:
        try:
            self._backlog.write()
        except StoreError as error:
            self._failed(str(error))
        except Exception as error:  # a fault of ours must not end the thread
            self._failed(f"{type(error).__name__}: {error} (this is a fault of rnn-tui)")
        else:
            if self.failing:
                self._problems.append("the run is being stored again")
            self.failing, self._delay = False, 0.0
        self._problems.extend(self._backlog.notes)
        self._backlog.notes.clear()

    def _failed(self, text: str) -> None:
        if not self.failing:
            self._problems.append(f"the run is not being stored: {printable(text)}")
        self.failing = True
        self._delay = min(2 * self._delay or FIRST_DELAY, LONGEST_DELAY)
        self._next_attempt = self._clock() + self._delay
