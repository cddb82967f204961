"""One epoch of the training curve: each sequence's loss just before its update."""

from __future__ import annotations

import numpy as np
from numpy.typing import DTypeLike, NDArray

from rnn_tui.model.batch import Batch
from rnn_tui.model.kernel import Outputs

_SYMBOLS_TOGETHER = 2_000


class EpochTerms:
    """Sums the losses and the right predictions of the epoch under way.

    The outputs of several small updates are kept and summed together, which costs less than
    summing each. The loss of each update is summed on its own, so that the result has the
    same bits however many were kept together.

    Args:
        rows: predictions of one update, T·B; a last mini-batch may have fewer.
        symbols: V.
        dtype: of the logits.
    """

    def __init__(self, rows: int, symbols: int, dtype: DTypeLike) -> None:
        self._rows = rows
        self._most = max(1, _SYMBOLS_TOGETHER // rows)
        self._logits = np.empty((self._most * rows, symbols), dtype)
        self._exp_sums = np.empty(self._most * rows, dtype)
        self._shifts = np.zeros((self._most * rows, 1), dtype)
        places = [slice(slot * rows, (slot + 1) * rows) for slot in range(self._most)]
        self._slots = [(self._logits[p], self._exp_sums[p], self._shifts[p]) for p in places]
        self._kept: list[Batch] = []
        self._shifted = False
        self._targets: tuple[list[Batch], NDArray[np.intp], NDArray[np.intp]] | None = None
        self._loss, self._correct = 0.0, 0

    def add(self, outputs: Outputs, batch: Batch, shifted: bool) -> None:
        """Take the outputs of a forward pass.

        Args:
            outputs: of the pass; copied.
            batch: its mini-batch.
            shifted: whether it was shifted.
        """
        kept = self._kept
        if len(outputs.exp_sums) != self._rows:
            self._sum_up()
            self._add_smaller(outputs, batch, shifted)
            return
        logits, exp_sums, shifts = self._slots[len(kept)]
        logits[...] = outputs.logits
        exp_sums[...] = outputs.exp_sums
        if shifted:
            shifts[...] = outputs.shifts
            self._shifted = True
        kept.append(batch)
        if len(kept) == self._most:
            self._sum_up()

    def _sum_up(self) -> None:
        """Add the terms of the updates kept, one update after the other."""
        count = len(self._kept)
        if count == 0:
            return
        if self._targets is None or self._targets[0] != self._kept:
            targets = np.concatenate([batch.targets.reshape(-1) for batch in self._kept])
            cells = np.arange(len(targets)) * self._logits.shape[1] + targets
            self._targets = (self._kept.copy(), targets, cells)
        _, targets, cells = self._targets
        rows = count * self._rows
        losses = np.log(self._exp_sums[:rows])
        of_targets = self._logits.reshape(-1).take(cells)
        if self._shifted:
            of_targets -= self._shifts[:rows, 0]  # first: the two may be as good as equal
        losses -= of_targets
        sums = np.add.reduce(losses.reshape(count, self._rows), 1, np.float64)
        for loss in sums.tolist():
            self._loss += loss
        right = self._logits[:rows].argmax(1) == targets
        self._correct += int(np.count_nonzero(right))
        self._forget()

    def _add_smaller(self, outputs: Outputs, batch: Batch, shifted: bool) -> None:
        smaller = EpochTerms(len(outputs.exp_sums), self._logits.shape[1], self._logits.dtype)
        smaller.add(outputs, batch, shifted)
        loss, correct = smaller.sums()
        self._loss += loss
        self._correct += correct

    def sums(self) -> tuple[float, int]:
        """Nats so far, and symbols predicted right so far."""
        self._sum_up()
        return self._loss, self._correct

    def restart(self, sums: tuple[float, int] | None) -> None:
        """From these sums on, or from nothing."""
        self._forget()
        self._loss, self._correct = sums if sums is not None else (0.0, 0)

    def _forget(self) -> None:
        """Keep no update; every shift is zero."""
        self._kept.clear()
        if self._shifted:
            self._shifts[...] = 0
            self._shifted = False
