"""The trainer stands aside while the screen is at work, and goes on when it sleeps.

Two busy threads of Python pass the GIL back and forth; each frame and each key would wait
for its turns, and training would lose more than the frame costs. So the event loop tells when
it goes to sleep in its selector, and the trainer waits for that between two updates.
"""

from __future__ import annotations

import selectors
from threading import Event
from typing import Any

LONGEST_WAIT = 0.1
"""Seconds after which the trainer goes on in any case."""


class GatedSelector(selectors.DefaultSelector):  # type: ignore[misc, valid-type, unused-ignore]
    """The selector of an event loop, with a gate that is open while the loop sleeps.

    Attributes:
        gate: set while it is open.
    """

    def __init__(self) -> None:
        super().__init__()
        self.gate = Event()
        self.gate.set()

    def pass_gate(self) -> None:
        """For the trainer, between two updates: wait while the event loop is awake."""
        if not self.gate.is_set():
            self.gate.wait(LONGEST_WAIT)

    def select(self, timeout: float | None = None) -> Any:
        """Wait for something to do, with the gate open unless this only looks."""
        if timeout is not None and timeout <= 0:
            return super().select(timeout)
        self.gate.set()
        try:
            return super().select(timeout)
        finally:
            self.gate.clear()
