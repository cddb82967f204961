"""What the screen costs while nothing happens, and what it sends while it runs."""

from __future__ import annotations

import time

from benchmarks.budget import Line
from benchmarks.screen.beside import UNTRAINED
from benchmarks.screen.pseudo_terminal import EACH, SIZE, called, opened, trainer
from rnn_tui.app.full_screen import MESSAGE_SECONDS


def measure(seconds: float) -> list[Line]:
    """Paused, then at the default pace, on both sizes of screen and of run."""
    return [line for size, sizes in EACH for line in _of(seconds, size, sizes)]


def _of(seconds: float, size: tuple[int, int], sizes: dict[str, int]) -> list[Line]:
    with opened(trainer(**sizes), size) as terminal:
        terminal.until(UNTRAINED)
        time.sleep(MESSAGE_SECONDS + 1)  # what is told at the start goes by itself
        bytes_before, cpu = terminal.written(), terminal.processor()
        time.sleep(seconds)
        idle = 100 * (terminal.processor() - cpu) / seconds
        silent = terminal.written() - bytes_before
        terminal.press("space")
        time.sleep(2)
        bytes_before, cpu = terminal.written(), terminal.processor()
        time.sleep(seconds)
        sent = (terminal.written() - bytes_before) / seconds / 1e3
        busy = 100 * (terminal.processor() - cpu) / seconds
        terminal.press("q")
        terminal.wait_for_end()
    of, budget = f"{called(sizes)}, at {size[0]} x {size[1]}", 40 if size == SIZE else None
    return [
        Line(f"paused: processor{of}", idle, " % of a core", 2, False, f"over {seconds:g} s"),
        Line(f"paused: bytes written{of}", float(silent), "", 0, False, f"over {seconds:g} s"),
        Line(f"default pace: to the terminal{of}", sent, " kB/s", budget, False,
             f"20 epochs/s or as fast as it goes; processor {busy:.0f} % of a core"),
    ]  # fmt: skip
