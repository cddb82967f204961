"""The training curve of a whole run, in bounded memory, no spike lost.

Epochs are kept in buckets of equal width, with the smallest and the largest loss in each and the
accuracy of its last epoch.
When the buckets are full, neighbours are merged and the width doubles.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Series = NDArray[np.float64]


class Buckets(NamedTuple):
    """A curve in buckets.

    Attributes:
        epochs: (n,) the last epoch of each bucket.
        low: (n,) its smallest loss, nats per symbol.
        high: (n,) its largest loss.
        last: (n,) the loss of its last epoch.
        accuracy: (n,) the accuracy of its last epoch, 0 to 1; 0 in a validation curve, of which
            it is not kept.
    """

    epochs: Series
    low: Series
    high: Series
    last: Series
    accuracy: Series


class LossCurve:
    """The losses of epochs 1, 2, 3, … in at most ``capacity`` buckets (even, at least 2).

    Attributes:
        epochs: how many.
        first_solved: the first one without a mistake; None if there is none, if it cannot be
            known because earlier epochs were lost, or if the task cannot be solved.
        validation: the losses on the validation set, as long; None without one.
        best: the epoch with the lowest loss, the first of equal ones; None before there is one.
    """

    def __init__(self, capacity: int = 4096) -> None:
        self._capacity = capacity
        self._width = 1
        self._columns = np.empty((4, capacity))
        self._low, self._high, self._last, self._accuracy = self._columns
        self.epochs = 0
        self.first_solved: int | None = None
        self.validation: LossCurve | None = None
        self.best: int | None = None
        self._lowest = math.inf
        self._lacks_some = False

    def leave_unsolved(self) -> None:
        """Take no epoch for the first without a mistake: the task cannot be solved."""
        self.first_solved, self._lacks_some = None, True

    @classmethod
    def of(
        cls,
        count: int,
        known: NDArray[np.int64],
        losses: Series,
        accuracies: Series,
        capacity: int = 4096,
        valid_losses: Series | None = None,
    ) -> LossCurve:
        """The curve of so many epochs at once, some of which may be lost.

        Args:
            count: how many.
            known: (n,) those that are not lost, ascending, from 1 to ``count``.
            losses: (n,) nats per symbol.
            accuracies: (n,) 0 to 1.
            capacity: most buckets.
            valid_losses: (n,) on the validation set; all NaN, or None, without one.
        """
        curve = cls(capacity)
        curve.epochs = count
        while curve._width * capacity < count:
            curve._width *= 2
        curve._columns[:, : -(-count // curve._width)] = np.nan
        buckets = (known - 1) // curve._width
        starts = np.flatnonzero(np.diff(buckets, prepend=-1))
        if len(starts):
            filled, ends = buckets[starts], np.append(starts[1:], len(known))
            curve._low[filled] = np.minimum.reduceat(losses, starts)
            curve._high[filled] = np.maximum.reduceat(losses, starts)
            curve._last[filled] = losses[ends - 1]
            curve._accuracy[filled] = accuracies[ends - 1]
        finite = np.flatnonzero(losses < math.inf)
        if len(finite):
            at = finite[losses[finite].argmin()]
            curve._lowest, curve.best = float(losses[at]), int(known[at])
        gaps = np.flatnonzero(known != np.arange(1, len(known) + 1))
        before_gap = int(gaps[0]) if len(gaps) else len(known)
        solved = np.flatnonzero(~(accuracies[:before_gap] < 1))  # NaN: it cannot be known
        if len(solved) and accuracies[solved[0]] == 1:
            curve.first_solved = int(solved[0]) + 1
        else:
            curve._lacks_some = before_gap < count or len(solved) > 0
        if valid_losses is not None and not np.isnan(valid_losses).all():
            mistaken = np.zeros(len(known))
            curve.validation = cls.of(count, known, valid_losses, mistaken, capacity)
        return curve

    def append(self, loss: float, accuracy: float, valid_loss: float = math.nan) -> None:
        """The next epoch.

        Args:
            loss: nats per symbol.
            accuracy: 0 to 1; 1 only where it had no mistake.
            valid_loss: on the validation set; NaN without one.
        """
        if self.validation is None and not math.isnan(valid_loss):
            unknown = np.empty(0)
            self.validation = LossCurve.of(
                self.epochs, np.empty(0, np.int64), unknown, unknown, self._capacity
            )
        if self.validation is not None:
            self.validation.append(valid_loss, 0.0)
        if self.epochs == self._width * self._capacity:
            self._merge()
        index, inside = divmod(self.epochs, self._width)
        if inside == 0:
            self._low[index] = self._high[index] = loss
        elif loss < self._low[index]:
            self._low[index] = loss
        elif loss > self._high[index]:
            self._high[index] = loss
        self._last[index] = loss
        self._accuracy[index] = accuracy
        self.epochs += 1
        if loss < self._lowest:
            self._lowest, self.best = loss, self.epochs
        if accuracy == 1 and self.first_solved is None and not self._lacks_some:
            self.first_solved = self.epochs

    def _merge(self) -> None:
        low, high, last, accuracy = self._columns
        half = self._capacity // 2
        low[:half] = np.minimum(low[0::2], low[1::2])
        high[:half] = np.maximum(high[0::2], high[1::2])
        last[:half] = last[1::2].copy()
        accuracy[:half] = accuracy[1::2].copy()
        self._width *= 2

    def cut(
        self, epochs: int, loss: float, accuracy: float, valid_loss: float = math.nan
    ) -> LossCurve:
        """A copy that ends after this many epochs, the last of them with these figures.

        Where buckets are wider than one epoch, the last one keeps its extremes, and where the best
        epoch was cut off, the best one left is known to the width of a bucket.
        """
        copy = LossCurve(self._capacity)
        copy._width = self._width
        copy.epochs = min(epochs, self.epochs)
        copy._lacks_some = self._lacks_some
        count = -(-copy.epochs // self._width)
        copy._columns[:, :count] = self._columns[:, :count]
        if copy.epochs:
            copy._columns[2:, (copy.epochs - 1) // self._width] = loss, accuracy
        if self.first_solved is not None and self.first_solved <= epochs:
            copy.first_solved = self.first_solved
        if self.validation is not None:
            copy.validation = self.validation.cut(epochs, valid_loss, 0.0)
        if self.best is not None and self.best < copy.epochs:
            copy._lowest, copy.best = self._lowest, self.best
        else:
            whole = copy._low[: max(0, copy.epochs - 1) // self._width]
            if np.isfinite(whole).any():
                copy.best = (int(np.nanargmin(whole)) + 1) * self._width
                copy._lowest = float(np.nanmin(whole))
        if copy.epochs and loss < copy._lowest:
            copy._lowest, copy.best = loss, copy.epochs
        return copy

    def buckets(self) -> Buckets:
        """The training curve; copies."""
        count = -(-self.epochs // self._width)
        ends = np.minimum(np.arange(1, count + 1) * self._width, self.epochs).astype(np.float64)
        return Buckets(ends, *self._columns[:, :count].copy())
