"""Printing that a reader who has gone cannot disturb; other losses are told at the end."""

from __future__ import annotations

import contextlib
import errno
import os
import sys
from collections.abc import Iterable
from itertools import chain
from shutil import get_terminal_size
from typing import TextIO

from rnn_tui.storage.disk.errors import printable

_NOBODY_READS = (errno.EPIPE, errno.EIO, errno.EBADF)
"""A pipe or a terminal that has gone, a stream that is closed."""
_PLAIN = str.maketrans({"·": "|", "…": "...", "–": "-", "“": '"', "”": '"', "█": "#", "░": "-"})
_lost: list[str] = []


def say(*lines: str, error: bool = False) -> None:
    """Print lines at once on standard output, or on standard error; see `lost`.

    Names and paths in them cannot break a line or command the terminal: what is not printable
    is escaped.
    """
    stream = sys.stderr if error else sys.stdout
    if stream is None:
        return
    encoding = _encoding(stream)
    try:
        for line in lines:
            print(writable(printable(line), encoding), file=stream)
        stream.flush()
    except OSError as problem:
        if error or problem.errno in _NOBODY_READS:
            silence(2 if error else 1)
        else:
            lose(problem)


def redraw(text: str, end: str = "") -> bool:
    """Write over the last line of the terminal that standard error is.

    Returns:
        Whether it is still there.
    """
    try:
        line = writable(printable(text), _encoding(sys.stderr))
        print("\r" + line, end=end, file=sys.stderr, flush=True)
    except OSError:
        silence(2)
        return False
    return True


def give(parts: Iterable[str]) -> None:
    """Print a text that is data, in parts, and a line break behind it.

    On a terminal only line breaks and tabs act; what else is not printable is escaped. Elsewhere
    it is written as it is, in UTF-8.
    """
    terminal = sys.stdout if sys.stdout is not None and sys.stdout.isatty() else None
    for part in chain(parts, "\n"):
        if terminal is not None:
            part = "".join(c if c in "\n\t" else printable(c) for c in part)
            part = writable(part, _encoding(terminal))
        if not pour(part.encode("utf-8", "backslashreplace")):
            return


def terminal_width() -> int | None:
    """Cells of a line where there is a terminal, or COLUMNS says so; else None."""
    return get_terminal_size((0, 0)).columns or None


def sayable(text: str) -> str:
    """A text as `say` prints it on standard output: for knowing how wide it will be."""
    encoding = None if sys.stdout is None else _encoding(sys.stdout)
    return writable(printable(text), encoding)


def can_say(text: str) -> bool:
    """Whether standard output takes a text as it is."""
    return sys.stdout is None or writable(text, _encoding(sys.stdout)) == text


def pour(data: bytes) -> bool:
    """Write bytes on standard output as they are: all of them, or it is told; see `lost`.

    Returns:
        Whether it takes more.
    """
    if sys.stdout is None:
        _lost.append("it is closed")
        return False
    left = memoryview(data)
    try:
        while left:  # an unbuffered stream may take a part
            taken = sys.stdout.buffer.write(left)
            if taken is None:
                raise BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN))
            left = left[taken:]
        sys.stdout.flush()
    except BrokenPipeError:
        silence(1)
        return False
    except OSError as problem:
        lose(problem)
        return False
    return True


def lose(problem: OSError) -> None:
    """Remember why standard output did not take everything; it gets no more."""
    _lost.append(str(problem.strerror or problem).lower())
    silence(1)


def lost() -> str | None:
    """Why something that was said on standard output was not written."""
    return _lost[0] if _lost else None


def writable(text: str, encoding: str | None) -> str:
    """The same in what an encoding can write: plain signs, and escapes for other characters."""
    try:
        text.encode(encoding or "ascii")
    except UnicodeEncodeError:
        text = text.translate(_PLAIN)
        text = text.encode(encoding or "ascii", "backslashreplace").decode(encoding or "ascii")
    return text


def _encoding(stream: TextIO) -> str | None:
    return "ascii" if "--ascii" in sys.argv else stream.encoding


def silence(descriptor: int) -> None:
    """Throw away what is still written to standard output (1) or error (2), as at exit."""
    with contextlib.suppress(OSError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, descriptor)
        os.close(nowhere)
