"""One epoch of the training curve: each sequence's loss just before its update."""

import numpy as np
from numpy.typing import DTypeLike

from rnn_tui.model.batch import Batch, Mask, Tokens, flat_indices
from rnn_tui.model.buffers import Array, buffer
from rnn_tui.model.head import Outputs

_SYMBOLS_TOGETHER = 2_000


class EpochSums:
    """Sums the losses and the right predictions of the epoch under way.

    The outputs of several small updates are kept and summed together, which costs less than
    summing each. The loss of each update is summed on its own, so that the result has the
    same bits however many were kept together.

    Args:
        steps: T.
        batch: B, sequences in a mini-batch; a last one may have fewer.
        symbols: O, output symbols.
        dtype: of the logits.
    """

    def __init__(self, steps: int, batch: int, symbols: int, dtype: DTypeLike) -> None:
        self._size = batch
        self._most = max(1, _SYMBOLS_TOGETHER // (steps * batch))
        self._logits = buffer((symbols, self._most, steps, batch), dtype)
        self._exp_sums, self._shifts = buffer((2, self._most, steps, batch), dtype)
        logits = (self._logits[:, slot] for slot in range(self._most))
        self._slots = list(zip(logits, self._exp_sums, self._shifts, strict=True))
        self._kept: list[Batch] = []
        self._staged: Batch | None = None
        self._targets: tuple[list[Batch], Tokens, Tokens, Mask | None] | None = None
        self._loss, self._correct = 0.0, 0

    def stage(self, outputs: Outputs, batch: Batch) -> None:
        """Copy the outputs of a mini-batch's forward pass; they count once `commit` is called."""
        logits, exp_sums, shifts = self._slots[len(self._kept)]
        if batch.size != self._size:  # is kept alone
            if self._kept:
                self._sum_up()
            logits, exp_sums, shifts = (array[..., : batch.size] for array in self._slots[0])
        logits[...] = outputs.logits
        exp_sums[...] = outputs.exp_sums
        shifts[...] = outputs.shifts
        self._staged = batch

    def commit(self) -> None:
        """Count what was staged."""
        batch, self._staged = self._staged, None
        assert batch is not None
        self._kept.append(batch)
        if len(self._kept) == self._most or batch.size != self._size:
            self._sum_up()

    def sums(self) -> tuple[float, int]:
        """Nats so far, and symbols predicted right so far."""
        if self._kept:
            self._sum_up()
        return self._loss, self._correct

    def restart(self, sums: tuple[float, int] | None) -> None:
        """From these sums on, or from nothing."""
        self._kept.clear()
        self._staged = None
        self._loss, self._correct = sums if sums is not None else (0.0, 0)

    def _sum_up(self) -> None:
        """Add the updates kept, of mini-batches of one size."""
        count, size = len(self._kept), self._kept[0].size
        if self._targets is None or self._targets[0] != self._kept:  # mostly those of last time
            targets = np.concatenate([batch.targets.reshape(-1) for batch in self._kept])
            scored = None
            if any(batch.scored is not None for batch in self._kept):
                scored = np.concatenate([_scored(batch) for batch in self._kept])
            self._targets = self._kept.copy(), targets, flat_indices(targets), scored
        _, targets, indices, scored = self._targets
        logits = self._logits[:, :count, :, :size].reshape(-1, len(targets))
        exp_sums, shifts = self._exp_sums[:count, :, :size], self._shifts[:count, :, :size]

        # −log ŷ[y]; see `symbol_losses`
        of_targets = logits.reshape(-1).take(indices)
        losses = np.log(exp_sums) + (shifts - of_targets.reshape(shifts.shape))
        if scored is not None:
            losses[~scored.reshape(losses.shape)] = 0
        for loss in np.add.reduce(losses.reshape(count, -1), 1, np.float64).tolist():
            self._loss += loss
        self._correct += _count_right(logits, of_targets, targets, scored)
        self._kept.clear()
        if self._staged is not None:  # asked amid an update: what it has staged comes first now
            for first, staged in zip(self._slots[0], self._slots[count], strict=True):
                first[...] = staged


def _scored(batch: Batch) -> Mask:
    """(T·B,) which symbols count."""
    return np.ones(batch.targets.size, bool) if batch.scored is None else batch.scored.ravel()


def _count_right(logits: Array, of_targets: Array, targets: Tokens, scored: Mask | None) -> int:
    """How often the target has the largest of the logits, (O, n), and is the first of equals."""
    if scored is not None:
        return int(np.count_nonzero((logits.argmax(0) == targets) & scored))
    largest = np.maximum.reduce(logits, 0)
    if np.count_nonzero(logits == largest) == len(targets):  # no equals
        return int(np.count_nonzero(of_targets == largest))
    return int(np.count_nonzero(logits.argmax(0) == targets))
