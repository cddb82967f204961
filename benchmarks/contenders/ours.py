"""rnn-tui: whole epochs as ``rnn-tui train`` runs them, and the kernel alone."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from benchmarks.contenders.contender import NAMES, Weights, Work
from rnn_tui.cli.progress import ProgressBar
from rnn_tui.cli.signals import SignalPoll
from rnn_tui.model.batch import Batch
from rnn_tui.model.online import Online, pays, stacked_layout
from rnn_tui.model.parameters import Parameters
from rnn_tui.model.rnn import Unrolled, layout, logits_are_small, symbol_losses
from rnn_tui.training.optimizers import SGD
from rnn_tui.training.trainer import Trainer


class Ours:
    """`Trainer.advance`, polled for signals and with a progress bar, as ``train`` does it."""

    name = "rnn-tui train"

    def __init__(self, work: Work) -> None:
        self._trainer = Trainer(work.row.config)
        self._poll, self._bar = SignalPoll().poll, ProgressBar(0)

    def epoch(self) -> None:
        state = self._trainer.advance(self._poll, self._poll)
        self._bar.show(state.epoch)

    def losses(self) -> NDArray[np.float64]:
        """The trainer keeps their mean only: as many times that as there are updates."""
        trainer = self._trainer
        mean = trainer.state.training_loss * trainer.config.length
        return np.full(trainer.updates_per_epoch, mean)

    def weights(self) -> Weights:
        parameters = self._trainer.parameters_of(self._trainer.state)
        return {name: parameters[name].copy() for name in NAMES}


class Kernel:
    """The same passes, loss and update with nothing around them."""

    name = "its kernel"

    def __init__(self, work: Work) -> None:
        c = work.row.config
        self._size, self._rate = c.batch, np.dtype(c.dtype).type(c.lr)
        self._scale = np.dtype(c.dtype).type(1 / c.batch)
        online = pays(c.batch, c.symbols, c.hidden)
        places = (stacked_layout if online else layout)(c.symbols, c.hidden)
        self._parameters = Parameters.zeros(places, c.dtype)
        for name in NAMES:
            self._parameters[name][...] = work.weights[name]
        self._gradient = Parameters.zeros(places, c.dtype)
        self._batches = [
            Batch(x, y, c.symbols) for x, y in zip(work.inputs, work.targets, strict=True)
        ]
        self._optimizer = SGD(self._parameters.flat)
        self._network = (
            Online(self._parameters, self._gradient, c.length, c.symbols, c.hidden, c.dtype)
            if online
            else Unrolled(c.length, c.batch, c.symbols, c.hidden, c.dtype)
        )
        rows = c.length * c.batch
        self._logits = np.empty((work.updates, rows, c.symbols), c.dtype)
        self._sums = np.empty((work.updates, rows), c.dtype)
        self._shifts = np.zeros((work.updates, rows), c.dtype)
        self._targets = work.targets.reshape(-1)
        self._losses = np.empty(0)

    def epoch(self) -> None:
        shift = not logits_are_small(self._parameters)
        network, flat, slope = self._network, self._parameters.flat, self._gradient.flat
        for index, batch in enumerate(self._batches):
            if isinstance(network, Online):
                network.gradients(batch, shift=shift)
            else:
                network.forward(self._parameters, batch, shift=shift)
                network.blame_outputs(batch)
                network.backward(self._parameters, batch, self._gradient)
            self._logits[index], self._sums[index] = network.logits, network.exp_sums
            if shift:
                self._shifts[index] = network.shifts[:, 0]
            if self._size > 1:
                slope *= self._scale
            self._optimizer.update(flat, slope, self._rate)
        terms = symbol_losses(
            self._logits.reshape(-1, self._logits.shape[-1]), self._sums.reshape(-1),
            self._shifts.reshape(-1), self._targets,
        )  # fmt: skip
        self._losses = terms.reshape(len(self._batches), -1).sum(axis=1) / self._size

    def losses(self) -> NDArray[np.float64]:
        return self._losses.astype(np.float64)

    def weights(self) -> Weights:
        return {name: self._parameters[name].copy() for name in NAMES}
