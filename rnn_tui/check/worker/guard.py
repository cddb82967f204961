"""The guard: a process between rnn-tui and the worker, ``python -m … CHANNEL FAULTS MEMORY``.

It is the worker's parent, so that their code, which may signal its parent, does not reach rnn-tui;
and what the worker leaves behind, whatever session it has moved to, becomes the guard's child and
is ended by it (Linux).
"""

from __future__ import annotations

import ctypes
import fcntl
import os
import resource
import signal
import sys
from contextlib import suppress
from types import FrameType

_DEATH_SIGNAL, _ADOPT_ORPHANS = 1, 36
"""PR_SET_PDEATHSIG and PR_SET_CHILD_SUBREAPER of Linux' prctl."""
_HIGHEST = 1 << 12


def main() -> None:
    """Start the worker, wait for it, end what it left running, and end as it did."""
    channel, faults, memory = map(int, sys.argv[1:])
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _prctl(_DEATH_SIGNAL, signal.SIGKILL)
    _prctl(_ADOPT_ORPHANS, 1)
    channel, faults = _out_of_the_way(channel), _out_of_the_way(faults)
    worker = os.fork()
    if worker == 0:
        _prctl(_DEATH_SIGNAL, signal.SIGKILL)
        os.setpgid(0, 0)
        _become_worker(channel, faults, memory)

    def end(number: int, frame: FrameType | None) -> None:
        with suppress(ProcessLookupError):
            os.kill(worker, signal.SIGKILL)

    signal.signal(signal.SIGTERM, end)
    os.write(faults, f"{worker}\n".encode())
    os.close(channel)
    ended = status = 0
    while ended != worker:
        ended, status = os.wait()
    _end_children()
    _end_as(os.waitstatus_to_exitcode(status))


def _become_worker(channel: int, faults: int, memory: int) -> None:
    from rnn_tui.check.worker.main import serve

    serve(channel, faults, memory)


def _prctl(option: int, value: int) -> None:
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(option, int(value), 0, 0, 0)


def _out_of_the_way(descriptor: int) -> int:
    """The same file under a high number, which code that closes all files rarely gets to."""
    limit = min(resource.getrlimit(resource.RLIMIT_NOFILE)[0], _HIGHEST)
    moved = fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, max(limit - 8, 3))
    os.close(descriptor)
    return moved


def _end_children() -> None:
    """Kill children until there are none: those of a killed one become the guard's."""
    while True:
        for child in _children():
            with suppress(OSError):
                os.kill(child, signal.SIGKILL)
        try:
            os.wait()
        except ChildProcessError:
            return


def _children() -> list[int]:
    """The guard's, from /proc."""
    found, own = [], str(os.getpid())
    for name in filter(str.isdigit, os.listdir("/proc")):
        with suppress(OSError), open(f"/proc/{name}/stat") as file:
            if file.read().rpartition(")")[2].split()[1] == own:
                found.append(int(name))
    return found


def _end_as(code: int) -> None:
    if code < 0:
        with suppress(OSError, ValueError):
            signal.signal(-code, signal.SIG_DFL)
        os.kill(os.getpid(), -code)
    os._exit(max(code, 0))


if __name__ == "__main__":
    main()
