"""What a session tells whoever keeps its run; `rnn_tui.storage` fulfils it."""

from __future__ import annotations

from typing import NamedTuple, Protocol

from rnn_tui.training.run_state import RunState


class EpochRecord(NamedTuple):
    """One point of the training curve.

    Attributes:
        branch: number of the branch.
        epoch: from 1.
        loss: nats per symbol; may be NaN.
        accuracy: 0 to 1.
        learning_rate: of the epoch's first update.
    """

    branch: int
    epoch: int
    loss: float
    accuracy: float
    learning_rate: float


class Recorder(Protocol):
    """Keeps a run. Every method returns at once; the work is done in the background."""

    def record(self, epoch: EpochRecord) -> None:
        """A new epoch of a branch; called for each one."""
        ...

    def record_norms(self, branch: int, epoch: int, norms: dict[str, float]) -> None:
        """The norms of the weights at a keyframe."""
        ...

    def save(self, run: RunState) -> None:
        """Write a checkpoint soon; only the newest one asked for counts."""
        ...

    def problem(self) -> str | None:
        """What has gone wrong since it was last asked, one line, None if nothing has."""
        ...
