"""Training beside the screen at unlimited pace and without it, in turn: epochs and processor."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from typing import Any

import numpy as np

from benchmarks.budget import Line
from benchmarks.screen.pseudo_terminal import PseudoTerminal, called, opened, trainer

UNTRAINED = r"prediction .*\d"
"""On the screen as soon as it shows what the untrained network predicts."""
EPOCH = re.compile(r"epoch ([\d,]+)")


class Bare:
    """The child of `bare`."""

    def __init__(self, **sizes: int) -> None:
        numbers = [str(part) for pair in sizes.items() for part in pair]
        self._child = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.screen.bare", *numbers],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        self._answer()

    def _answer(self) -> list[float]:
        assert self._child.stdout is not None
        line = self._child.stdout.readline()
        return [] if line == "ready\n" else [float(figure) for figure in line.split()]

    def run(self, what: str, seconds: float) -> tuple[float, float]:
        """Epochs per second of wall time, and processor seconds per epoch."""
        assert self._child.stdin is not None
        self._child.stdin.write(f"{what} {seconds}\n")
        self._child.stdin.flush()
        epochs, wall, cpu = self._answer()
        return epochs / wall, cpu / epochs

    def close(self) -> None:
        assert self._child.stdin is not None
        self._child.stdin.close()
        self._child.wait(10)


def at_full_speed(terminal: PseudoTerminal) -> None:
    """Unlimited pace, still paused."""
    terminal.until(UNTRAINED)
    for _ in range(8):
        terminal.press("+")
        time.sleep(0.03)
    terminal.until("unlimited")


def epoch_at_rest(terminal: PseudoTerminal) -> int:
    """The epoch shown, once it is paused and shown."""
    time.sleep(0.3)
    found = EPOCH.search(terminal.shown())
    assert found is not None
    return int(found.group(1).replace(",", ""))


def _screen_runs(terminal: PseudoTerminal, seconds: float, before: int) -> tuple[float, float, int]:
    cpu, start = terminal.processor(), terminal.press("space")
    time.sleep(seconds)
    stop = terminal.press("space")
    time.sleep(0.1)
    cpu = terminal.processor() - cpu
    epoch = epoch_at_rest(terminal)
    return (epoch - before) / (stop - start), cpu / (epoch - before), epoch


def measure(
    rounds: int, size: tuple[int, int], sizes: dict[str, int], seconds: float = 2.0
) -> list[Line]:
    """One after the other in every round, and the session with nobody looking."""
    bare = Bare(**sizes)
    beside: list[Any] = []
    without: list[Any] = []
    alone: list[Any] = []
    try:
        with opened(trainer(**sizes), size) as terminal:
            at_full_speed(terminal)
            epoch = 0
            for index in range(rounds + 1):
                first_half = [("train", without), ("session", alone)]
                for what, kept in first_half if index % 2 else first_half[::-1]:
                    kept.append(bare.run(what, seconds))
                *figures, epoch = _screen_runs(terminal, seconds, epoch)
                beside.append(tuple(figures))
            terminal.press("q")
            terminal.wait_for_end()
    finally:
        bare.close()
    b, w, s = (np.array(kept[1:]) for kept in (beside, without, alone))
    note = f"{rounds} rounds in turn; {np.median(b[:, 0]):,.1f} against {np.median(w[:, 0]):,.1f}/s"
    of = f"{called(sizes)}, at {size[0]} x {size[1]}"
    return [
        Line(f"epochs per second beside the screen{of}", float(np.median(b[:, 0] / w[:, 0])),
             " of without", 0.90, True, note),
        Line(f"processor per epoch beside the screen{of}", float(np.median(b[:, 1] / w[:, 1])),
             " x", 1.15, False, f"{1e6 * np.median(w[:, 1]):.0f} µs without"),
        Line(f"the session with nobody looking{called(sizes)}", float(np.median(s[:, 0] / w[:, 0])),
             " of without", None, True, f"processor {np.median(s[:, 1] / w[:, 1]):.2f} x"),
    ]  # fmt: skip
