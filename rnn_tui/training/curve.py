"""One epoch of the training curve: each sequence's loss just before its update."""

from __future__ import annotations

import numpy as np

from rnn_tui.model.batch import Batch
from rnn_tui.model.rnn import Unrolled


class EpochTerms:
    """Sums the losses and the right predictions of the epoch under way.

    Args:
        symbols: predictions in a whole epoch.
    """

    def __init__(self, symbols: int) -> None:
        self.symbols = symbols
        self._loss, self._correct = 0.0, 0

    def add(self, network: Unrolled, batch: Batch) -> None:
        """Take the terms of a forward pass."""
        self._loss += float(network.loss(batch).sum(dtype=np.float64))
        self._correct += int(np.count_nonzero(network.correct(batch)))

    def sums(self) -> tuple[float, int]:
        """Nats so far, and symbols predicted right so far."""
        return self._loss, self._correct

    def restart(self, sums: tuple[float, int] | None) -> None:
        """From these sums on, or from nothing."""
        self._loss, self._correct = sums if sums is not None else (0.0, 0)
