"""Pairs of sequences of the user's own, from a table or from lines of JSON."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

from rnn_tui.model.option import option
from rnn_tui.tasks.dataset import Dataset, Sequences
from rnn_tui.tasks.files.data_file import NO_FILE, DataFile
from rnn_tui.tasks.files.errors import DataError
from rnn_tui.tasks.task import Source
from rnn_tui.tasks.text import require_share

TARGETS = ("sequence", "label")


@dataclass(frozen=True)
class Pairs:
    """Predict the target sequence of an input sequence, or its label at the last step."""

    name: ClassVar[str] = "pairs"
    definition: ClassVar[str] = "input and target sequences, or labels, of your own"
    needs_memory: ClassVar[bool] = True
    sources: ClassVar[tuple[Source, ...]] = ()
    optimum: ClassVar[None] = None
    valid: ClassVar[float] = 0.0
    carry: ClassVar[bool] = False

    data: DataFile = option(
        NO_FILE,
        "Train on pairs of your own: .csv or .tsv with the columns input and target, .jsonl with "
        "those keys.",
        metavar="FILE",
    )
    target: str = option(
        "sequence",
        "What a target is: a sequence as long as its input, or a label, predicted at the last step.",
        choices=TARGETS,
    )
    encoding: str = option("utf-8", "Encoding of your own data.", metavar="NAME")
    separator: str = option(
        "", "What stands between the symbols of a sequence; empty: each character is one.",
        metavar="TEXT",
    )  # fmt: skip

    @property
    def inputs(self) -> tuple[str, ...]:
        """The symbols of all inputs, sorted."""
        return self.data.alphabets[0]

    @property
    def outputs(self) -> tuple[str, ...]:
        """The symbols of all targets, or the labels, sorted."""
        return self.data.alphabets[1]

    @property
    def sizes(self) -> tuple[int, int]:
        """I and O."""
        return self.data.inputs, self.data.outputs

    @property
    def steps(self) -> int:
        """T of the longest row."""
        return self.data.longest

    @property
    def title(self) -> str:
        """Such as ``pairs words.csv · 26 to 2 symbols``."""
        if self.data == NO_FILE:
            return self.name
        inputs, outputs = self.sizes
        return f"{self.name} {self.data.name} · {inputs:,} to {outputs:,} symbols"

    @property
    def note(self) -> str:
        """What to look for."""
        return "hold some rows out by --valid: what is learned by heart fails there"

    @property
    def chance(self) -> float | None:
        """The natural logarithm of O, nats per scored symbol."""
        return math.log(self.data.outputs) if self.data.outputs else None

    @property
    def chance_label(self) -> str:
        """Such as ``ln 2``."""
        return f"ln {self.data.outputs or 'V'}"

    def check(self) -> None:
        """Require a file.

        Raises:
            ValueError: if none is named.
        """
        if self.data == NO_FILE:
            raise ValueError("--task pairs: name your pairs by --data FILE, without --task")

    def counts(self, valid: float, batch: int) -> tuple[int, int]:
        """Rows to train on, and the last ones, held out; see `Task.counts`.

        Raises:
            ValueError: for a share of 1 or more.
            DataError: if nothing is left to train on.
        """
        require_share(valid)
        held_out = math.floor(valid * self.data.size)
        if self.data.size - held_out < 1:
            raise DataError(f"{self.data.path}: no rows are left to train on; lower --valid")
        return self.data.size - held_out, held_out

    def data_bytes(self, valid: float) -> int:
        """Bytes of the padded sequences, of both, and of what is scored."""
        return self.data.size * self.data.longest * 9

    def dataset(self, seed: int, valid: float, batch: int = 1) -> Dataset:
        """The rows in the order of the file; the seed changes nothing.

        Raises:
            DataError: if they are not at hand.
        """
        training, held_out = self.counts(valid, batch)
        rows: Sequences = self.data.data
        return Dataset(
            rows.rows(slice(training)),
            rows.rows(slice(training, None)) if held_out else None,
            self.inputs,
            self.outputs,
        )
