"""Memory of a session without a screen, after ever more epochs of the default run."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

from benchmarks.budget import Line, drawn

EPOCHS = (1_000, 100_000, 1_000_000)


def run(rounds: int, quick: bool) -> tuple[Any, str]:
    """One child goes from mark to mark."""
    marks = EPOCHS[:2] if quick else EPOCHS
    command = [sys.executable, "-m", "benchmarks.memory", *map(str, marks)]
    child = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    lines = []
    for mark, line in zip(marks, child.stdout.splitlines(), strict=True):
        resident, seconds = map(float, line.split())
        lines.append(
            Line(f"resident after {mark:,} epochs", resident / 1e6, " MB", 200, False,
                 f"{seconds:.0f} s")
        )  # fmt: skip
    return [line.to_json() for line in lines], drawn("memory of a session, no screen", lines)


def _child(marks: list[int]) -> None:
    import time

    from rnn_tui.runs.opening import Opening
    from rnn_tui.session.commands import GoTo
    from rnn_tui.session.session import Session
    from rnn_tui.storage.library.store import Store
    from rnn_tui.training.config import Config

    session = Session(Opening(Store()).new(Config()))
    session.start()
    start = time.perf_counter()
    for mark in marks:
        session.send(GoTo(mark))
        while session.snapshot is None or session.snapshot.observation.epoch < mark:
            time.sleep(0.05)
            session.request()
        print(_resident(), time.perf_counter() - start, flush=True)
    session.stop(5)


def _resident() -> int:
    with open("/proc/self/status") as file:
        line = next(line for line in file if line.startswith("VmRSS"))
    return int(line.split()[1]) * 1024


if __name__ == "__main__":
    _child([int(mark) for mark in sys.argv[1:]])
