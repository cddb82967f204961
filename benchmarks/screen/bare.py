"""Training without a screen, on demand: a child that trains for as long as a line says.

``train 3`` trains for three seconds as ``rnn-tui train`` does, ``session 3`` as the screen's own
session does with nobody looking; the answer is ``epochs wall-seconds processor-seconds``.
"""

from __future__ import annotations

import sys
import time

from rnn_tui.cli.signals import SignalPoll
from rnn_tui.runs import use_one_thread
from rnn_tui.training.commands import ChangePace, Pause, Toggle
from rnn_tui.training.config import Config
from rnn_tui.training.session import Session
from rnn_tui.training.trainer import Trainer


def main() -> None:
    """Answer each line of standard input."""
    use_one_thread()
    trainer, poll = Trainer(Config()), SignalPoll().poll
    session: Session | None = None
    print("ready", flush=True)
    for line in sys.stdin:
        what, seconds = line.split()[0], float(line.split()[1])
        if what == "session" and session is None:
            session = _unlimited()
        before = _epoch(session, trainer, what)
        start, cpu = time.perf_counter(), time.process_time()
        if what == "train":
            while time.perf_counter() - start < seconds:
                for _ in range(20):
                    trainer.advance(poll, poll)
        else:
            assert session is not None
            session.send(Toggle())
            time.sleep(seconds)
            session.send(Pause())
        wall, cpu = time.perf_counter() - start, time.process_time() - cpu
        time.sleep(0.1)
        print(_epoch(session, trainer, what) - before, wall, cpu, flush=True)


def _unlimited() -> Session:
    session = Session(Trainer(Config()))
    session.start()
    for _ in range(8):
        session.send(ChangePace(1))
    time.sleep(0.2)
    return session


def _epoch(session: Session | None, trainer: Trainer, what: str) -> int:
    if what == "train" or session is None or session.snapshot is None:
        return trainer.epoch
    return session.snapshot.observation.epoch


if __name__ == "__main__":
    main()
