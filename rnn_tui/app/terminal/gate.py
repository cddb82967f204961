"""The trainer stands aside while the screen is at work, and goes on when it sleeps.

Two busy threads of Python hand the interpreter to and fro; each frame and each key would wait
for its turns, and training would lose more than the frame costs. So the event loop tells when
it goes to sleep in its selector, and the trainer waits for that between two updates.
"""

from __future__ import annotations

import asyncio
import selectors
from threading import Event
from typing import Any

LONGEST_WAIT = 0.1
"""Seconds after which the trainer goes on in any case."""


class Gate:
    """Open while the event loop sleeps."""

    def __init__(self) -> None:
        self._open = Event()
        self._open.set()

    def open(self) -> None:
        """The event loop goes to sleep."""
        self._open.set()

    def close(self) -> None:
        """It is awake."""
        self._open.clear()

    def pass_through(self) -> None:
        """For the trainer, between two updates: wait while the event loop is awake."""
        if not self._open.is_set():
            self._open.wait(LONGEST_WAIT)


class _GatedSelector(selectors.DefaultSelector):  # type: ignore[misc, valid-type, unused-ignore]
    def __init__(self, gate: Gate) -> None:
        super().__init__()
        self._gate = gate

    def select(self, timeout: float | None = None) -> Any:
        if timeout is not None and timeout <= 0:
            return super().select(timeout)
        self._gate.open()
        try:
            return super().select(timeout)
        finally:
            self._gate.close()


def make_loop(gate: Gate) -> asyncio.AbstractEventLoop:
    """An event loop that closes the gate while it is awake."""
    return asyncio.SelectorEventLoop(_GatedSelector(gate))
