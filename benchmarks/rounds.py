"""Interleaved timing: every contender in every round, so that a noisy machine hits all alike."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping
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


class Turn:
    """One contender's turn: it settles, then so many calls are timed.

    Training takes seconds or hours, so what counts is the pace that lasts: each turn is timed
    after a while of the same. Programs that hand work to a second thread for each update need
    that: in their first tenth of a second after others had the machine they are up to 1.45 times
    faster than ever after.

    Args:
        call: what to time.
    """

    def __init__(self, call: Callable[[], None]) -> None:
        self._call, self._count = call, 1

    def measure(self, seconds: float) -> Turn:
        """Find how many calls take about so long; at least one. Warms up on the way."""
        self._call()
        calls = 1
        while True:
            start = time.perf_counter()
            for _ in range(calls):
                self._call()
            spent = time.perf_counter() - start
            if spent >= seconds / 4:
                self._count = max(1, round(calls * seconds / spent))
                return self
            calls *= 2

    def __call__(self) -> tuple[float, float]:
        """Seconds of wall time and of processor time for one call."""
        call, count = self._call, self._count
        settled = time.perf_counter() + SETTLING
        call()
        while time.perf_counter() < settled:
            call()
        start, cpu_start = time.perf_counter(), time.process_time()
        for _ in range(count):
            call()
        processor = (time.process_time() - cpu_start) / count
        return (time.perf_counter() - start) / count, processor


def interleaved(
    turns: Mapping[str, Callable[[], tuple[float, float]]], rounds: int
) -> dict[str, Timed]:
    """Each has a turn in every round, in an order of chance: nobody always follows the same one."""
    timed = {name: Timed([], []) for name in turns}
    names = list(turns)
    dice = random.Random(rounds)
    for _ in range(rounds):
        dice.shuffle(names)
        for name in names:
            seconds, processor = turns[name]()
            timed[name].seconds.append(seconds)
            timed[name].processor.append(processor)
    return timed


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
