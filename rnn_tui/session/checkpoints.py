"""When a run is written to disk while it is trained."""

import time

from rnn_tui.session.recording import Recording
from rnn_tui.timeline.navigator import Navigator

SAVE_EVERY = 1.0
"""Seconds of training after which a checkpoint is asked for."""
SAVE_STATES_EVERY = 20.0
"""Seconds of training after which the states to go back to are written."""


class Checkpoints:
    """A clock for checkpoints."""

    def __init__(self) -> None:
        self._saved_at = self._states_saved_at = time.perf_counter()

    def after_epoch(self, recording: Recording, navigator: Navigator) -> None:
        """Ask for a checkpoint, where one is due."""
        now = time.perf_counter()
        if now - self._saved_at < SAVE_EVERY:
            return
        self._saved_at = now
        recording.save(navigator)
        if now - self._states_saved_at >= SAVE_STATES_EVERY:
            self._states_saved_at = now
            recording.save_keyframes(navigator)

    def inside_epoch(self, recording: Recording, navigator: Navigator) -> None:
        """The same within a long epoch: a checkpoint of the position in it."""
        now = time.perf_counter()
        if now - self._saved_at < 2 * SAVE_EVERY:  # else at its end
            return
        self._saved_at = now
        timeline, epoch = navigator.timeline, navigator.epoch
        if epoch == timeline.newest and epoch not in timeline.edits:  # those are a new branch soon
            recording.save(navigator)
