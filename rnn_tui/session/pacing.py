"""Epochs and seconds: keeping a pace, and measuring one."""

import time
from collections.abc import Callable

Clock = Callable[[], float]
"""Seconds."""


def pace_text(pace: float | None) -> str:
    """Such as ``20 epochs/s``, or ``unlimited``."""
    if pace is None:
        return "unlimited"
    return "1 epoch/s" if pace == 1 else f"{pace:g} epochs/s"


class Pacer:
    """Says how long to wait so that epochs come at a pace, without drifting."""

    def __init__(self, clock: Clock = time.perf_counter) -> None:
        self._clock = clock
        self._due = clock()

    def reset(self) -> None:
        """The next epoch is due now."""
        self._due = self._clock()

    def wait(self, pace: float | None) -> float:
        """Seconds until the next epoch at a pace; when that is none, the one after becomes due."""
        if pace is None:
            return 0.0
        now = self._clock()
        if now < self._due:
            return self._due - now
        # Small delays are made up for; after a long one the pace starts afresh.
        self._due = max(self._due, now - 0.2) + 1 / pace
        return 0.0


class Meter:
    """Epochs per second over at least `WINDOW` seconds.

    Attributes:
        rate: epochs per second; None until it has been measured.
    """

    WINDOW = 0.5

    def __init__(self, clock: Clock = time.perf_counter) -> None:
        self._clock = clock
        self.rate: float | None = None
        self._start: tuple[float, int] | None = None

    def reset(self) -> None:
        """Start measuring again."""
        self.rate = self._start = None

    def count(self, epoch: int) -> None:
        """An epoch is finished."""
        now = self._clock()
        if self._start is None:
            self._start = (now, epoch)
            return
        since, first = self._start
        if now - since >= self.WINDOW:
            self.rate = (epoch - first) / (now - since)
            self._start = (now, epoch)

    def remaining(self, epoch: int, target: int | None) -> float | None:
        """Seconds until an epoch is reached, if that can be told."""
        if target is None or not self.rate or self.rate <= 0:
            return None
        return max(0.0, (target - epoch) / self.rate)
