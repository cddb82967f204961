"""A progress bar with ETA on standard error, where that is a terminal."""

from __future__ import annotations

import sys
import time
from typing import Any

import click

from rnn_tui.cli.output import silence


class ProgressBar:
    """Shows how many epochs are done, ten times a second at most.

    Args:
        epochs: how many in all; or of whatever is counted instead.
        label: what is going on.
    """

    def __init__(self, epochs: int, label: str = "training") -> None:
        self._bar: Any = None
        self._epoch = self._drawn = 0
        self._next = 0.0
        if epochs > 0 and sys.stderr is not None and sys.stderr.isatty():
            self._bar = click.progressbar(
                length=epochs, label=label, show_eta=True, show_pos=True, file=sys.stderr
            )

    def __enter__(self) -> ProgressBar:
        self._draw()
        return self

    def __exit__(self, *exception: object) -> None:
        self._draw(last=True)

    def show(self, epoch: int) -> None:
        """An epoch is finished."""
        self._epoch = epoch
        if self._bar is not None and (now := time.perf_counter()) >= self._next:
            self._next = now + 0.1
            self._draw()

    def _draw(self, *, last: bool = False) -> None:
        """Draw if there is a bar; a terminal that has gone ends the bar, not the training."""
        if self._bar is None:
            return
        try:
            self._bar.make_step(self._epoch - self._drawn)
            self._bar.render_progress()
            self._drawn = self._epoch
            if last:
                self._bar.render_finish()
        except OSError:
            self._bar = None
            silence(2)
