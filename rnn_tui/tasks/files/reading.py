"""The bytes of a file, block by block, and the text that they spell, with where one is in it."""

from __future__ import annotations

import codecs
import errno
import hashlib
import io
import os
import stat
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO

from rnn_tui.tasks.files.data_file import KEEP_AT_MOST
from rnn_tui.tasks.files.errors import DataError

_BLOCK = 1 << 20
_IN_MEMORY = 1 << 24
_BYTE_ORDER_MARKS = {
    codecs.BOM_UTF32_LE: "utf-32", codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16",
}  # fmt: skip

STANDARD_INPUT = "-"


class Bytes:
    """The bytes of a file, which may be read again and again.

    Attributes:
        path: as it is told.
        raw: all of them, once they have been read; None where they are more than a run keeps.
    """

    def __init__(self, path: str, file: BinaryIO) -> None:
        self.path, self._file = path, file
        self.raw: bytes | None = None
        self._digest = ""

    def blocks(self) -> Iterator[bytes]:
        """From the first to the last.

        Raises:
            DataError: if there is none.
        """
        if self.raw is not None:  # whatever has happened to the file since
            for start in range(0, len(self.raw), _BLOCK):
                yield self.raw[start : start + _BLOCK]
            return
        digest, kept, size = hashlib.sha256(), bytearray(), 0
        self._file.seek(0)
        while block := self._file.read(_BLOCK):
            digest.update(block)
            size += len(block)
            kept += block if size <= KEEP_AT_MOST else b""
            yield block
        if not size:
            raise DataError(f"{self.path}: the file is empty; name one with something in it")
        if self._digest not in ("", digest.hexdigest()):
            raise DataError(f"{self.path}: it changed while it was read; try again")
        self._digest = digest.hexdigest()
        self.raw = bytes(kept) if size <= KEEP_AT_MOST else None

    @property
    def sha256(self) -> str:
        """Of all of them."""
        if not self._digest:
            for _ in self.blocks():
                pass
        return self._digest


@contextmanager
def opened(path: str) -> Iterator[Bytes]:
    """A regular file, or standard input for ``-``.

    Raises:
        DataError: if it cannot be read, or is empty.
    """
    try:
        with _spooled() if path == STANDARD_INPUT else _regular(path) as file:
            yield Bytes("standard input" if path == STANDARD_INPUT else path, file)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise DataError(f"{path}: {reason}; name a file that may be read") from None


def bytes_of(path: str, raw: bytes) -> Bytes:
    """Bytes at hand."""
    return Bytes(path, io.BytesIO(raw))


@contextmanager
def _regular(path: str) -> Iterator[BinaryIO]:
    if "\0" in path:
        raise OSError(errno.EINVAL, "there is a NUL in its name")
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    with open(descriptor, "rb") as file:
        mode = os.fstat(descriptor).st_mode
        if stat.S_ISDIR(mode):
            raise IsADirectoryError(errno.EISDIR, "it is a folder")
        if not stat.S_ISREG(mode):
            raise OSError(errno.EINVAL, "it is a device or a pipe")
        yield file


@contextmanager
def _spooled() -> Iterator[BinaryIO]:
    """Standard input in memory, or in a temporary file if it is long."""
    if sys.stdin is None:
        raise OSError(errno.EBADF, "it is closed")
    with tempfile.SpooledTemporaryFile(_IN_MEMORY) as file:
        while block := sys.stdin.buffer.read(_BLOCK):
            file.write(block)
        yield file  # type: ignore[misc]


def codec_of(encoding: str) -> codecs.CodecInfo:
    """What decodes bytes of this encoding.

    Raises:
        ValueError: if there is no such encoding of text.
    """
    try:
        info = codecs.lookup(encoding)
        if info._is_text_encoding and info.incrementaldecoder is not None:
            return info
    except (LookupError, ValueError):  # ValueError: a NUL in the name
        pass
    raise ValueError(
        f"--encoding {encoding[:40]}: there is no such encoding; some are utf-8, utf-16, latin-1"
    )


def decoded(content: Bytes, encoding: str) -> Iterator[str]:
    r"""The text, block by block, every line end a single ``\n``, without a byte order mark.

    Raises:
        DataError: with line and byte, where the bytes spell nothing, or something binary.
    """
    info = codec_of(encoding)
    make: Any = info.incrementaldecoder
    decoder = make("strict")
    lines: Any = io.IncrementalNewlineDecoder(None, True)
    line, start, is_first = 1, 0, True
    for block in content.blocks():
        if is_first:
            _refuse_other_mark(content.path, info.name, block)
        line, text = _decode(content, decoder, lines, block, line, start)
        start += len(block)
        yield text.removeprefix("\ufeff") if is_first and text else text
        is_first = is_first and not text
    _, text = _decode(content, decoder, lines, b"", line, start, final=True)
    yield text


def _decode(
    content: Bytes,
    decoder: codecs.IncrementalDecoder,
    lines: Any,
    block: bytes,
    line: int,
    start: int,
    *,
    final: bool = False,
) -> tuple[int, str]:
    """The line after a block, and its text."""
    pending = _pending(decoder)
    try:
        text: str = lines.decode(decoder.decode(block, final), final)
    except UnicodeDecodeError as error:
        before = error.object[: error.start].decode(error.encoding, "ignore")
        line += _line_ends(before)
        place = start - pending + error.start
        found = error.object[error.start : error.end][:4].hex(" ")
        raise DataError(
            f"{content.path}: line {line}, byte {place}: {found} is no {error.encoding}; repair "
            "it, or name the encoding of the file by --encoding"
        ) from None
    except UnicodeError as error:  # a mark is missing
        raise DataError(
            f"{content.path}: byte {start}: {error}; name its encoding by --encoding"
        ) from None
    if (at := text.find("\0")) >= 0:
        where = block.find(b"\0")
        byte = f", byte {start + where}" if where >= 0 else ""
        raise DataError(
            f"{content.path}: line {line + text.count(chr(10), 0, at)}{byte}: a NUL, as binary "
            "files have; name a file of text, or its encoding by --encoding"
        )
    return line + text.count("\n"), text


def _pending(decoder: codecs.IncrementalDecoder) -> int:
    """Bytes that the decoder was given and has not yet decoded."""
    state: Callable[[], tuple[bytes, int]] = decoder.getstate
    return len(state()[0])


def _line_ends(text: str) -> int:
    return text.replace("\r\n", "\n").replace("\r", "\n").count("\n")


def _refuse_other_mark(path: str, encoding: str, block: bytes) -> None:
    """A mark of UTF-16 or UTF-32 in what is to be read as something else."""
    for mark, name in _BYTE_ORDER_MARKS.items():
        if block.startswith(mark):
            if not encoding.startswith(("utf-16", "utf-32")):
                raise DataError(
                    f"{path}: byte 0: it is {name.upper()}; save it as UTF-8, or add "
                    f"--encoding {name}"
                )
            return
