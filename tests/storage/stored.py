"""What several tests of storage share: what is stored, and a writer that is killed."""

import subprocess
from collections.abc import Callable
from pathlib import Path
from random import Random

from rnn_tui.storage.curve.reader import HistoryReader
from rnn_tui.storage.disk.names import HISTORY
from rnn_tui.timeline.recorder import EpochRecord

Epochs = Callable[..., list[EpochRecord]]
OneLine = Callable[[BaseException], str]
Until = Callable[[Callable[[], bool]], None]
SOON = 20.0  # seconds; never reached


def stored(path: Path) -> list[int]:
    """The epochs of branch 0 in a history."""
    with HistoryReader(path) as history:
        numbers: list[int] = history.epochs(0).epochs.tolist()
        return numbers


def stored_epochs(folder: Path) -> list[int]:
    """The same, of a run's folder."""
    return stored(folder / HISTORY)


def killed(process: "subprocess.Popen[str]", chance: Random, lines: int) -> list[int]:
    """Kills it after fewer lines than that; the numbers it has told and nobody has read."""
    assert process.stdout is not None
    for _ in range(chance.randrange(lines)):  # a random moment
        process.stdout.readline()
    process.kill()
    process.wait()
    with process.stdout as stream:
        return [int(line) for line in stream.read().split()]
