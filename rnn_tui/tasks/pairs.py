"""Pairs of sequences of the user's own, from a table or from lines of JSON."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from rnn_tui.model.batch import Mask
from rnn_tui.model.option import option
from rnn_tui.tasks.dataset import Dataset, Sequences
from rnn_tui.tasks.files.data_file import NO_FILE, DataFile, RaggedPairs
from rnn_tui.tasks.files.pairs_file import pairs_from, read_pairs
from rnn_tui.tasks.files.sequences import padded
from rnn_tui.tasks.own_data import OWN, OwnData, encoding_option, held_out
from rnn_tui.tasks.task import Source

TARGETS = ("sequence", "label")


@dataclass(frozen=True)
class Pairs(OwnData):
    """Predict the target sequence of an input sequence, or its label at the last step."""

    name: ClassVar[str] = "pairs"
    option_name: ClassVar[str] = "data"
    definition: ClassVar[str] = "input and target sequences, or labels, of your own"
    sources: ClassVar[tuple[Source, ...]] = ()
    advice: ClassVar[str] = (
        "Needs whatever your pairs need. Look for: the loss on the rows held out (valid): training "
        "rows may be learned by heart, these cannot; and view 4, whether it needs a memory at all."
    )
    suggested: ClassVar[Mapping[str, Any]] = {
        "valid": 0.2, "cell": "gru", "hidden": 32, "init": "scaled", "optimizer": "adam",
        "lr": 0.01, "batch": 10,
    }  # fmt: skip
    valid: ClassVar[float] = 0.0
    carry: ClassVar[bool] = False

    data: DataFile = option(
        NO_FILE,
        "Train on pairs of your own: .csv or .tsv with the columns input and target, .jsonl with "
        "those keys.",
        group=OWN,
        metavar="FILE",
    )
    target: str = option(
        "sequence",
        "What a target is: a sequence as long as its input, or a label, predicted at its end.",
        choices=TARGETS,
        group=OWN,
    )
    encoding: str = encoding_option()
    separator: str = option(
        "", "What stands between the symbols of a sequence; empty: each character is one.",
        group=OWN, metavar="TEXT",
    )  # fmt: skip

    @property
    def steps(self) -> int:
        """T of the longest row."""
        return self.data.longest

    @property
    def title(self) -> str:
        """Such as ``pairs words.csv · 26 symbols to 2 labels``."""
        if self.data == NO_FILE:
            return self.name
        inputs, outputs = self.sizes
        what = "labels" if self._has_labels else "symbols"
        return f"{self.name} {self.data.name} · {inputs:,} symbols to {outputs:,} {what}"

    @property
    def note(self) -> str:
        """What to look for."""
        return "hold some rows out by --valid: what is learned by heart fails there"

    def read(self, path: str) -> DataFile:
        """See `OwnData.read`."""
        return read_pairs(path, self.encoding, self.separator, labels=self._has_labels)

    def parse(self, raw: bytes) -> DataFile:
        """See `OwnData.parse`."""
        return pairs_from(
            self.data.path, raw, self.encoding, self.separator, labels=self._has_labels
        )

    def describe(self, valid: float, batch: int) -> list[str]:
        """What is told of the pairs before training, in lines."""
        file, (training, rest) = self.data, self.counts(valid, batch)
        lengths = file.data.lengths
        scored = training if self._has_labels else int(lengths[:training].sum())
        what = "labels" if self._has_labels else "output symbols"
        return [
            f"pairs {file.name}: {file.size:,} rows of {lengths.min():,} to {file.longest:,} "
            f"steps, {file.inputs:,} input symbols, {file.outputs:,} {what} "
            f"(guessing costs ln {file.outputs} = {math.log(file.outputs):.2f} nats each)",
            f"{training:,} sequences to train on, {scored:,} scored; {rest:,} held out",
        ]

    @property
    def _has_labels(self) -> bool:
        return self.target == "label"

    def counts(self, valid: float, batch: int) -> tuple[int, int]:
        """Rows to train on, and the last ones, held out; see `Task.counts`.

        Raises:
            ValueError: for a share of 1 or more.
        """
        rest = held_out(valid, self.data.size)
        return self.data.size - rest, rest

    def data_bytes(self, valid: float) -> int:
        """Bytes of the padded sequences, each symbol as small as its alphabet allows."""
        sizes = (np.min_scalar_type(max(0, symbols - 1)).itemsize for symbols in self.sizes)
        return self.data.size * self.data.longest * (sum(sizes) + 1)

    def dataset(self, seed: int, valid: float, batch: int = 1) -> Dataset:
        """The rows in the order of the file; the seed changes nothing.

        Raises:
            DataError: if they are not at hand.
        """
        training, rest = self.counts(valid, batch)
        sequences = self._sequences(self.data.data)
        return Dataset(
            sequences.rows(slice(training)),
            sequences.rows(slice(training, None)) if rest else None,
            self.inputs,
            self.outputs,
        )

    def _sequences(self, pairs: RaggedPairs) -> Sequences:
        """All rows; a label stands at every step and is scored at the last."""
        lengths, steps = pairs.lengths, self.steps
        inputs, places = padded(pairs.inputs, lengths), np.arange(steps)
        is_whole = bool((lengths == steps).all())
        if self._has_labels:
            targets = np.repeat(pairs.targets[:, None], steps, axis=1)
            scored: Mask | None = places == lengths[:, None] - 1
        else:
            targets = padded(pairs.targets, lengths)
            scored = None if is_whole else places < lengths[:, None]
        return Sequences(inputs, targets, scored, None if is_whole else lengths)
