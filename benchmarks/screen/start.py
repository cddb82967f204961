"""How soon the first frame stands, and the untrained predictions, beside a bare hello-world."""

from __future__ import annotations

import re
import sys

import numpy as np

from benchmarks.budget import Line
from benchmarks.screen.film import Film, first
from benchmarks.screen.pseudo_terminal import opened, trainer

HELLO = [sys.executable, "-m", "benchmarks.screen.hello"]
PREDICTIONS = re.compile(r"prediction +\d")


def measure(rounds: int) -> list[Line]:
    """Starts of both in turn, after one of each that warms the caches."""
    bare, painted, predicted = [], [], []
    for index in range(rounds + 1):
        with opened(HELLO) as terminal:
            bare.append(terminal.until("hello, world") - terminal.started)
            terminal.press("\x11")
            terminal.wait_for_end()
        with opened(trainer()) as terminal:
            predicted.append(terminal.until(PREDICTIONS.pattern) - terminal.started)
            moment = first(Film(terminal.chunks, terminal.size), lambda text: bool(text.strip()))
            assert moment is not None
            painted.append(moment - terminal.started)
            terminal.press("q")
            terminal.wait_for_end()
        if index == 0:
            for seconds in (bare, painted, predicted):
                seconds.clear()
    hello = np.array(bare)
    note = f"median of {rounds} starts in turn; hello-world {1e3 * np.median(hello):.0f} ms"
    return [
        Line("first painted frame", float(np.median(painted / hello)), " x", 1.5, False, note),
        Line("frame with untrained predictions", float(np.median(predicted / hello)), " x", 2.0,
             False, f"{1e3 * np.median(predicted):.0f} ms"),
    ]  # fmt: skip
