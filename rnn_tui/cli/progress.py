"""A progress bar with ETA on standard error, where that is a terminal."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import Any

import click

from rnn_tui.cli.output import silence


class ProgressBar:
    """Shows how many epochs are done, ten times a second at most.

    Args:
        epochs: how many in all.
    """

    def __init__(self, epochs: int) -> None:
        self._bar: Any = None
        self._epoch = self._done = 0
        self._next = 0.0
        if epochs > 0 and sys.stderr is not None and sys.stderr.isatty():
            self._bar = click.progressbar(
                length=epochs, label="training", show_eta=True, show_pos=True, file=sys.stderr
            )

    def __enter__(self) -> ProgressBar:
        self._draw(lambda: self._bar.__enter__())
        return self

    def __exit__(self, *exception: object) -> None:
        self._draw(self._advance)
        self._draw(lambda: self._bar.__exit__(None, None, None))

    def show(self, epoch: int) -> None:
        """An epoch is finished."""
        self._epoch = epoch
        if self._bar is None:
            return
        now = time.perf_counter()
        if now >= self._next:
            self._next = now + 0.1
            self._draw(self._advance)

    def _advance(self) -> None:
        self._bar.update(self._epoch - self._done)
        self._done = self._epoch

    def _draw(self, action: Callable[[], object]) -> None:
        """Draw if there is a bar; a terminal that has gone ends the bar, not the training."""
        if self._bar is None:
            return
        try:
            action()
        except OSError:
            self._bar = None
            silence(2)
