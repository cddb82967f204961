"""Leaves when the terminal has gone without a signal, as ssh and some multiplexers let it."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from threading import Event, Thread

SECONDS = 1.0


class HangupWatch:
    """Looks once a second whether the terminal is still there.

    A screen whose terminal has gone cannot be left in order: its writer waits for ever.

    Args:
        gone: called from a thread of its own when there is no terminal any more; what must
            not be lost is saved there. The process ends after it, with exit code 129.
    """

    def __init__(self, gone: Callable[[], None]) -> None:
        self._gone = gone
        self._over = Event()
        self._thread = Thread(target=self._watch, name="hangup", daemon=True)

    def __enter__(self) -> HangupWatch:
        self._thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._over.set()

    def _watch(self) -> None:
        stream = sys.__stdin__
        if stream is None:
            return
        descriptor = stream.fileno()
        while not self._over.wait(SECONDS):
            if not os.isatty(descriptor) and not self._over.wait(SECONDS):
                try:
                    self._gone()
                finally:
                    os._exit(129)
