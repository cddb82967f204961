"""A text of the user's own: predict the next character."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from rnn_tui.model.batch import Symbols
from rnn_tui.model.option import option
from rnn_tui.tasks.dataset import Dataset, Sequences
from rnn_tui.tasks.files.characters import read_text, text_from
from rnn_tui.tasks.files.data_file import NO_FILE, DataFile
from rnn_tui.tasks.files.errors import DataError
from rnn_tui.tasks.own_data import OWN, OwnData, encoding_option, held_out
from rnn_tui.tasks.task import Source


@dataclass(frozen=True)
class Text(OwnData):
    """Predict the next character of a text, chunk by chunk.

    With a mini-batch of B sequences the text is B streams, one part of it after the other; update
    i trains chunk i of every stream. The validation text is one stream.
    """

    name: ClassVar[str] = "text"
    option_name: ClassVar[str] = "text"
    definition: ClassVar[str] = "characters of your own text; predict the next one"
    sources: ClassVar[tuple[Source, ...]] = (
        Source(
            "first smooth loss of 25 characters",
            "25 ln V; 100 hidden nodes, adagrad at 0.1, weights of 0.01, gradients within 5",
            "A. Karpathy, min-char-rnn, 2015",
            "recalled",
        ),
    )
    advice: ClassVar[str] = (
        "Needs what came before: the longer it is remembered the better, and no end to it. Look "
        "for: the loss on the text held out (valid), samples that begin to spell (view 3), and "
        "how much is lost without the state (view 4). The run is that of min-char-rnn: 100 nodes, "
        "chunks of 25 characters, Adagrad at 0.1, small weights, gradients within 5; found by "
        "trial: its seeds differ by 8 % in the loss."
    )
    suggested: ClassVar[Mapping[str, Any]] = {
        "hidden": 100, "init": "small", "optimizer": "adagrad", "lr": 0.1, "clip_value": 5,
    }  # fmt: skip
    valid: ClassVar[float] = 0.1

    text: DataFile = option(
        NO_FILE,
        "Train on the characters of a text of your own; - is standard input.",
        group=OWN,
        metavar="FILE",
    )
    length: int = option(25, "Time steps of a sequence, T.", least=1)
    carry: bool = option(
        True,
        "Begin each sequence of a text with the state at the end of the one before, not zeros.",
        group=OWN,
    )
    encoding: str = encoding_option()

    @property
    def steps(self) -> int:
        """T, of every chunk."""
        return self.length

    @property
    def title(self) -> str:
        """Such as ``text hamlet.txt · 65 symbols``."""
        if self.text == NO_FILE:
            return self.name
        title = f"{self.name} {self.text.name} · {self.text.inputs:,} symbols"
        return title if self.carry else f"{title} · no carry"

    @property
    def note(self) -> str:
        """What to look for."""
        return "needs what came before: a network that only counts letters stays far above"

    def read(self, path: str) -> DataFile:
        """See `OwnData.read`."""
        return read_text(path, self.encoding)

    def parse(self, raw: bytes) -> DataFile:
        """See `OwnData.parse`."""
        return text_from(self.text.path, raw, self.encoding)

    def describe(self, valid: float, batch: int) -> list[str]:
        """What is told of the text before training, in lines."""
        training, rest = self.split(valid)
        chunks, _ = self.counts(valid, batch)
        scored, file = chunks * self.length, self.text
        return [
            f"text {file.name}: {file.size:,} characters, {file.outputs:,} different ones "
            f"(guessing costs ln {file.outputs} = {math.log(file.outputs):.2f} nats each)",
            f"{chunks:,} sequences of {self.length:,} characters, {scored:,} scored; "
            f"{training - 1 - scored:,} left over at the end, {rest:,} held out",
        ]

    def split(self, valid: float) -> tuple[int, int]:
        """How many characters there are to train on, and how many are held out."""
        rest = held_out(valid, self.text.size)
        return self.text.size - rest, rest

    def counts(self, valid: float, batch: int) -> tuple[int, int]:
        """Chunks to train on, as many in each stream, and to validate on; see `Task.counts`.

        Raises:
            ValueError: for a share of 1 or more.
            DataError: if there is no whole chunk to train on.
        """
        training, rest = self.split(valid)
        chunks = (training - 1) // self.length
        if chunks < 1:
            raise DataError(
                f"{self.text.path}: of its {self.text.size:,} characters {training:,} are to be "
                f"trained on, fewer than one chunk and the character after it: use a longer text, "
                f"or a --length below {max(training, 2):,}"
            )
        streams = min(batch, chunks)
        return chunks // streams * streams, -(-max(0, rest - 1) // self.length)

    def data_bytes(self, valid: float) -> int:
        """Bytes of the characters, each as small as the alphabet allows."""
        return self.text.size * np.min_scalar_type(max(0, self.text.inputs - 1)).itemsize

    def dataset(self, seed: int, valid: float, batch: int = 1) -> Dataset:
        """The chunks, update by update; the seed changes nothing.

        Raises:
            DataError: if the text is not at hand.
        """
        count, valid_count = self.counts(valid, batch)
        training, _ = self.split(valid)
        symbols: Symbols = self.text.data
        return Dataset(
            self._training(symbols[:training], count, min(batch, count)),
            self._validation(symbols[training:]) if valid_count else None,
            self.inputs,
            self.outputs,
        )

    def _training(self, symbols: Symbols, count: int, streams: int) -> Sequences:
        """Chunk u of stream b in row u · B + b; targets are one character later."""
        end = count * self.length

        def chunks(of: Symbols) -> Symbols:
            by_stream = of.reshape(streams, -1, self.length)
            return by_stream.swapaxes(0, 1).reshape(count, self.length)

        return Sequences(
            chunks(symbols[:end]),
            chunks(symbols[1 : end + 1]),
            streams=streams if self.carry else 0,
        )

    def _validation(self, symbols: Symbols) -> Sequences:
        """One stream, whose last chunk may be shorter."""
        steps = len(symbols) - 1
        count = -(-steps // self.length)
        inputs, targets = (np.zeros(count * self.length, symbols.dtype) for _ in range(2))
        inputs[:steps], targets[:steps] = symbols[:-1], symbols[1:]
        lengths = np.full(count, self.length, np.intp)
        lengths[-1] -= count * self.length - steps
        shape = count, self.length
        scored = np.arange(self.length) < lengths[:, None]
        is_whole = bool(scored.all())
        return Sequences(
            inputs.reshape(shape),
            targets.reshape(shape),
            None if is_whole else scored,
            None if is_whole else lengths,
            streams=1 if self.carry else 0,
        )
