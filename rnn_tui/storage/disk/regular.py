"""Opening files in a folder that anybody may have written to: regular ones only."""

import errno
import os
import stat

NO_LINKS = os.O_NOFOLLOW
_FLAGS = os.O_CLOEXEC | os.O_NONBLOCK  # a pipe without its other end would wait


def open_regular(path: str | os.PathLike[str], flags: int = os.O_RDONLY) -> int:
    """The descriptor of a regular file; a new one gets the permissions 0666 & ~umask.

    Links are followed unless the flags, those of `os.open`, have `NO_LINKS`.

    Raises:
        OSError: it cannot be opened, or is a folder, a device or a pipe.
    """
    try:
        descriptor = os.open(path, flags | _FLAGS, 0o666)
    except OSError as error:
        if error.errno == errno.ELOOP and flags & NO_LINKS:
            require_regular(path)  # says better what it is
        raise
    try:
        _require_regular_mode(os.fstat(descriptor).st_mode)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def require_regular(path: str | os.PathLike[str]) -> None:
    """Accept a regular file, or a name that is free; links are not followed."""
    try:
        mode = os.lstat(path).st_mode
    except FileNotFoundError:
        return
    _require_regular_mode(mode)


def _require_regular_mode(mode: int) -> None:
    if stat.S_ISREG(mode):
        return
    kind = "a device or a pipe"
    if stat.S_ISDIR(mode):
        kind = "a folder"
    elif stat.S_ISLNK(mode):
        kind = "a symbolic link, which is not followed"
    raise OSError(errno.EINVAL, f"it is {kind}")
