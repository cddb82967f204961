"""One process holds a run at a time; the system lets go of it however the process ends."""

import contextlib
import fcntl
import os
import re
import socket
import time
from pathlib import Path

from rnn_tui.storage.disk.errors import StoreError, printable, shown, unwritable
from rnn_tui.storage.disk.regular import NO_LINKS, open_regular

_ATTEMPTS, _PAUSE = 5, 0.01  # another process may just be looking whether it is held
_HOLDER = re.compile(r"([0-9]{1,10}) (\S{0,255})")


class Held(StoreError):
    """Somebody else holds the run."""


class RunLock:
    """Holds a run until it is released, or the process ends, even by kill -9; the file stays.

    Raises:
        Held: another process, or another part of this one, holds it.
        UnwritableFile: the lock file cannot be made.
    """

    def __init__(self, path: Path, run: str) -> None:
        try:
            self._descriptor = open_regular(path, os.O_RDWR | os.O_CREAT | NO_LINKS)
        except OSError as error:
            raise unwritable(path, error) from error
        try:
            self._acquire(path, run)
        except BaseException:
            os.close(self._descriptor)
            raise

    def _acquire(self, path: Path, run: str) -> None:
        for _ in range(_ATTEMPTS):
            if _try_lock(self._descriptor):
                break
            time.sleep(_PAUSE)
        else:
            advice = "close it there, or choose another run"
            raise Held(f"run {shown(run)} is open in {_holder_in(path)}; {advice}")
        try:
            if not os.path.samestat(os.stat(path), os.fstat(self._descriptor)):
                raise FileNotFoundError(2, "the run was removed")
            os.ftruncate(self._descriptor, 0)
            os.write(self._descriptor, f"{os.getpid()} {socket.gethostname()}\n".encode())
        except OSError as error:
            raise unwritable(path, error) from error

    def release(self) -> None:
        """Let go; may be called again."""
        descriptor, self._descriptor = self._descriptor, -1
        if descriptor >= 0:
            with contextlib.suppress(OSError):
                os.ftruncate(descriptor, 0)
            os.close(descriptor)


def holder(path: Path) -> str | None:
    """Who holds the run with this lock file, None if nobody does; never raises."""
    try:
        descriptor = open_regular(path)
    except OSError:
        return None
    try:
        if _try_lock(descriptor, shared=True):
            return None
        return _holder_in(path)
    finally:
        os.close(descriptor)


def _holder_in(path: Path) -> str:
    """The process whose number is in a lock file."""
    try:
        with open(open_regular(path), "rb") as file:
            found = _HOLDER.match(file.read(300).decode("utf-8", "replace"))
    except OSError:
        found = None
    if found is None:
        return "another process"
    elsewhere = "" if found[2] == socket.gethostname() else f" on {printable(found[2])}"
    return f"process {found[1]}{elsewhere}"


def _try_lock(descriptor: int, shared: bool = False) -> bool:
    """Lock, without waiting; whether that was possible."""
    kind = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return True  # a file system without locks: better unlocked than unusable
    return True
