"""rnn-tui: whole epochs as ``rnn-tui train`` runs them, the trainer alone, the kernel alone."""

from __future__ import annotations

import time

import numpy as np
from numpy.typing import NDArray

from benchmarks.contenders.contender import NAMES, Weights, Work
from rnn_tui.cli.progress import ProgressBar
from rnn_tui.cli.signals import SignalPoll
from rnn_tui.model.batch import Batch
from rnn_tui.model.fast.kernel import Kernel
from rnn_tui.model.head import output_buffer, symbol_losses
from rnn_tui.runs.opening import Opening
from rnn_tui.storage.library.store import Store
from rnn_tui.training.optimizers.optimizer import SGD
from rnn_tui.training.trainer import Trainer

FILLING = 6.0
"""Seconds that ``train`` has run when the rounds begin."""


class Bare:
    """`Trainer.advance` and nothing else."""

    name = "its trainer"

    def __init__(self, work: Work) -> None:
        self._trainer = Trainer(work.row.config)

    def epoch(self) -> None:
        self._trainer.advance()

    def losses(self) -> NDArray[np.float64]:
        """The trainer keeps their mean only: as many times that as there are updates."""
        trainer = self._trainer
        mean = trainer.state.training_loss * trainer.config.task.length
        return np.full(trainer.updates_per_epoch, mean)

    def weights(self) -> Weights:
        parameters = self._trainer.parameters_of(self._trainer.state)
        return {name: parameters[name].copy() for name in NAMES}


class Ours(Bare):
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


class OnlyKernel:
    """The same passes, loss and update with nothing around them."""

    name = "its kernel"

    def __init__(self, work: Work) -> None:
        c = work.row.config
        self._kernel = Kernel(c.task.length, c.batch, c.task.symbols, c.hidden, c.dtype)
        for name in NAMES:
            self._kernel.parameters[name][...] = work.weights[name]
        self._batches = [
            Batch(x, y, c.task.symbols) for x, y in zip(work.inputs, work.targets, strict=True)
        ]
        self._optimizer, self._rate = SGD(self._kernel.parameters.flat), c.lr
        self._logits = output_buffer(
            c.task.symbols, (work.updates, c.task.length, c.batch), c.dtype
        )
        self._sums, self._shifts = np.zeros((2, work.updates, c.task.length, c.batch), c.dtype)
        self._targets, self._size = work.targets, c.batch
        self._losses = np.empty(0)

    def epoch(self) -> None:
        kernel = self._kernel
        flat, gradient = kernel.parameters.flat, kernel.gradient.flat
        for index, batch in enumerate(self._batches):
            outputs = kernel.forward(batch)
            self._logits[:, index], self._sums[index] = outputs.logits, outputs.exp_sums
            self._shifts[index] = outputs.shifts if outputs.shifted else 0
            kernel.backward(batch)
            self._optimizer.update(flat, gradient, self._rate)
        terms = symbol_losses(self._logits, self._sums, self._shifts, self._targets)
        self._losses = terms.sum(axis=(1, 2)) / self._size

    def losses(self) -> NDArray[np.float64]:
        return self._losses.astype(np.float64)

    def weights(self) -> Weights:
        parameters = self._kernel.parameters
        return {name: parameters[name].copy() for name in NAMES}
