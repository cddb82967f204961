"""The training set cut into mini-batches, in the order of the sequences."""

from rnn_tui.model.batch import Batch
from rnn_tui.tasks.dataset import Sequences

_PREPARE_AT_MOST = 1_000_000  # symbols; beyond, each mini-batch is made when it is needed


def batch_of(sequences: Sequences, symbols: tuple[int, int]) -> Batch:
    """All of the sequences as one mini-batch; I input and O output symbols."""
    scored = None if sequences.scored is None else sequences.scored.T
    return Batch(sequences.inputs.T, sequences.targets.T, symbols, scored)


class MiniBatches:
    """Mini-batches of ``size`` sequences by number; the last one may be smaller."""

    def __init__(self, sequences: Sequences, symbols: tuple[int, int], size: int) -> None:
        self._sequences, self._symbols = sequences, symbols
        self._size = size
        self._count = -(-len(sequences) // size)
        self._prepared: list[Batch] | None = None
        if sequences.inputs.size <= _PREPARE_AT_MOST:
            self._prepared = [self._make(index) for index in range(self._count)]

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, index: int) -> Batch:
        return self._make(index) if self._prepared is None else self._prepared[index]

    def _make(self, index: int) -> Batch:
        rows = slice(index * self._size, (index + 1) * self._size)
        return batch_of(self._sequences.rows(rows), self._symbols)
