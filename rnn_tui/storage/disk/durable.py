"""Durable atomic writing: after a crash at any moment a file is the old one or the new one.

A temporary file in the same folder is written and synced, then takes the final name in one
step, then the folder is synced. Whatever stops it, nothing half written has the final name.
"""

import contextlib
import errno
import os
import re
import secrets
import stat
import time
from pathlib import Path

PREFIX = ".rnn-tui-"
_PROCESS = secrets.token_hex(4)  # tells this process from an earlier one that had its pid
_NAME = re.compile(
    re.escape(PREFIX) + r"(?P<pid>[0-9]{1,10})-(?P<process>[0-9a-f]{8})-[0-9a-f]+\.tmp"
)
_UNSUPPORTED = {errno.EINVAL, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EPERM}
_DAY = 86_400.0  # seconds
_ADVICE = {
    errno.ENOSPC: "free some space or choose another folder",
    errno.EDQUOT: "free some space or choose another folder",
    errno.ENOENT: "create the folder or choose another",
}


class StoreError(Exception):
    """Something on disk cannot be used; the message is one line (exit code 4).

    Its kinds: `UnwritableFile` here; `UnreadableFile`, `DamagedFile` and `WrongTensors` in
    `tensors.py`.
    """


class UnwritableFile(StoreError, OSError):
    """A file could not be written; `errno` is that of the cause, or None."""

    def __init__(self, path: str | os.PathLike[str], cause: Exception) -> None:
        code = cause.errno if isinstance(cause, OSError) else None
        advice = _ADVICE.get(code or 0, "choose another file or folder")
        super().__init__(f"cannot write {shown(path)}: {reason(cause)}; {advice}")
        self.errno = code


def write_durably(path: str | os.PathLike[str], data: bytes, *, replace: bool = True) -> None:
    """Write `data` to `path`, whole or not at all, and return when it will outlive a power cut.

    Through a symbolic link the file that it points to is replaced. A new file gets the
    permissions 0666 & ~umask. Only a regular file is ever replaced: not a folder, not a device.
    Without hard links (FAT, some network folders) `replace=False` claims the name with an empty
    file first; a power cut just then leaves that empty file.

    Args:
        path: the final name; its folder must exist.
        data: the whole content.
        replace: False never overwrites, not even a file that appears in the meantime.

    Raises:
        FileExistsError: `replace` is False and the name is taken, a link to nowhere included.
        UnwritableFile: anything else went wrong. The old content is untouched, unless only the
            last step, syncing the folder, failed: then the new content is in place, whole.
    """
    try:
        target = _target(path) if replace else Path(path)
        temporary = temporary_in(target.parent)
        try:
            _write(temporary, data)
            if replace:
                os.replace(temporary, target)
            else:
                _take_name(temporary, target)
        finally:
            _discard(temporary)
        _sync_folder(target.parent)
    except FileExistsError as error:
        message = "already there, and is not overwritten; choose another name"
        raise FileExistsError(errno.EEXIST, message, os.fspath(path)) from error
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        raise UnwritableFile(path, error) from error


def temporary_in(folder: Path) -> Path:
    """A free name in a folder that `sweep_temporaries` finds should this process die."""
    return folder / f"{PREFIX}{os.getpid()}-{_PROCESS}-{secrets.token_hex(8)}.tmp"


def sweep_temporaries(folder: str | os.PathLike[str]) -> list[Path]:
    """Remove what writers that are dead left in `folder`; return what was removed.

    A temporary of a living process stays (on Windows: one younger than a day). A process is
    looked for on this machine: in a folder shared between machines, sweep under a lock.
    Never raises for what cannot be listed or removed.
    """
    removed = []
    with contextlib.suppress(OSError):
        for path in sorted(Path(folder).iterdir()):
            name = _NAME.fullmatch(path.name)
            if name is None:
                continue
            with contextlib.suppress(OSError):
                if _is_stale(path, int(name["pid"]), name["process"]):
                    path.unlink()
                    removed.append(path)
    return removed


def shown(path: str | os.PathLike[str]) -> str:
    """A path as it may appear in a message of one line: unprintable characters escaped."""
    text = os.fspath(path)
    return text if text.isprintable() and text else ascii(text)


def reason(cause: Exception) -> str:
    """What an exception says, without the number and the path that OSError puts around it."""
    text = cause.strerror if isinstance(cause, OSError) else None
    return (text or str(cause) or type(cause).__name__).replace("\n", " ")


def _target(path: str | os.PathLike[str]) -> Path:
    target = Path(os.path.realpath(path))
    with contextlib.suppress(FileNotFoundError):
        if not stat.S_ISREG(os.lstat(target).st_mode):  # replacing /dev/null would succeed
            raise OSError(errno.EINVAL, "it is there and is not a regular file")
    return target


def _write(path: Path, data: bytes) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    descriptor = os.open(path, flags, 0o666)
    try:
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(descriptor, rest) :]
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _take_name(temporary: Path, target: Path) -> None:
    try:
        os.link(temporary, target)
        return
    except OSError as error:
        if error.errno not in _UNSUPPORTED:
            raise
    except (AttributeError, NotImplementedError):
        pass
    claim = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
    try:
        os.close(claim)
        os.replace(temporary, target)
    except BaseException:
        _discard(target)
        raise


def _discard(path: Path) -> None:
    with contextlib.suppress(OSError):
        os.unlink(path)


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":
        return  # a folder cannot be opened there; NTFS journals the rename
    try:
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    except OSError as error:  # EACCES: a folder that may be written but not listed
        if error.errno not in _UNSUPPORTED | {errno.EACCES, errno.EBADF}:
            raise


def _is_stale(path: Path, pid: int, process: str) -> bool:
    if pid == os.getpid():
        return process != _PROCESS
    if os.name == "nt":  # os.kill(pid, 0) would send ctrl+c there
        return time.time() - path.stat().st_mtime > _DAY
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return True
    except PermissionError:
        pass
    return False
