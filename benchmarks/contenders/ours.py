"""rnn-tui: whole epochs as ``rnn-tui train`` runs them."""

from __future__ import annotations

import time

import numpy as np
from numpy.typing import NDArray

from benchmarks.contenders.contender import NAMES, Weights, Work
from rnn_tui.cli.progress import ProgressBar
from rnn_tui.cli.signals import SignalPoll
from rnn_tui.runs.opening import Opening
from rnn_tui.storage.library.store import Store

FILLING = 6.0
"""Seconds that ``train`` has run when the rounds begin."""


class Ours:
    """What `rnn_tui.runs.headless.train` does for each epoch: train, remember, keep on disk, show.

    The run is kept in the store that RNN_TUI_HOME names.

    Args:
        work: its configuration is what is trained.
    """

    name = "rnn-tui train"

    def __init__(self, work: Work) -> None:
        self._run = Opening(Store()).new(work.row.config)
        self._trainer = self._run.navigator.trainer
        self._poll, self._bar = SignalPoll().poll, ProgressBar(0)
        self._spent, self._save_at = 0.0, 0.0

    def epoch(self) -> None:
        start = time.perf_counter()
        run, timeline = self._run, self._run.navigator.timeline
        state = self._trainer.advance(self._poll, self._poll)
        timeline.record(state)
        run.recording.note(run.navigator)
        self._bar.show(state.epoch)
        # A checkpoint for each second of training: between its turns others have theirs.
        self._spent += time.perf_counter() - start
        if self._spent >= self._save_at:
            self._save_at = self._spent + 1.0
            run.recording.save(run.navigator)

    def fill(self) -> None:
        """Train until the memory for going back is full, or nearly.

        Until it is, each epoch also pays for memory that was never used before: 5 to 15 % of
        its time in the row with the most parameters for its work.
        """
        until = time.perf_counter() + FILLING
        while time.perf_counter() < until:
            self.epoch()

    def close(self) -> None:
        """Let the store go."""
        self._run.recording.finish(self._run.navigator, timeout=60)

    def losses(self) -> NDArray[np.float64]:
        """The trainer keeps their mean only: as many times that as there are updates."""
        trainer = self._trainer
        mean = trainer.state.training_loss * trainer.config.task.steps
        return np.full(trainer.updates_per_epoch, mean)

    def weights(self) -> Weights:
        parameters = self._trainer.parameters_of(self._trainer.state)
        return {name: parameters[name].copy() for name in NAMES}
