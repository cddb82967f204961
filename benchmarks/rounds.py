"""Interleaved timing: every contender in every round, so that a noisy machine hits all alike."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

SETTLING = 0.15
"""Seconds of each turn that are not timed."""


class Timed(NamedTuple):
    """What one contender took.

    Attributes:
        seconds: of wall time for one call, in each round.
        processor: seconds of processor time for the same, in each round, all threads together.
    """

    seconds: list[float]
    processor: list[float]

    @property
    def median(self) -> float:
        """Seconds per call."""
        return float(np.median(self.seconds))

    @property
    def cores(self) -> float:
        """Processor seconds per second: below 1 others were in the way, above 1 it has threads."""
        return sum(self.processor) / sum(self.seconds)


def calls_for(call: Callable[[], None], seconds: float) -> int:
    """How many calls take about so long; at least one. Warms up on the way."""
    call()
    calls, spent = 1, 0.0
    while True:
        start = time.perf_counter()
        for _ in range(calls):
            call()
        spent = time.perf_counter() - start
        if spent >= seconds / 4:
            return max(1, round(calls * seconds / spent))
        calls *= 2


def interleaved(
    calls: dict[str, Callable[[], None]], rounds: int, seconds: float = 0.12
) -> dict[str, Timed]:
    """Time each in every round, in an order of chance, so that nobody always follows the same one.

    Training takes seconds or hours, so what counts is the pace that lasts: each turn is timed
    after a while of the same. Programs that hand work to a second thread for each update need
    that: in their first tenth of a second after others had the machine they are up to 1.45 times
    faster than ever after.

    Args:
        calls: what to time, by name.
        rounds: how many.
        seconds: about so long in each round.
    """
    counts = {name: calls_for(call, seconds) for name, call in calls.items()}
    timed = {name: Timed([], []) for name in calls}
    names = list(calls)
    dice = random.Random(rounds)
    for _ in range(rounds):
        dice.shuffle(names)
        for name in names:
            call, count = calls[name], counts[name]
            _settle(call)
            start, cpu_start = time.perf_counter(), time.process_time()
            for _ in range(count):
                call()
            timed[name].processor.append((time.process_time() - cpu_start) / count)
            timed[name].seconds.append((time.perf_counter() - start) / count)
    return timed


def _settle(call: Callable[[], None]) -> None:
    start = time.perf_counter()
    call()
    while time.perf_counter() - start < SETTLING:
        call()


def ratio(slower: Timed, faster: Timed) -> float:
    """The median over the rounds of how many times longer the first took."""
    return float(np.median(np.array(slower.seconds) / np.array(faster.seconds)))


def processor_ratio(slower: Timed, faster: Timed) -> float:
    """The same in processor time, which others on the machine disturb less."""
    return float(np.median(np.array(slower.processor) / np.array(faster.processor)))


def spread(slower: Timed, faster: Timed) -> tuple[float, float]:
    """The quartiles of the same."""
    low, high = np.percentile(np.array(slower.seconds) / np.array(faster.seconds), (25, 75))
    return float(low), float(high)
