"""Durable atomic writing: after a crash at any moment a file is the old one or the new one.

A temporary file in the same folder is written and synced, then takes the final name in one
step, then the folder is synced. Whatever stops it, nothing half written has the final name.
"""

import errno
import os
from pathlib import Path

from rnn_tui.storage.disk.errors import unwritable
from rnn_tui.storage.disk.regular import require_regular
from rnn_tui.storage.disk.temporaries import discard, temporary_in

_UNSUPPORTED = {errno.EINVAL, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EPERM}
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL


def write_durably(
    path: str | os.PathLike[str], data: bytes, *, replace: bool = True, follow_links: bool = False
) -> None:
    """Write `data` to `path`, whole or not at all, and return when it will outlive a power cut.

    A new file gets the permissions 0666 & ~umask. Only a regular file is ever replaced: not a
    folder, not a device, and what a symbolic link points to only with `follow_links`, as for names
    that the user gives. `replace=False` never overwrites, not even a file that appears in the
    meantime; without hard links (FAT, some network folders) it claims the name with an empty file
    first, and a power cut just then leaves that empty file.

    Raises:
        FileExistsError: `replace` is False and the name is taken, a link to nowhere included.
        UnwritableFile: anything else went wrong. The old content is untouched, unless only the
            last step, syncing the folder, failed: then the new content is in place, whole.
    """
    try:
        target = Path(path)
        if replace:
            target = Path(os.path.realpath(path)) if follow_links else target
            require_regular(target)  # replacing /dev/null would succeed
        temporary = temporary_in(target.parent)
        try:
            _write(temporary, data)
            if replace:
                os.replace(temporary, target)
            else:
                _take_name(temporary, target)
        finally:
            discard(temporary)
        _sync_folder(target.parent)
    except FileExistsError as error:
        message = "already there, and is not overwritten; choose another name"
        raise FileExistsError(errno.EEXIST, message, os.fspath(path)) from error
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        raise unwritable(path, error) from error


def _write(path: Path, data: bytes) -> None:
    descriptor = os.open(path, _NEW, 0o666)
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
    claim = os.open(target, _NEW, 0o666)
    try:
        os.close(claim)
        os.replace(temporary, target)
    except BaseException:
        discard(target)
        raise


def _sync_folder(folder: Path) -> None:
    try:
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    except OSError as error:  # EACCES: a folder that may be written but not listed
        if error.errno not in _UNSUPPORTED | {errno.EACCES, errno.EBADF}:
            raise
