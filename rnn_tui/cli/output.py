"""Printing that a reader who has gone, or a full disk, cannot disturb."""

from __future__ import annotations

import contextlib
import os
import sys


def say(text: str, *, error: bool = False) -> None:
    """Print a line at once on standard output, or on standard error."""
    stream = sys.stderr if error else sys.stdout
    if stream is None:
        return
    try:
        print(writable(text, stream.encoding), file=stream, flush=True)
    except OSError:
        silence(2 if error else 1)


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
