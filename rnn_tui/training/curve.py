"""One epoch of the training curve: each sequence's loss just before its update."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import DTypeLike

from rnn_tui.model.batch import Batch
from rnn_tui.model.rnn import Array, symbol_losses

_SYMBOLS_TOGETHER = 2_000


class Outputs(Protocol):
    """What a forward pass leaves behind of its outputs.

    Attributes:
        logits: (n, V).
        exp_sums: (n,) Σ exp(logits − shift).
        shifts: (n, 1)
    """

    logits: Array
    exp_sums: Array
    shifts: Array


class EpochTerms:
    """Sums the losses and the right predictions of the epoch under way.

    The outputs of several small updates are kept and summed together, which costs less than
    summing each; the sums do not depend on how many are.

    Args:
        rows: predictions of one update, T·B; a last mini-batch may have fewer.
        symbols: V.
        dtype: of the logits.
    """

    def __init__(self, rows: int, symbols: int, dtype: DTypeLike) -> None:
        self._most = max(1, _SYMBOLS_TOGETHER // rows)
        self._logits = np.empty((self._most, rows, symbols), dtype)
        self._exp_sums = np.empty((self._most, rows), dtype)
        self._shifts = np.zeros((self._most, rows, 1), dtype)
        self._shifted = True  # constant within an epoch
        self._kept: list[Batch] = []
        self._loss, self._correct = 0.0, 0

    def add(self, outputs: Outputs, batch: Batch, shifted: bool) -> None:
        """Take the outputs of a forward pass.

        Args:
            outputs: of the pass; copied.
            batch: its mini-batch.
            shifted: whether the shifts are to be taken into account.
        """
        slot = len(self._kept)
        rows = len(outputs.exp_sums)
        self._logits[slot, :rows] = outputs.logits
        self._exp_sums[slot, :rows] = outputs.exp_sums
        if shifted:
            self._shifts[slot, :rows] = outputs.shifts
        elif self._shifted:
            self._shifts[...] = 0
        self._shifted = shifted
        self._kept.append(batch)
        if slot + 1 == self._most:
            self._sum_up()

    def _sum_up(self) -> None:
        """Add the terms of the updates kept, one update after the other."""
        for start, stop in _runs_of_equal_size(self._kept):
            batches = self._kept[start:stop]
            rows = batches[0].targets.size
            logits = self._logits[start:stop, :rows].reshape((stop - start) * rows, -1)
            shifts = self._shifts[start:stop, :rows].reshape(-1)
            targets = np.concatenate([batch.targets.reshape(-1) for batch in batches])
            losses = symbol_losses(
                logits,
                self._exp_sums[start:stop, :rows].reshape(-1),
                shifts,
                targets,
            )
            for loss in losses.reshape(stop - start, rows).sum(axis=1, dtype=np.float64).tolist():
                self._loss += loss
            self._correct += int(np.count_nonzero(logits.argmax(axis=1) == targets))
        self._kept.clear()

    def sums(self) -> tuple[float, int]:
        """Nats so far, and symbols predicted right so far."""
        self._sum_up()
        return self._loss, self._correct

    def restart(self, sums: tuple[float, int] | None) -> None:
        """From these sums on, or from nothing."""
        self._kept.clear()
        self._loss, self._correct = sums if sums is not None else (0.0, 0)


def _runs_of_equal_size(batches: list[Batch]) -> list[tuple[int, int]]:
    """The stretches of mini-batches of one size: all but a last, smaller one."""
    if not batches:
        return []
    if batches[-1].size == batches[0].size:
        return [(0, len(batches))]
    cut = next(i for i, batch in enumerate(batches) if batch.size != batches[0].size)
    return [(0, cut), (cut, len(batches))]
