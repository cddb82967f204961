"""What a session tells whoever keeps its run; `rnn_tui.storage` fulfils it."""

import math
from typing import NamedTuple, Protocol

from rnn_tui.timeline.keyframes import Grid
from rnn_tui.timeline.run_state import RunState


class EpochRecord(NamedTuple):
    """One point of the training curve.

    Attributes:
        branch: number of the branch.
        epoch: from 1.
        loss: nats per symbol; may be NaN.
        accuracy: 0 to 1.
        learning_rate: of the epoch's first update.
        valid_loss: of the validation set, nats per symbol; NaN without one.
        valid_accuracy: the same, 0 to 1.
    """

    branch: int
    epoch: int
    loss: float
    accuracy: float
    learning_rate: float
    valid_loss: float = math.nan
    valid_accuracy: float = math.nan


class Recorder(Protocol):
    """Keeps a run. Every method but `close` returns at once; the work is done elsewhere."""

    @property
    def name(self) -> str:
        """What the run is called."""

    def record(self, epoch: EpochRecord) -> None:
        """A new epoch of a branch; called for each one."""

    def save(self, run: RunState) -> None:
        """Write a checkpoint soon; only the newest one asked for counts."""

    def save_keyframes(self, run: RunState, grids: dict[int, Grid]) -> None:
        """Write the states kept of each branch soon, which the run had as it is given."""

    @property
    def failing(self) -> bool:
        """Whether something could not be written, and still is not; it is tried again."""

    @property
    def stored_epoch(self) -> int | None:
        """The newest epoch in the last checkpoint, on the branch shown; None before the first."""

    def retry(self) -> None:
        """Write again, at once."""

    def close(self, timeout: float) -> bool:
        """Write everything and let go, within so many seconds; whether all was written."""

    def problem(self) -> str | None:
        """What has happened since it was last asked, one line, None if nothing has."""
