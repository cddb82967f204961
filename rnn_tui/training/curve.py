"""One epoch of the training curve: each sequence's loss just before its update."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import DTypeLike

from rnn_tui.model.batch import Batch, Tokens
from rnn_tui.model.buffers import Array
from rnn_tui.model.rnn import Outputs

_SYMBOLS_TOGETHER = 2_000
_FEW = 300
"""Predictions that are looked at sooner than sorted."""
_MARGIN = 1e-3
"""Nats, far more than the rounding of a loss in float32."""
_SURELY_RIGHT = math.log(2) - _MARGIN


class EpochTerms:
    """Sums the losses and the right predictions of the epoch under way.

    The outputs of several small updates are kept and summed together, which costs less than
    summing each. The loss of each update is summed on its own, so that the result has the
    same bits however many were kept together.

    Args:
        steps: T.
        batch: B, sequences in a mini-batch; a last one may have fewer.
        symbols: V.
        dtype: of the logits.
    """

    def __init__(self, steps: int, batch: int, symbols: int, dtype: DTypeLike) -> None:
        self._size, self._symbols = batch, symbols
        self._most = max(1, _SYMBOLS_TOGETHER // (steps * batch))
        self._logits = np.empty((self._most, steps, batch, symbols), dtype)
        self._exp_sums = np.empty((self._most, steps, batch), dtype)
        self._shifts = np.zeros((self._most, steps, batch), dtype)
        self._slots = list(zip(self._logits, self._exp_sums, self._shifts, strict=True))
        self._kept: list[Batch] = []
        self._shifted = False
        self._targets: tuple[list[Batch], Tokens, Tokens] | None = None
        self._surely_wrong = math.log(symbols) + _MARGIN
        self._loss, self._correct = 0.0, 0

    def add(self, outputs: Outputs, batch: Batch) -> None:
        """Take the outputs of a forward pass.

        Args:
            outputs: of the pass; not needed any more afterwards.
            batch: its mini-batch.
        """
        kept = self._kept
        if self._most == 1 or batch.size != self._size:
            self._sum_up()
            shifts = outputs.shifts if outputs.shifted else None
            targets = batch.targets.reshape(-1), batch.target_cells
            self._add_terms(outputs.logits, outputs.exp_sums, shifts, *targets, 1)
            return
        logits, exp_sums, shifts = self._slots[len(kept)]
        logits[...] = outputs.logits
        exp_sums[...] = outputs.exp_sums
        if outputs.shifted:
            shifts[...] = outputs.shifts
            self._shifted = True
        kept.append(batch)
        if len(kept) == self._most:
            self._sum_up()

    def _sum_up(self) -> None:
        """Add the terms of the updates kept."""
        count = len(self._kept)
        if count == 0:
            return
        if self._targets is None or self._targets[0] != self._kept:
            targets = np.concatenate([batch.targets.reshape(-1) for batch in self._kept])
            cells = np.arange(len(targets)) * self._symbols + targets
            self._targets = (self._kept.copy(), targets, cells)
        _, targets, cells = self._targets
        shifts = self._shifts[:count] if self._shifted else None
        self._add_terms(self._logits[:count], self._exp_sums[:count], shifts, targets, cells, count)
        self._forget()

    def _add_terms(
        self,
        logits: Array,
        exp_sums: Array,
        shifts: Array | None,
        targets: Tokens,
        cells: Tokens,
        updates: int,
    ) -> None:
        """Add the terms of so many updates, one update after the other; see `symbol_losses`."""
        of_targets = logits.reshape(-1).take(cells)
        if shifts is not None:
            of_targets -= shifts.reshape(-1)  # first: the two may be nearly equal
        losses = np.log(exp_sums.reshape(-1))
        losses -= of_targets
        for loss in np.add.reduce(losses.reshape(updates, -1), 1, np.float64).tolist():
            self._loss += loss
        self._correct += self._count_correct(losses, logits.reshape(-1, self._symbols), targets)

    def _count_correct(self, losses: Array, logits: Array, targets: Tokens) -> int:
        """How often the target is the most probable symbol.

        It is if its probability is above 1/2, and it is not if that is below 1/V; only in
        between do the other symbols have to be looked at.
        """
        if len(losses) <= _FEW:
            return int(np.count_nonzero(logits.argmax(1) == targets))
        surely = np.count_nonzero(losses < _SURELY_RIGHT)
        unsure = np.flatnonzero((losses >= _SURELY_RIGHT) & (losses <= self._surely_wrong))
        right = logits.take(unsure, 0).argmax(1) == targets.take(unsure)
        return int(surely) + int(np.count_nonzero(right))

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
