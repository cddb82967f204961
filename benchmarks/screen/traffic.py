"""What the screen costs while nothing happens, and what it sends while it runs."""

from __future__ import annotations

import time

from benchmarks.budget import Line
from benchmarks.screen.pseudo_terminal import opened, trainer


def measure(seconds: float) -> list[Line]:
    """Paused, then at the default pace."""
    with opened(trainer()) as terminal:
        terminal.until(r"prediction +\d")
        time.sleep(2)
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
    return [
        Line("paused: processor", idle, " % of a core", 2, False, f"over {seconds:g} s"),
        Line("paused: bytes written", float(silent), "", 0, False, f"over {seconds:g} s"),
        Line("default pace: to the terminal", sent, " kB/s", 40, False,
             f"20 epochs/s at 100 x 30; processor {busy:.0f} % of a core"),
    ]  # fmt: skip
