"""Stop, pause and quit in the middle of an epoch that takes many seconds."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time

import numpy as np

from benchmarks.budget import Line
from benchmarks.screen.film import Film
from benchmarks.screen.pseudo_terminal import PseudoTerminal, ended, opened, trainer

LONG = (
    "--length", "200", "--hidden", "512", "--batch", "64", "--sequences", "640",
    "--init", "scaled",
)  # fmt: skip


def measure(times: int) -> list[Line]:
    """Each several times, at random moments."""
    dice = random.Random(3)
    pauses, leaves, ends, signals = [], [], [], []
    for index in range(times):
        with opened(trainer(*LONG)) as terminal:
            terminal.until(r"prediction .*\d", 120)
            for _ in range(3):
                pauses.append(_pause(terminal, dice.uniform(0.5, 2)))
            terminal.press("space")
            time.sleep(dice.uniform(0.5, 2))
            if index % 2:
                left, ended = _quit(terminal)
                leaves.append(left)
                ends.append(ended)
            else:
                terminal.process.send_signal(signal.SIGTERM)
                signals.append(_until_gone(terminal, time.perf_counter())[1])
    trains = [_stop_train(dice.uniform(1.5, 9)) for _ in range(times)]
    sizes = "T 200, H 512, B 64"
    return [
        _line("pause: until the screen says so", pauses, sizes),
        _line("quit: until the terminal is given back", leaves, sizes),
        _line("quit: until the process has ended", ends, "with its last line"),
        _line("stop: SIGTERM to the screen, until the process has ended", signals, "the same"),
        _line("stop: SIGINT to train, until the process has ended", trains, "with its summary"),
    ]


def _line(what: str, seconds: list[float], note: str) -> Line:
    milliseconds = 1e3 * np.array(seconds)
    note = f"{note}; longest of {len(seconds)}, median {np.median(milliseconds):.0f} ms"
    return Line(what, float(milliseconds.max()), " ms", 100, False, note)


def _pause(terminal: PseudoTerminal, after: float) -> float:
    terminal.press("space")
    time.sleep(after)
    pressed = terminal.press("space")
    time.sleep(0.6)
    film = Film(terminal.chunks, terminal.size)
    running = False
    for moment, text in film.frames():
        if moment >= pressed and "paused" in text:
            return moment - pressed
        running = running or "▸" in text
    raise TimeoutError("it never paused" if running else "it never ran")


def _quit(terminal: PseudoTerminal) -> tuple[float, float]:
    return _until_gone(terminal, terminal.press("q"))


def _until_gone(terminal: PseudoTerminal, since: float) -> tuple[float, float]:
    """Seconds until the main screen was back, and until the process had ended."""
    gone = terminal.wait_for_end() - since
    time.sleep(0.1)
    for moment, data in terminal.chunks:
        if b"\x1b[?1049l" in data:
            return moment - since, gone
    return gone, gone


def _stop_train(after: float) -> float:
    command = [sys.executable, "-m", "rnn_tui", "train", *LONG, "--json"]
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(after)
    pressed = time.perf_counter()
    child.send_signal(signal.SIGINT)
    return ended(child, 60) - pressed
