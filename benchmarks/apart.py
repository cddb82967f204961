"""A contender in a process of its own, as everybody's training is: libraries of others change
how memory and processor caches are used."""

from __future__ import annotations

import gc
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any, NamedTuple

from benchmarks.contenders import Entry
from benchmarks.contenders.contender import Skipped, Weights, Work
from benchmarks.rounds import Turn


class Outcome(NamedTuple):
    """What a contender has after its first epoch.

    Attributes:
        losses: (updates,) as `Contender.losses`.
        weights: as `Contender.weights`.
    """

    losses: Any
    weights: Weights


class Apart:
    """Starts the process, in which the contender is made and trains one epoch.

    Args:
        entry: makes the contender; a name at the top of a module, so that it can be sent.
        work: the problem.

    Raises:
        Skipped: as the contender does.
    """

    def __init__(self, entry: Entry, work: Work) -> None:
        self._entry, context = entry, get_context("spawn")
        self._pipe, there = context.Pipe()
        self._process = context.Process(target=_serve, args=(there, entry, work), daemon=True)
        self._process.start()
        there.close()
        answer = self._answer()
        if isinstance(answer, Skipped):
            self.close()
            raise answer
        self.outcome: Outcome = answer

    def prepare(self, seconds: float) -> None:
        """Let it train, so that its pace is the one that lasts; then so many seconds are a turn."""
        self._ask(("prepare", seconds))

    def turn(self) -> tuple[float, float]:
        """One turn: see `benchmarks.rounds.Turn`."""
        seconds, processor = self._ask(("turn",))
        return seconds, processor

    def _ask(self, question: tuple[Any, ...]) -> Any:
        self._pipe.send(question)
        return self._answer()

    def _answer(self) -> Any:
        try:
            return self._pipe.recv()
        except EOFError:
            raise RuntimeError(f"{self._entry} ended; see its traceback above") from None

    def close(self) -> None:
        """End the process, which may still keep what it has."""
        self._pipe.close()
        self._process.join()


def _serve(pipe: Connection, entry: Entry, work: Work) -> None:
    from benchmarks.environment import use_one_thread

    use_one_thread()
    try:
        contender = entry(work)
        contender.epoch()
    except Skipped as skipped:
        pipe.send(skipped)
        return
    pipe.send(Outcome(contender.losses(), contender.weights()))
    gc.collect()
    turn = Turn(contender.epoch)
    while True:
        try:
            question = pipe.recv()
        except (EOFError, KeyboardInterrupt):
            break
        if question[0] == "prepare":
            getattr(contender, "fill", lambda: None)()
            turn.measure(question[1])
            pipe.send(None)
        else:
            pipe.send(turn())
    getattr(contender, "close", lambda: None)()
