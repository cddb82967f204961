"""Training without a screen, on demand: a child that trains for as long as a line says.

``train 3`` trains for three seconds as ``rnn-tui train`` does, ``session 3`` as the screen's own
session does with nobody looking; the answer is ``epochs wall-seconds processor-seconds``. The
arguments are names and numbers of the run: ``sequences 320 length 50``.
"""

from __future__ import annotations

import sys
import time

from benchmarks.contenders.contender import work_of
from benchmarks.contenders.ours import Ours
from benchmarks.rows import Row
from rnn_tui.runs.opening import Opening
from rnn_tui.session.commands import PACES, ChangePace, Pause, Run
from rnn_tui.session.session import Session
from rnn_tui.storage.library.store import Store
from rnn_tui.training.config import Config


class Train:
    """Without any screen."""

    def __init__(self, config: Config) -> None:
        self._ours, self._epochs = Ours(work_of(Row("default", config))), 0
        self._at_once = 20 if config.sequences <= 10 else 1

    def run(self, seconds: float) -> int:
        """How many epochs that was."""
        end, before = time.perf_counter() + seconds, self._epochs
        while time.perf_counter() < end:
            for _ in range(self._at_once):
                self._ours.epoch()
            self._epochs += self._at_once
        return self._epochs - before


class Unwatched:
    """A session at unlimited pace that nobody asks for a snapshot."""

    def __init__(self, config: Config) -> None:
        self._session: Session = Session(Opening(Store()).new(config))
        self._session.start()
        for _ in PACES:
            self._session.send(ChangePace(1))
        time.sleep(0.2)

    def run(self, seconds: float) -> int:
        """How many epochs that was."""
        before = self._epoch()
        self._session.send(Run())
        time.sleep(seconds)
        self._session.send(Pause())
        return self._epoch() - before

    def _epoch(self) -> int:
        """Of the snapshot made after the last command."""
        time.sleep(0.05)
        assert self._session.failure is None and self._session.snapshot is not None
        return self._session.snapshot.observation.epoch


def main() -> None:
    """Answer each line of standard input."""
    sizes = dict(zip(sys.argv[1::2], map(int, sys.argv[2::2]), strict=True))
    config = Config.of(**sizes)
    runs: dict[str, Train | Unwatched] = {"train": Train(config), "session": Unwatched(config)}
    print("ready", flush=True)
    for line in sys.stdin:
        what, seconds = line.split()
        start, cpu = time.perf_counter(), time.process_time()
        epochs = runs[what].run(float(seconds))
        wall = time.perf_counter() - start - (0.1 if what == "session" else 0)
        print(epochs, wall, time.process_time() - cpu, flush=True)


if __name__ == "__main__":
    main()
