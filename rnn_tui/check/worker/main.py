"""The worker's own loop: ``python -m rnn_tui.check.worker.main CHANNEL FAULTS MEMORY``."""

from __future__ import annotations

import ctypes
import faulthandler
import os
import resource
import signal
import socket
import sys
import warnings
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from rnn_tui.check.worker.faults import fault_of
from rnn_tui.check.worker.serving import Service
from rnn_tui.check.worker.wire import encode, read_all, receive

_leave = os._exit


def main() -> None:
    """Answer requests until the channel closes."""
    channel = socket.socket(fileno=int(sys.argv[1]))
    faults, memory = int(sys.argv[2]), int(sys.argv[3])
    _die_with_parent()
    faulthandler.enable(faults)
    faulthandler.register(signal.SIGUSR1, faults, all_threads=True)
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.argv = [""]
    warnings.simplefilter("ignore")
    service = Service()
    _tell_of_exits(channel, service)
    send, pid = channel.sendall, os.getpid()
    while True:
        try:
            request = receive(lambda count: read_all(channel, count))
        except (EOFError, OSError):
            _leave(0)
        answer = _answer(service.answer, request, service)
        if os.getpid() != pid:  # a fork of theirs that came back
            _leave(0)
        send(answer)


def _die_with_parent() -> None:
    """End when rnn-tui is killed outright, whatever their code is doing (Linux)."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(1, int(signal.SIGKILL))  # PR_SET_PDEATHSIG


def _answer(answer: Callable[[Any], Any], request: Any, service: Service) -> bytes:
    try:
        return encode(answer(request))
    except BaseException as error:
        return encode({"fault": fault_of(error, service.path)})


def _tell_of_exits(channel: socket.socket, service: Service) -> None:
    """Say where it was when their code ends the process without an exception."""
    pid = os.getpid()

    def told(code: int) -> None:
        if os.getpid() == pid:
            frame: Any = sys._getframe(1)
            while frame is not None and frame.f_code.co_filename != service.path:
                frame = frame.f_back
            line = None if frame is None else frame.f_lineno
            message = f"it ends the process: os._exit({code!r})"
            with suppress(OSError):
                fault = {"type": "SystemExit", "message": message, "line": line, "function": None}
                channel.sendall(encode({"fault": fault}))
        _leave(code)

    os._exit = told  # type: ignore[assignment]


if __name__ == "__main__":
    main()
