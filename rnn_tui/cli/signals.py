"""Leaving on a signal, at the next moment that loses nothing."""

from __future__ import annotations

import signal
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
