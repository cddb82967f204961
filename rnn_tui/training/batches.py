"""The training set cut into mini-batches, in the order of the sequences."""

from rnn_tui.model.batch import Batch
from rnn_tui.tasks.task import Sequences

_PREPARE_AT_MOST = 1_000_000  # symbols; beyond, each mini-batch is made when it is needed


class MiniBatches:
    """Mini-batches of ``size`` sequences by number; the last one may be smaller."""

    def __init__(self, sequences: Sequences, size: int) -> None:
        self._sequences = sequences
        self._size = size
        self._count = -(-len(sequences.inputs) // size)
        self._prepared: list[Batch] | None = None
        if sequences.inputs.size <= _PREPARE_AT_MOST:
            self._prepared = [self._make(index) for index in range(self._count)]

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, index: int) -> Batch:
        return self._make(index) if self._prepared is None else self._prepared[index]

    def _make(self, index: int) -> Batch:
        inputs, targets, alphabet = self._sequences
        rows = slice(index * self._size, (index + 1) * self._size)
        return Batch.of_sequences(inputs[rows], targets[rows], len(alphabet))
