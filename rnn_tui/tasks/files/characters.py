"""A text file as symbols: one for each character."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from rnn_tui.model.batch import Symbols
from rnn_tui.tasks.files.data_file import Content, DataFile
from rnn_tui.tasks.files.errors import DataError
from rnn_tui.tasks.files.reading import Bytes, bytes_of, codec_of, decoded, opened

_CODE_POINTS = 0x110000
_SELDOM = 10
"""Times that a character should occur, in the mean, for anything to be learned of it."""


def read_text(path: str, encoding: str) -> DataFile:
    """A text with everything in it.

    Args:
        path: of the file; ``-`` is standard input.
        encoding: a name that Python knows.

    Raises:
        ValueError: if there is no such encoding.
        DataError: if the file cannot be read or trained on: where, what, what to do.
    """
    codec_of(encoding)
    with opened(path) as content:
        return _read(path, content, encoding)


def text_from(path: str, raw: bytes, encoding: str) -> DataFile:
    """The same from bytes at hand."""
    return _read(path, bytes_of(path, raw), encoding)


def _read(path: str, content: Bytes, encoding: str) -> DataFile:
    present, size = np.zeros(_CODE_POINTS, np.bool_), 0
    for codes in _codes(content, encoding):
        present[codes] = True
        size += len(codes)
    alphabet = np.flatnonzero(present)
    if len(alphabet) < 2:
        found = "only one character, over and over" if size else "no character"
        raise DataError(f"{content.path}: it has {found}; name a text with two at least")
    names = tuple(map(chr, alphabet.tolist()))
    symbols = _symbols(content, encoding, alphabet, size)
    return DataFile(
        path, content.sha256, size, 0, len(names), len(names),
        Content(names, names, symbols, content.raw, _notes(names, size)),
    )  # fmt: skip


def _symbols(content: Bytes, encoding: str, alphabet: NDArray[np.intp], size: int) -> Symbols:
    """(size,) places in the alphabet, in the smallest type."""
    dtype = np.min_scalar_type(len(alphabet) - 1)
    places = np.zeros(_CODE_POINTS, dtype)
    places[alphabet] = np.arange(len(alphabet), dtype=dtype)
    symbols: Symbols = np.empty(size, dtype)
    end = 0
    for codes in _codes(content, encoding):
        some = places[codes[: size - end]]  # not more, if the file has grown since
        symbols[end : end + len(some)] = some
        end += len(some)
    return symbols


def _codes(content: Bytes, encoding: str) -> Iterator[NDArray[np.uint32]]:
    """The code points, block by block."""
    for text in decoded(content, encoding):
        yield np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4")


def _notes(names: tuple[str, ...], size: int) -> tuple[str, ...]:
    """What one should know of a text before training."""
    notes = []
    if size < _SELDOM * len(names):
        notes.append(
            f"each of the {len(names):,} characters occurs {size / len(names):.2g} times in the "
            "mean: too seldom to learn much"
        )
    composed = {unicodedata.normalize("NFC", name) for name in names}
    marks = [name for name in names if unicodedata.combining(name)]
    if marks and any(len(unicodedata.normalize("NFD", name)) > 1 for name in composed):
        notes.append(
            f"normalize the text to NFC: {len(marks)} of the symbols are accents by themselves "
            "beside letters that have theirs, one letter in two spellings"
        )
    return tuple(notes)
