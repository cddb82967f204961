"""Rows of a table: comma- or tab-separated, quoted as RFC 4180 says."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from rnn_tui.tasks.files.errors import DataError, brief
from rnn_tui.tasks.files.rows import LONGEST_LINE, BadRow, Blank, Found, Row

INPUT, TARGET = "input", "target"
_EXCEL = "sep="
_OTHERS = {";": "semicolons", "\t": "tabs", ",": "commas", "|": "bars"}


def table_rows(
    path: str, lines: Iterable[str], delimiter: str, notes: list[str]
) -> Iterator[Found]:
    """The rows of a table, in the order of the file.

    Args:
        path: as it is told.
        lines: of the file.
        delimiter: what stands between the fields; a first line such as ``sep=;`` changes it.
        notes: takes what the user should know.

    Raises:
        DataError: if the columns cannot be told.
    """
    source = iter(lines)
    first = next(source, "")
    skipped = 0
    if first.lower().startswith(_EXCEL) and len(first.strip("\n")) == len(_EXCEL) + 1:
        delimiter, skipped = first[len(_EXCEL)], 1
        first = next(source, "")
    with _long_fields():
        reader = csv.reader(_chained(first, source), delimiter=delimiter, strict=True)
        columns: tuple[int, int] | None = None
        width = 0
        while True:
            line = reader.line_num + 1 + skipped
            try:
                fields = next(reader, None)
            except csv.Error as error:
                yield BadRow(line, f"{error}; check the quotes")
                return
            if fields is None:
                return
            if not fields or (len(fields) == 1 and not fields[0].strip()):
                yield Blank(line)
            elif columns is None:
                columns, is_named = _columns(path, line, fields, delimiter, notes)
                width = len(fields)
                if not is_named:
                    yield _row(line, fields, columns)
            elif len(fields) != width:
                yield BadRow(line, f"it has {len(fields)} columns, the first row has {width}")
            else:
                yield _row(line, fields, columns)


def _row(line: int, fields: list[str], columns: tuple[int, int]) -> Row:
    return Row(line, fields[columns[0]], fields[columns[1]])


def _columns(
    path: str, line: int, fields: list[str], delimiter: str, notes: list[str]
) -> tuple[tuple[int, int], bool]:
    """Which columns are input and target, and whether the first row names them."""
    names = [name.strip().lower() for name in fields]
    if INPUT in names and TARGET in names:
        for name in (INPUT, TARGET):
            if names.count(name) > 1:
                raise DataError(f"{path}: line {line}: two columns are named {name}; rename one")
        return (names.index(INPUT), names.index(TARGET)), True
    if INPUT in names or TARGET in names:
        there, missing = (INPUT, TARGET) if INPUT in names else (TARGET, INPUT)
        raise DataError(
            f"{path}: line {line}: there is a column {there} but none named {missing}; name both"
        )
    if len(fields) < 2:
        raise DataError(
            f"{path}: line {line}: it has one column only; {_advice(fields[0], delimiter)}"
        )
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        notes.append(f"{brief(twice)} stands twice in the first row")
    notes.append(
        f"no columns are named input and target: the first two of {len(fields)} are taken, and "
        f"the first row, {brief(', '.join(fields[:2]))}, is data"
    )
    return (0, 1), False


def _advice(field: str, delimiter: str) -> str:
    for other, name in _OTHERS.items():
        if other != delimiter and other in field:
            cure = "name it .tsv" if other == "\t" else f"write sep={other} on a line above"
            return f"if it is separated by {name}, {cure}"
    return "input and target are needed"


def _chained(first: str, rest: Iterator[str]) -> Iterator[str]:
    if first:
        yield first
        yield from rest


@contextmanager
def _long_fields() -> Iterator[None]:
    """The reader's own limit is one for the whole process."""
    before = csv.field_size_limit(LONGEST_LINE)
    try:
        yield
    finally:
        csv.field_size_limit(before)
