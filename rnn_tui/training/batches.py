"""The training set cut into mini-batches, in the order of the sequences."""

from rnn_tui.model.batch import Batch
from rnn_tui.tasks.dataset import Sequences

_PREPARE_AT_MOST = 1_000_000  # symbols; beyond, each mini-batch is made when it is needed
_REMEMBER_AT_MOST = 16_000_000  # numbers of all one-hot vectors


def batch_of(sequences: Sequences, symbols: tuple[int, int], *, remember: bool = True) -> Batch:
    """All of the sequences as one mini-batch; I input and O output symbols; see `Batch`."""
    scored = None if sequences.scored is None else sequences.scored.T
    return Batch(sequences.inputs.T, sequences.targets.T, symbols, scored, remember=remember)


class MiniBatches:
    """Mini-batches of ``size`` sequences by number; the last one may be smaller."""

    def __init__(self, sequences: Sequences, symbols: tuple[int, int], size: int) -> None:
        self._sequences, self._symbols = sequences, symbols
        self._size = size
        self._count = -(-len(sequences) // size)
        self._remember = sequences.inputs.size * sum(symbols) <= _REMEMBER_AT_MOST
        self._prepared: list[Batch] | None = None
        if sequences.inputs.size <= _PREPARE_AT_MOST:
            self._prepared = [self._make(index) for index in range(self._count)]

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, index: int) -> Batch:
        return self._make(index) if self._prepared is None else self._prepared[index]

    def _make(self, index: int) -> Batch:
        rows = slice(index * self._size, (index + 1) * self._size)
        sequences = self._sequences.rows(rows)
        return batch_of(sequences, self._symbols, remember=self._remember)
