"""A progress bar with ETA on standard error, where that is a terminal."""

from __future__ import annotations

import sys
import time
from typing import Any

import click


class ProgressBar:
    """Shows how many epochs are done, ten times a second at most.

    Args:
        epochs: how many in all.
    """

    def __init__(self, epochs: int) -> None:
        self._bar: Any = None
        self._done = 0
        self._next = 0.0
        if epochs > 0 and sys.stderr is not None and sys.stderr.isatty():
            self._bar = click.progressbar(
                length=epochs, label="training", show_eta=True, show_pos=True, file=sys.stderr
            )

    def __enter__(self) -> ProgressBar:
        if self._bar is not None:
            self._bar.__enter__()
        return self

    def __exit__(self, *exception: object) -> None:
        if self._bar is not None:
            self._advance()
            self._bar.__exit__(None, None, None)

    def show(self, epoch: int) -> None:
        """An epoch is finished."""
        self._epoch = epoch
        if self._bar is None:
            return
        now = time.perf_counter()
        if now >= self._next:
            self._next = now + 0.1
            self._advance()

    _epoch = 0

    def _advance(self) -> None:
        self._bar.update(self._epoch - self._done)
        self._done = self._epoch
