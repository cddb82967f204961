"""How soon the frame with the untrained predictions stands, beside a bare hello-world."""

from __future__ import annotations

import re
import sys

import numpy as np

from benchmarks.budget import Line
from benchmarks.screen.pseudo_terminal import opened, trainer

HELLO = [sys.executable, "-m", "benchmarks.screen.hello"]
PREDICTIONS = re.compile(r"prediction .*\d")


def measure(rounds: int) -> list[Line]:
    """Starts of both in turn, after one of each that warms the caches."""
    bare, predicted = [], []
    for index in range(rounds + 1):
        with opened(HELLO) as terminal:
            bare.append(terminal.until("hello, world") - terminal.started)
            terminal.press("\x11")
            terminal.wait_for_end()
        with opened(trainer()) as terminal:
            predicted.append(terminal.until(PREDICTIONS.pattern) - terminal.started)
            terminal.press("q")
            terminal.wait_for_end()
        if index == 0:
            bare.clear()
            predicted.clear()
    hello = np.array(bare)
    note = f"{1e3 * np.median(predicted):.0f} against {1e3 * np.median(hello):.0f} ms, in turn"
    return [
        Line("frame with untrained predictions", float(np.median(predicted / hello)), " x", 2.5,
             False, note),
    ]  # fmt: skip
