"""The screen's budgets, measured in a real pseudo-terminal."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from benchmarks.budget import Line, drawn


def run(rounds: int, quick: bool) -> tuple[Any, str]:
    """Measure every budget: plain values, and a table.

    Args:
        rounds: interleaved rounds and starts.
        quick: 100,000 epochs and fewer presses.
    """
    from benchmarks.screen import beside, keys, long_epoch, long_run, start, traffic
    from benchmarks.screen.pseudo_terminal import EACH

    parts: list[Callable[[], list[Line]]] = [
        *(partial(beside.measure, rounds, size, sizes) for size, sizes in EACH),
        lambda: keys.measure(60 if quick else 200),
        lambda: start.measure(rounds),
        lambda: traffic.measure(5 if quick else 10),
        lambda: long_epoch.measure(2 if quick else 6),
        lambda: long_run.measure(100_000 if quick else 1_000_000),
    ]
    lines: list[Line] = []
    for part in parts:
        found = part()
        lines += found
        for line in found:
            print("…", line.what, f"{line.value:.3g}{line.unit}", line.note, flush=True)
    return [line.to_json() for line in lines], drawn("the screen's budgets", lines)
