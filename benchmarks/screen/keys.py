"""From a key to what it changes on the screen, while training runs at full speed."""

from __future__ import annotations

import os
import random
import re
import time
from collections.abc import Callable

import numpy as np

from benchmarks.budget import Line
from benchmarks.screen.beside import at_full_speed
from benchmarks.screen.film import Film
from benchmarks.screen.pseudo_terminal import (
    EACH,
    PseudoTerminal,
    called,
    opened,
    trainer,
)
from benchmarks.screen.start import HELLO

Expected = Callable[[str], bool]


def _sequence(number: int) -> Expected:
    return lambda text: f"sequence {number} of " in text


def _says(pattern: str) -> Expected:
    compiled = re.compile(pattern)
    return lambda text: bool(compiled.search(text))


def _down(count: int, sequences: int) -> list[tuple[str, Expected]]:
    """Down and up in a random walk over the sequences."""
    presses, number, dice = [], 0, random.Random(1)
    for _ in range(count):
        step = dice.choice((1, -1))
        number = (number + step) % sequences
        presses.append(("down" if step > 0 else "up", _sequence(number + 1)))
    return presses


def _logarithmic(count: int, sequences: int) -> list[tuple[str, Expected]]:
    on, off = _says("l linear"), _says("l log")
    return [("l", on if index % 2 == 0 else off) for index in range(count)]


def _pause(count: int, sequences: int) -> list[tuple[str, Expected]]:
    paused, running = _says("paused"), _says("▸ unlimited")
    return [("space", paused if index % 2 == 0 else running) for index in range(count)]


def _press_all(terminal: PseudoTerminal, presses: list[tuple[str, Expected]]) -> list[float]:
    """Press at random moments, regardless of the answers; then see when they came."""
    dice, times = random.Random(2), []
    for key, _ in presses:
        time.sleep(dice.uniform(0.12, 0.28))
        times.append(terminal.press(key))
    time.sleep(1)
    waiting = list(zip(times, (expected for _, expected in presses), strict=True))
    latencies: list[float] = []
    for moment, text in Film(terminal.chunks, terminal.size).frames():
        while waiting and moment >= waiting[0][0]:
            pressed, expected = waiting[0]
            overdue = len(waiting) > 1 and moment >= waiting[1][0]
            if not expected(text) and not overdue:
                break
            latencies.append(moment - pressed)  # an overdue one counts with all it waited
            waiting.pop(0)
            if not overdue:
                break
    return latencies


def _counted(count: int) -> list[tuple[str, Expected]]:
    return [("x", _says(rf"pressed {index + 1}\b")) for index in range(count)]


def _floor(presses: int) -> list[Line]:
    """The same of a bare application that does nothing else, on the machine as it is now."""
    with opened(HELLO) as terminal:
        terminal.until("hello, world")
        latencies = 1e3 * np.array(_press_all(terminal, _counted(presses)))
        terminal.press("\x11")
        terminal.wait_for_end()
    median, late = np.percentile(latencies, (50, 99))
    load = f"a bare Textual application; load {os.getloadavg()[0]:.1f}"
    return [
        Line("key in a hello-world: median", float(median), " ms", note=load),
        Line("key in a hello-world: 99 %", float(late), " ms", note=load),
    ]


def measure(presses: int) -> list[Line]:
    """The sequence shown, the axis, and run / pause; on both sizes of screen and of run."""
    lines = _floor(presses // 2)
    for size, sizes in EACH:
        lines += _of(presses, size, sizes)
    return lines


def _of(presses: int, size: tuple[int, int], sizes: dict[str, int]) -> list[Line]:
    lines: list[Line] = []
    of = f"{called(sizes)}, at {size[0]} x {size[1]}"
    for what, make, count in (
        ("↓ ↑", _down, presses), ("l", _logarithmic, presses), ("space", _pause, presses),
    ):  # fmt: skip
        with opened(trainer(**sizes), size) as terminal:
            at_full_speed(terminal)
            terminal.press("space")
            time.sleep(1)
            latencies = 1e3 * np.array(
                _press_all(terminal, make(count, sizes.get("sequences", 10)))
            )
            terminal.press("q")
            terminal.wait_for_end()
        note = f"{len(latencies)} presses, 90 % within {np.percentile(latencies, 90):.0f} ms"
        lines += [
            Line(f"key {what}{of}: median", float(np.median(latencies)), " ms", 20, False, note),
            Line(f"key {what}{of}: 99 %", float(np.percentile(latencies, 99)), " ms", 50, False,
                 f"longest {latencies.max():.0f} ms"),
        ]  # fmt: skip
    return lines
