"""Printing that a reader who has gone cannot disturb, and a full disk only in its exit code."""

from __future__ import annotations

import contextlib
import errno
import os
import sys

_NO_ROOM = (errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC))
_lost: list[str] = []


def say(text: str, *, error: bool = False) -> None:
    """Print a line at once on standard output, or on standard error; see `lost`."""
    stream = sys.stderr if error else sys.stdout
    if stream is None:
        return
    try:
        print(writable(text, stream.encoding), file=stream, flush=True)
    except OSError as problem:
        if error or not has_no_room(problem):
            silence(2 if error else 1)


def has_no_room(problem: BaseException) -> bool:
    """Whether standard output could not take more, which is remembered; no more is written."""
    if type(problem) is not OSError or problem.errno not in _NO_ROOM:
        return False
    _lost.append(str(problem.strerror).lower())
    silence(1)
    return True


def lost() -> str | None:
    """Why something that was said on standard output was not written to its file."""
    return _lost[0] if _lost else None


def pour(data: bytes) -> None:
    """Write bytes on standard output as they are; see `lost`."""
    if sys.stdout is None:
        return
    try:
        sys.stdout.buffer.write(data)
        sys.stdout.flush()
    except OSError as problem:
        if not has_no_room(problem):
            silence(1)


def writable(text: str, encoding: str | None) -> str:
    """The same in what an encoding can write; other characters become plain ones."""
    try:
        text.encode(encoding or "ascii")
    except UnicodeEncodeError:
        text = text.replace(" · ", " | ").replace("…", "...")
        text = text.encode("ascii", "replace").decode("ascii")
    return text


def silence(descriptor: int) -> None:
    """Throw away what is still written to standard output (1) or error (2), as at exit."""
    with contextlib.suppress(OSError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, descriptor)
        os.close(nowhere)
