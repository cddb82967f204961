"""One run on disk, held by this process: what a session keeps it with."""

from pathlib import Path
from typing import Self

from rnn_tui.storage.disk.lock import RunLock
from rnn_tui.storage.disk.names import LOCK
from rnn_tui.storage.writing.recorder import RunRecorder
from rnn_tui.timeline.run_state import RunState


class RunFolder:
    """The folder of one run, which this process holds until it is closed.

    Attributes:
        id: its name.
        path: where it is.
    """

    def __init__(self, path: Path) -> None:
        self.id, self.path = path.name, path
        self._lock = RunLock(path / LOCK, path.name)

    def recorder(self, resumed: RunState | None = None, *, lets_go: bool = True) -> RunRecorder:
        """Writes the run from now on, and lets go of it when it is closed; see `RunRecorder`."""
        return RunRecorder(self.path, resumed, self.close if lets_go else lambda: None)

    def close(self) -> None:
        """Let go of it; may be called again."""
        self._lock.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
