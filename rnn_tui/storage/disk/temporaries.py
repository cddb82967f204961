"""Temporary files: their names, and removing those that a killed process left behind."""

import contextlib
import os
import re
import secrets
from pathlib import Path

PREFIX = ".rnn-tui-"
_PROCESS = secrets.token_hex(4)  # tells this process from an earlier one that had its pid
_NAME = re.compile(
    re.escape(PREFIX) + r"(?P<pid>[0-9]{1,10})-(?P<process>[0-9a-f]{8})-[0-9a-f]+\.tmp"
)


def temporary_in(folder: Path) -> Path:
    """A free name in a folder that `sweep_temporaries` finds should this process die."""
    return folder / f"{PREFIX}{os.getpid()}-{_PROCESS}-{secrets.token_hex(8)}.tmp"


def sweep_temporaries(folder: Path) -> None:
    """Remove what writers that are dead left in a folder, as far as possible; never raises.

    A temporary of a living process stays. A process is looked for on this machine: in a folder
    shared between machines, sweep under a lock.
    """
    with contextlib.suppress(OSError):
        for path in folder.iterdir():
            name = _NAME.fullmatch(path.name)
            if name is not None and _is_stale(int(name["pid"]), name["process"]):
                discard(path)


def discard(path: Path) -> None:
    """Remove a file if that is possible."""
    with contextlib.suppress(OSError):
        os.unlink(path)


def _is_stale(pid: int, process: str) -> bool:
    if pid == os.getpid():
        return process != _PROCESS
    try:
        os.kill(pid, 0)
    except (OSError, OverflowError) as error:
        return not isinstance(error, PermissionError)  # it lives, but is another user's
    return False
