"""Tells a recorder what is new in a run; opens one when there is something to keep."""

from collections import deque
from collections.abc import Callable

from rnn_tui.timeline.branch import Timeline
from rnn_tui.timeline.keyframes import Grid
from rnn_tui.timeline.navigator import Navigator
from rnn_tui.timeline.recorder import EpochRecord, Recorder
from rnn_tui.timeline.run_state import capture
from rnn_tui.training.journal import Position

OpenRecorder = Callable[[Navigator], Recorder]
"""Makes the place where a run is kept; may raise OSError or a subclass of it."""

_GRID = (256, 4_000)  # states of each branch that are kept on disk: at most, by its length
_EPOCHS_BETWEEN = 64
_GRID_BYTES = 2**24
_MOST_WAITING = 200_000  # epochs kept in memory, about 40 MB, while there is no place for them


class Recording:
    """Follows one run.

    Args:
        open_recorder: called when the first epoch, or a part of it, is to be kept; None keeps
            nothing.
        recorder: of a run that is there already.
    """

    def __init__(
        self, open_recorder: OpenRecorder | None = None, recorder: Recorder | None = None
    ) -> None:
        self._open, self._recorder = open_recorder, recorder
        self._known: dict[int, int] = {}  # newest epoch told, by branch
        self._waiting: deque[EpochRecord] = deque(maxlen=_MOST_WAITING)
        self._problem: str | None = None
        self._has_no_place = False

    def resume(self, navigator: Navigator) -> None:
        """What is there already need not be told again."""
        self._known = {timeline.number: timeline.newest for timeline in navigator.timelines}

    def note(self, navigator: Navigator) -> None:
        """Tell the newest epoch, if it is new."""
        if self._open is None and self._recorder is None:
            return
        timeline, state = navigator.timeline, navigator.state
        known = self._known.get(timeline.number, timeline.base.epoch)
        if state.epoch != known + 1 or timeline.newest != state.epoch:
            return
        self._known[timeline.number] = state.epoch
        rate = float(timeline.journal.at(Position(known))["lr"] or 0)
        record = EpochRecord(
            branch=timeline.number,
            epoch=state.epoch,
            loss=state.training_loss,
            accuracy=state.training_accuracy,
            learning_rate=rate,
            valid_loss=state.valid_loss,
            valid_accuracy=state.valid_accuracy,
        )
        self._waiting.append(record)
        if not self._has_no_place:
            is_first = self._recorder is None
            self._tell(navigator)
            if is_first and self._recorder is not None:  # a run that can be seen can be resumed
                self._recorder.save(capture(navigator))

    def _tell(self, navigator: Navigator) -> None:
        """Tell the recorder the epochs that wait, if there is one or one can be opened."""
        if self._recorder is None and self._open is not None:
            try:
                self._recorder = self._open(navigator)
                self._has_no_place = False
            except OSError as error:
                if not self._has_no_place:
                    self._problem = f"the run is not being stored: {error}"
                self._has_no_place = True
        while self._recorder is not None and self._waiting:
            self._recorder.record(self._waiting.popleft())

    def save(self, navigator: Navigator) -> None:
        """Ask for a checkpoint; where there was no place for the run, look again.

        A run that has been left in its first epoch has something to keep: the position in it.
        """
        if self._waiting or (self._recorder is None and _is_inside(navigator)):
            self._tell(navigator)
        if self._recorder is not None:
            self._recorder.save(capture(navigator))

    def save_keyframes(self, navigator: Navigator) -> None:
        """Ask for the states kept to be written, so that a resumed run has its past at hand."""
        if self._recorder is not None:
            self._recorder.save_keyframes(capture(navigator), grids(navigator.timelines))

    def problem(self) -> str | None:
        """What has happened, told once."""
        if self._recorder is not None and self._problem is None:
            return self._recorder.problem()
        problem, self._problem = self._problem, None
        return problem

    @property
    def failing(self) -> bool:
        """Whether something is not on disk that should be; it is tried again by itself."""
        return self._has_no_place if self._recorder is None else self._recorder.failing

    @property
    def stored_epoch(self) -> int | None:
        """The newest epoch in the last checkpoint, on the branch shown; None if there is none."""
        return None if self._recorder is None else self._recorder.stored_epoch

    def retry(self) -> None:
        """Try to store again, at once, and say so again if that fails."""
        self._has_no_place = False
        if self._recorder is not None:
            self._recorder.retry()

    @property
    def name(self) -> str | None:
        """Of the run, once it is kept."""
        return None if self._recorder is None else self._recorder.name

    def let_go(self) -> None:
        """Let go of a run that nothing was done to."""
        if self._recorder is not None:
            self._recorder.close(timeout=1.0)

    def finish(self, navigator: Navigator, timeout: float) -> bool:
        """Save all and let go; whether all that was to be kept is on disk."""
        self.save(navigator)
        if self._recorder is None:
            return not self._waiting
        self.save_keyframes(navigator)
        return self._recorder.close(timeout)


def _is_inside(navigator: Navigator) -> bool:
    """Whether updates were made beyond the newest epoch."""
    return navigator.timeline.partial is not None or navigator.trainer.partial() is not None


def grids(timelines: list[Timeline]) -> dict[int, Grid]:
    """The states to keep on disk, by branch."""
    room = _GRID_BYTES // len(timelines) // (2 * timelines[0].base.nbytes)
    fewest, most = _GRID
    least = max(1, 8 // len(timelines))
    return {
        timeline.number: timeline.keyframes.grid.thinned(
            max(least, min(room, max(fewest, min(most, timeline.newest // _EPOCHS_BETWEEN))))
        )
        for timeline in timelines
    }
