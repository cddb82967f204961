"""Leaving on a signal, at the next moment that loses nothing."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

from rnn_tui.model.interruption import Interrupted

LEAVING = (
    signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT,
    signal.SIGUSR1, signal.SIGUSR2, signal.SIGALRM, signal.SIGXCPU,
)  # fmt: skip
"""The signals that end a program and can be caught."""


class SignalPoll:
    """Remembers the first of `LEAVING`; `poll` then raises `Interrupted`."""

    def __init__(self) -> None:
        self._received = 0
        self._before: dict[signal.Signals, Any] = {}

    def __enter__(self) -> SignalPoll:
        for number in LEAVING:
            self._before[number] = signal.signal(number, self._receive)
        return self

    def __exit__(self, *exception: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _receive(self, number: int, frame: FrameType | None) -> None:
        self._received = self._received or number

    def poll(self) -> None:
        """Nothing, or `Interrupted` once a signal has come."""
        if self._received:
            raise Interrupted

    @property
    def exit_code(self) -> int:
        """0, or 128 plus the signal's number."""
        return 128 + self._received if self._received else 0


class Left(BaseException):
    """One of `LEAVING` has come.

    Args:
        number: of the signal.
    """

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.exit_code = 128 + number


@contextmanager
def ended_by_ctrl_c() -> Iterator[None]:
    """Ctrl+c ends the process at once, where there is nothing to lose.

    An exception might be swallowed by what is called.
    """
    before = signal.signal(signal.SIGINT, lambda *_: os._exit(128 + signal.SIGINT))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def left_at_once() -> Iterator[None]:
    """The first of `LEAVING` raises `Left` wherever it is; what is then ended is not disturbed."""

    def leave(number: int, frame: FrameType | None) -> None:
        for each in LEAVING:
            signal.signal(each, signal.SIG_IGN)
        raise Left(number)

    before = {number: signal.signal(number, leave) for number in LEAVING}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
