"""A run on disk, as the session's recorder: its folder, its history, its checkpoint, its past."""

from __future__ import annotations

from contextlib import suppress
from threading import Thread

from rnn_tui.storage.checkpoint.keyframes import write_keyframes
from rnn_tui.storage.disk.durable import StoreError
from rnn_tui.storage.library.store import RunFolder
from rnn_tui.timeline.keyframes import Grid
from rnn_tui.timeline.run_state import RunState


class KeptRun:
    """Fulfils `rnn_tui.timeline.recorder.Recorder`; holds the run's lock until it is closed.

    Args:
        folder: held by this process.
        resumed: the checkpoint that the run goes on from.
    """

    def __init__(self, folder: RunFolder, resumed: RunState | None = None) -> None:
        self._folder, self._newest = folder, resumed
        self._recorder = folder.recorder(resumed)
        self._writing: Thread | None = None

        self.record, self.record_norms = self._recorder.record, self._recorder.record_norms
        self.problem = self._recorder.problem
        self.pause_storing, self.retry = self._recorder.pause_storing, self._recorder.retry

    @property
    def failing(self) -> bool:
        """Whether something could not be written, and still is not."""
        return self._recorder.failing

    @property
    def name(self) -> str:
        """Its id."""
        return self._folder.id

    def save(self, run: RunState) -> None:
        """Write a checkpoint soon; only the newest one asked for counts."""
        self._newest = run
        self._recorder.save(run)

    def save_keyframes(self, grids: dict[int, Grid]) -> None:
        """Write the states kept by the run as last saved, in the background.

        A disk that takes none is told elsewhere.
        """
        run = self._newest
        if run is not None and (self._writing is None or not self._writing.is_alive()):
            self._writing = Thread(target=self._write_keyframes, args=(run, grids), daemon=True)
            self._writing.start()

    def _write_keyframes(self, run: RunState, grids: dict[int, Grid]) -> None:
        with suppress(StoreError, ValueError):
            write_keyframes(self._folder.path, run, grids)

    def close(self, timeout: float) -> bool:
        """Write everything and let go of the run; whether everything is on disk."""
        done = self._recorder.close(timeout)  # while the states are being written
        if self._writing is not None:
            self._writing.join(timeout)
        self._folder.close()
        return done
