"""One epoch of the training curve: each sequence's loss just before its update."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import DTypeLike

from rnn_tui.model.batch import Batch, Tokens, are_few, cells_of
from rnn_tui.model.buffers import Array
from rnn_tui.model.head import Outputs, output_buffer

_SYMBOLS_TOGETHER = 2_000
_MARGIN = 1e-3
"""Nats, far more than the rounding of a loss in float32."""
_SURELY_RIGHT = math.log(2) - _MARGIN

Terms = tuple[list[float], int]
"""Nats of each update, and symbols predicted right."""


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
        self._most = most = max(1, _SYMBOLS_TOGETHER // (steps * batch))
        self._logits = output_buffer(symbols, (most, steps, batch), dtype)
        self._exp_sums = np.empty((most, steps, batch), dtype)
        self._shifts = np.zeros((most, steps, batch), dtype)
        logits = (self._logits[:, slot] for slot in range(most))
        self._slots = list(zip(logits, self._exp_sums, self._shifts, strict=True))
        self._kept: list[Batch] = []
        self._shifted = False
        self._targets: tuple[list[Batch], Tokens, Tokens] | None = None
        self._surely_wrong = math.log(symbols) + _MARGIN
        self._looked_at: Batch | Terms = [], 0
        self._loss, self._correct = 0.0, 0

    def look(self, outputs: Outputs, batch: Batch) -> None:
        """At the outputs of a forward pass; they count once `take` is called.

        Args:
            outputs: of the pass; not needed any more afterwards.
            batch: its mini-batch.
        """
        if self._most == 1 or batch.size != self._size:
            shifts = outputs.shifts if outputs.shifted else None
            targets = batch.targets.reshape(-1), batch.target_cells
            self._looked_at = self._terms(outputs.logits, outputs.exp_sums, shifts, *targets, 1)
            return
        logits, exp_sums, shifts = self._slots[len(self._kept)]
        logits[...] = outputs.logits
        exp_sums[...] = outputs.exp_sums
        if outputs.shifted:
            shifts[...] = outputs.shifts
            self._shifted = True
        elif self._shifted:
            shifts[...] = 0
        self._looked_at = batch

    def take(self) -> None:
        """Add what was looked at."""
        looked_at = self._looked_at
        if isinstance(looked_at, Batch):
            self._kept.append(looked_at)
            if len(self._kept) == self._most:
                self._sum_up()
        else:
            self._sum_up()
            self._add(looked_at)

    def _add(self, terms: Terms) -> None:
        losses, correct = terms
        for loss in losses:
            self._loss += loss
        self._correct += correct

    def _sum_up(self) -> None:
        """Add the terms of the updates kept."""
        count = len(self._kept)
        if count == 0:
            return
        if self._targets is None or self._targets[0] != self._kept:
            targets = np.concatenate([batch.targets.reshape(-1) for batch in self._kept])
            self._targets = (self._kept.copy(), targets, cells_of(targets, self._symbols))
        _, targets, cells = self._targets
        logits, exp_sums = self._logits[:, :count], self._exp_sums[:count]
        shifts = self._shifts[:count] if self._shifted else None
        self._add(self._terms(logits, exp_sums, shifts, targets, cells, count))
        self._forget()

    def _terms(
        self,
        logits: Array,
        exp_sums: Array,
        shifts: Array | None,
        targets: Tokens,
        cells: Tokens,
        updates: int,
    ) -> Terms:
        """The terms of so many updates, one update after the other; see `symbol_losses`."""
        by_symbol = logits.reshape(self._symbols, -1)
        few = are_few(self._symbols)
        of_targets = (by_symbol if few else by_symbol.T).reshape(-1).take(cells)
        losses = np.log(exp_sums.reshape(-1))
        if shifts is None:
            losses -= of_targets
        else:
            losses += shifts.reshape(-1) - of_targets  # first: the two may be nearly equal
        if few:
            correct = _count_largest(by_symbol, of_targets, targets)
        else:
            correct = self._count_right(by_symbol.T, losses, targets)
        return np.add.reduce(losses.reshape(updates, -1), 1, np.float64).tolist(), correct

    def _count_right(self, rows: Array, losses: Array, targets: Tokens) -> int:
        """How often the target is the most probable of many symbols; rows are (n, V).

        It is if its probability is above 1/2, and it is not if that is below 1/V; only in
        between do the other symbols have to be looked at.
        """
        surely = np.count_nonzero(losses < _SURELY_RIGHT)
        unsure = np.flatnonzero((losses >= _SURELY_RIGHT) & (losses <= self._surely_wrong))
        if 2 * len(unsure) > len(rows):  # looking at all costs less than copying most
            return int(np.count_nonzero(rows.argmax(1) == targets))
        right = rows.take(unsure, 0).argmax(1) == targets.take(unsure)
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


def _count_largest(logits: Array, of_targets: Array, targets: Tokens) -> int:
    """How often the target has the largest of few logits, (V, n), and is the first of equals."""
    largest = np.maximum.reduce(logits, 0)
    if np.count_nonzero(logits == largest) == len(targets):
        return int(np.count_nonzero(of_targets == largest))
    return int(np.count_nonzero(logits.argmax(0) == targets))
