"""A frame after a thousand epochs and after a million, and the memory then."""

from __future__ import annotations

import time

import numpy as np

from benchmarks.budget import Line
from benchmarks.screen.pseudo_terminal import PseudoTerminal, opened, trainer

FRAMES = 60


def _go_to(terminal: PseudoTerminal, epoch: int) -> None:
    terminal.press("g")
    time.sleep(0.5)
    terminal.press(str(epoch))
    time.sleep(0.3)
    terminal.press("\r")
    while f"epoch {epoch} " not in terminal.shown().replace(",", ""):
        del terminal.chunks[:-400]  # frames of long ago; the rest repaints what is looked for
        time.sleep(1)
    time.sleep(1)


def _frame(terminal: PseudoTerminal) -> list[float]:
    """Processor seconds of one step back or forth: every number and every panel anew."""
    seconds = []
    for index in range(FRAMES):
        before = terminal.processor()
        terminal.press("left" if index % 2 == 0 else "right")
        time.sleep(0.3)
        seconds.append(terminal.processor() - before)
    return seconds[10:]


def measure(epochs: int) -> list[Line]:
    """Go there in one run of the trainer."""
    with opened(trainer()) as terminal:
        terminal.until(r"prediction .*\d")
        _go_to(terminal, 1_000)
        early, early_memory = _frame(terminal), terminal.resident()
        _go_to(terminal, epochs)
        late, memory = _frame(terminal), terminal.resident()
        terminal.press("q")
        terminal.wait_for_end()
    before, after = float(np.median(early)), float(np.median(late))
    return [
        Line(f"a frame after {epochs:,} epochs", after / before, " x that after 1,000", 1.2, False,
             f"{1e3 * before:.1f} → {1e3 * after:.1f} ms of processor for a step"),
        Line(f"memory after {epochs:,} epochs", memory / 1e6, " MB", 200, False,
             f"{early_memory / 1e6:.0f} MB after 1,000"),
    ]  # fmt: skip
