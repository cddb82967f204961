"""Keeps a run on disk from a thread of its own, so that training never waits for a disk."""

from __future__ import annotations

import time
from collections import deque
from pathlib import Path
from threading import Event, Thread

from rnn_tui.storage.disk.durable import StoreError
from rnn_tui.storage.writing.backlog import Keeper, Norms
from rnn_tui.timeline.recorder import EpochRecord
from rnn_tui.timeline.run_state import RunState

INTERVAL = 0.1
"""Seconds between two batches."""
MOST_EPOCHS = 200_000
"""Epochs kept in memory, about 40 MB, while the disk takes none."""
_RETRY_AFTER = (1.0, 30.0)  # seconds; doubled each time


class RunRecorder:
    """Fulfils `rnn_tui.timeline.recorder.Recorder`; every method returns at once but two.

    Those are `flush` and `close`. While something cannot be written it is kept, up to
    `MOST_EPOCHS`, and tried again after 1, 2, 4, … 30 seconds, and at once after `retry`.

    Args:
        folder: of the run; this process must hold its lock.
        resumed: the checkpoint that the run goes on from.
        interval: seconds between two batches.
        most: epochs kept in memory.
    """

    def __init__(
        self, folder: Path, resumed: RunState | None = None, *,
        interval: float = INTERVAL, most: int = MOST_EPOCHS,
    ) -> None:  # fmt: skip
        self._keeper = Keeper(folder, resumed, most)
        self._interval = interval
        self._epochs: list[EpochRecord] = []
        self._norms: list[Norms] = []
        self._runs: deque[RunState] = deque(maxlen=1)
        self._problems: deque[str] = deque(maxlen=100)
        self._wake, self._closing = Event(), False
        self._waiting: deque[Event] = deque()
        self._paused = self._failing = False
        self._retry_at, self._delay = 0.0, _RETRY_AFTER[0]
        self._thread = Thread(target=self._main, name="storing", daemon=True)
        self._thread.start()

    def record(self, epoch: EpochRecord) -> None:
        """A new epoch of a branch."""
        self._epochs.append(epoch)

    def record_norms(self, branch: int, epoch: int, norms: dict[str, float]) -> None:
        """The norms of the weights at a keyframe."""
        self._norms.append((branch, epoch, norms))

    def save(self, run: RunState) -> None:
        """Write a checkpoint soon; only the newest one asked for counts."""
        self._runs.append(run)

    def problem(self) -> str | None:
        """What has gone wrong since it was last asked, one line, None if nothing has."""
        return self._problems.popleft() if self._problems else None

    @property
    def failing(self) -> bool:
        """Whether something could not be written, and still is not."""
        return self._failing

    @property
    def paused(self) -> bool:
        """Whether nothing is written because `pause_storing` was called."""
        return self._paused

    def pause_storing(self) -> None:
        """Write nothing until `retry`, or `close`."""
        self._paused = True

    def retry(self) -> None:
        """Write again, at once; if that fails, `problem` says so again."""
        self._paused = self._failing = False
        self._retry_at = 0.0
        self._wake.set()

    def flush(self, timeout: float) -> bool:
        """Wait until everything given so far is on disk; whether it is."""
        done = Event()
        self._waiting.append(done)
        self._retry_at = 0.0
        self._wake.set()
        return done.wait(timeout) and not self._failing and not self._paused

    def close(self, timeout: float = 5.0) -> bool:
        """Write everything and end; whether everything is on disk. May be called again."""
        self._closing = True
        self._wake.set()
        self._thread.join(timeout)
        return not self._thread.is_alive() and not self._keeper.pending

    # In the thread.

    def _main(self) -> None:
        closing = False
        while not closing:
            self._wake.wait(self._interval)
            self._wake.clear()
            closing = self._closing
            waiting = [self._waiting.popleft() for _ in range(len(self._waiting))]
            self._take()
            may = not self._paused and time.monotonic() >= self._retry_at
            if self._keeper.pending and (may or closing):
                self._write()
            if self._paused or self._failing:
                self._keeper.forget_oldest()
            for done in waiting:
                done.set()
        self._keeper.close()

    def _take(self) -> None:
        run = self._runs.popleft() if self._runs else None  # before the epochs that led to it
        epochs = self._epochs[: len(self._epochs)]
        del self._epochs[: len(epochs)]
        norms = self._norms[: len(self._norms)]
        del self._norms[: len(norms)]
        self._keeper.take(epochs, norms, run)

    def _write(self) -> None:
        try:
            self._keeper.write()
        except StoreError as error:
            self._failed(str(error))
        except Exception as error:  # a fault of ours must not end the thread
            self._failed(f"{type(error).__name__}: {error} (this is a fault of rnn-tui)")
        else:
            self._failing, self._delay = False, _RETRY_AFTER[0]
        self._problems.extend(self._keeper.notes)
        self._keeper.notes.clear()

    def _failed(self, text: str) -> None:
        first, self._failing = not self._failing, True
        if first:
            self._problems.append(f"the run is not being stored: {' '.join(text.split())}")
        self._retry_at = time.monotonic() + self._delay
        self._delay = min(2 * self._delay, _RETRY_AFTER[1])
