"""A file of pairs as sequences of symbols."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from pathlib import PurePath

import numpy as np

from rnn_tui.tasks.files.data_file import Content, DataFile, RaggedPairs
from rnn_tui.tasks.files.errors import DataError, brief
from rnn_tui.tasks.files.json_lines import json_rows
from rnn_tui.tasks.files.numbers import NumberSeries
from rnn_tui.tasks.files.reading import Bytes, bytes_of, codec_of, decoded, opened
from rnn_tui.tasks.files.rows import BadRow, Blank, Cell, Found, Row, lines_of
from rnn_tui.tasks.files.sequences import Gathered
from rnn_tui.tasks.files.tables import table_rows

DELIMITERS = {".csv": ",", ".tsv": "\t"}
JSON_LINES = ".jsonl"


def read_pairs(path: str, encoding: str, separator: str, *, labels: bool) -> DataFile:
    """Pairs with everything in them.

    Args:
        path: of the file, whose ending says how it is written.
        encoding: a name that Python knows.
        separator: between the symbols of a sequence; empty where each character is one.
        labels: a target is one symbol.

    Raises:
        ValueError: if there is no such encoding.
        DataError: if the file cannot be read or trained on: where, what, what to do.
    """
    codec_of(encoding)
    _ending(path)
    with opened(path) as content:
        return _read(path, content, encoding, _Pairs(separator, labels))


def pairs_from(path: str, raw: bytes, encoding: str, separator: str, *, labels: bool) -> DataFile:
    """The same from bytes at hand."""
    return _read(path, bytes_of(path, raw), encoding, _Pairs(separator, labels))


def _ending(path: str) -> str:
    ending = PurePath(path).suffix.lower()
    if ending not in (*DELIMITERS, JSON_LINES):
        name = "standard input" if path == "-" else path
        raise DataError(f"{name}: its name must end in .csv, .tsv or .jsonl; rename it")
    return ending


class _Pairs:
    """Takes row after row.

    Attributes:
        inputs: of all.
        targets: of all.
        lengths: of each, in time steps.
        numbers: what tells a series of numbers.
    """

    def __init__(self, separator: str, labels: bool) -> None:
        self._separator, self._labels = separator, labels
        self.inputs, self.targets = Gathered(), Gathered()
        self.lengths = array("Q")
        self.numbers = NumberSeries()

    def add(self, row: Row) -> None:
        """One more.

        Raises:
            ValueError: if it cannot be used; the message says what to do.
        """
        self.numbers.see(row)
        inputs = self._symbols(row.input, "input")
        targets = [self._label(row.target)] if self._labels else self._symbols(row.target, "target")
        if not self._labels and len(inputs) != len(targets):
            raise ValueError(
                f"input has {len(inputs):,} symbols, target {len(targets):,}; make them equally "
                "long, or add --target label if a target is one symbol"
            )
        self.inputs.add(inputs)
        self.targets.add(targets)
        self.lengths.append(len(inputs))

    def _symbols(self, cell: Cell, name: str) -> list[str] | str:
        if isinstance(cell, str) and self._separator and cell:
            cell = cell.split(self._separator)
        if not len(cell):
            raise ValueError(f"{name} is empty; fill it in, or leave the row out")
        if "" in cell and not isinstance(cell, str):
            raise ValueError(f"{name}[{cell.index('')}] is empty; is the separator doubled?")
        return cell

    def _label(self, cell: Cell) -> str:
        if not isinstance(cell, str):
            raise ValueError("target is a list, which is no label; write one string or number")
        if not cell:
            raise ValueError("target is empty; fill it in, or leave the row out")
        return cell


def _read(path: str, content: Bytes, encoding: str, pairs: _Pairs) -> DataFile:
    notes: list[str] = []
    first: BadRow | None = None
    bad = blank = 0
    for found in _rows(path, content, encoding, notes):
        if isinstance(found, Row):
            try:
                pairs.add(found)
            except ValueError as error:
                found = BadRow(found.line, str(error))
        if isinstance(found, BadRow):
            first, bad = first or found, bad + 1
        blank += isinstance(found, Blank)
    if series := pairs.numbers.found():
        raise DataError(f"{path}: {series}")
    if first is not None:
        more = f" ({bad:,} bad lines in all)" if bad > 1 else ""
        raise DataError(f"{path}: line {first.line}: {first.problem}{more}")
    if not pairs.lengths:
        raise DataError(f"{path}: it has no rows; write some, an input and a target in each")
    if blank:
        notes.append(f"{blank:,} blank {'line' if blank == 1 else 'lines'} skipped")
    return _file(path, content, pairs, notes)


def _rows(path: str, content: Bytes, encoding: str, notes: list[str]) -> Iterator[Found]:
    lines, ending = lines_of(path, decoded(content, encoding)), _ending(path)
    if ending == JSON_LINES:
        return json_rows(path, lines)
    return table_rows(path, lines, DELIMITERS[ending], notes)


def _file(path: str, content: Bytes, pairs: _Pairs, notes: list[str]) -> DataFile:
    inputs, flat_inputs = pairs.inputs.sorted()
    outputs, flat_targets = pairs.targets.sorted()
    if len(outputs) < 2:
        raise DataError(
            f"{path}: every target is {brief(outputs[0])}; there is nothing to learn, name a file "
            "with two different ones at least"
        )
    lengths = np.frombuffer(pairs.lengths, np.uint64).astype(np.intp)
    data = RaggedPairs(flat_inputs, flat_targets, lengths)
    return DataFile(
        path, content.sha256, len(lengths), int(lengths.max()), len(inputs), len(outputs),
        Content(inputs, outputs, data, content.raw, tuple(notes)),
    )  # fmt: skip
