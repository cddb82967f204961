"""One run on disk, held by this process: what a session keeps it with."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from rnn_tui.storage.checkpoint.latest import Loaded, load_run
from rnn_tui.storage.disk.lock import RunLock
from rnn_tui.storage.writing.recorder import RunRecorder
from rnn_tui.timeline.run_state import RunState


@dataclass
class RunFolder:
    """The folder of one run, which this process holds until it is closed.

    Attributes:
        id: its name.
        path: where it is.
    """

    id: str
    path: Path
    _lock: RunLock

    def load(self, *, allow_nonfinite: bool = False) -> Loaded:
        """The run as it was last saved.

        Raises:
            StoreError: if no checkpoint can be used.
        """
        return load_run(self.path, allow_nonfinite=allow_nonfinite)

    def recorder(self, resumed: RunState | None = None) -> RunRecorder:
        """What keeps the run from now on, and lets go of it when it is closed.

        Args:
            resumed: the checkpoint that it goes on from.
        """
        return RunRecorder(self.path, resumed, self.close)

    def close(self) -> None:
        """Let go of it; may be called again."""
        self._lock.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        self.close()
