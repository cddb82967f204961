"""The worker's own loop: answers requests about their code until the channel closes."""

from __future__ import annotations

import faulthandler
import os
import resource
import signal
import socket
import sys
import warnings
from contextlib import suppress
from typing import Any

from rnn_tui.check.worker.faults import fault_of
from rnn_tui.check.worker.own_numpy import keep_own_numpy
from rnn_tui.check.worker.serving import Service
from rnn_tui.check.worker.wire import encode, read_all, receive

_leave = os._exit


def serve(channel: int, faults: int, memory: int) -> None:
    """Answer requests; never returns.

    Args:
        channel: descriptor of the socket to rnn-tui.
        faults: descriptor of the file that says where it is, asked by SIGUSR1 or at a crash.
        memory: bytes of address space.
    """
    faulthandler.enable(faults)
    faulthandler.register(signal.SIGUSR1, faults, all_threads=True)
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    sys.argv = [""]
    warnings.simplefilter("ignore")
    keep_own_numpy()
    answering = _Answering(socket.socket(fileno=channel))
    pid = os.getpid()
    os._exit = answering.tell_of_exit  # type: ignore[assignment]
    while True:
        try:
            answering.answer()
        except (EOFError, OSError):
            _leave(0)
        if os.getpid() != pid:  # a fork of theirs that came back
            _leave(0)


class _Answering:
    """One request after another, each answered under its number.

    Args:
        channel: to rnn-tui.
    """

    def __init__(self, channel: socket.socket) -> None:
        self._receive, self._send = channel.recv, channel.sendall
        self._channel = channel
        self._service = Service()
        self._pid = os.getpid()
        self._number = ""

    def answer(self) -> None:
        """Wait for a request and answer it, unless in a fork of theirs that came back.

        Raises:
            EOFError, OSError: if rnn-tui has gone.
        """
        request = receive(lambda count: read_all(self._channel, count))
        self._number = request.pop("number")
        try:
            message = encode(self._numbered(self._service.answer(request)))
        except BaseException as error:
            message = encode(self._numbered({"fault": fault_of(error, self._service.path)}))
        if os.getpid() == self._pid:
            self._send(message)

    def tell_of_exit(self, code: int) -> None:
        """In the place of ``os._exit``: say where it was, and leave."""
        if os.getpid() == self._pid:
            frame: Any = sys._getframe(1)
            while frame is not None and frame.f_code.co_filename != self._service.path:
                frame = frame.f_back
            line = None if frame is None else frame.f_lineno
            message = f"it ends the process: os._exit({code!r})"
            fault = {"type": "SystemExit", "message": message, "line": line, "function": None}
            with suppress(OSError):
                self._send(encode(self._numbered({"fault": fault})))
        _leave(code)

    def _numbered(self, answer: dict[str, Any]) -> dict[str, Any]:
        return {"number": self._number, "answer": answer}
