"""Errors of the store, each a line for the user (exit code 4), and how a line names things."""

import errno
import os

_ADVICE = {
    errno.ENOSPC: "free some space or choose another folder",
    errno.EDQUOT: "free some space or choose another folder",
    errno.ENOENT: "create the folder or choose another",
}


class StoreError(Exception):
    """Something on disk cannot be used; the message is one line that says what to do."""


class UnwritableFile(StoreError, OSError):
    """A file could not be written."""


class UnreadableFile(StoreError, OSError):
    """There is no content: no such file, a folder, a device, no permission."""


class DamagedFile(StoreError, ValueError):
    """The content is not what was written, or never was a file of this program."""


class WrongTensors(StoreError, ValueError):
    """The file is undamaged, but its tensors are not those that are needed."""


def unwritable(path: str | os.PathLike[str], cause: Exception) -> UnwritableFile:
    """The error to raise where writing a file failed."""
    code = cause.errno if isinstance(cause, OSError) else None
    advice = _ADVICE.get(code or 0, "choose another file or folder")
    return UnwritableFile(f"cannot write {shown(path)}: {reason(cause)}; {advice}")


def printable(text: str) -> str:
    r"""Text as it may appear in a line of a terminal: control characters are escaped.

    >>> print(printable("clear\x1b[2J"))
    clear\x1b[2J
    """
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)


def shown(path: str | os.PathLike[str]) -> str:
    """A path or a name in a message; see `printable`."""
    return printable(os.fspath(path)) or "''"


def reason(cause: Exception) -> str:
    """What an exception says, without the number and the path that OSError puts around it."""
    text = cause.strerror if isinstance(cause, OSError) else None
    return printable(text or str(cause) or type(cause).__name__)
