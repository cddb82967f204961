"""How long to wait before trying again what has just failed."""

from __future__ import annotations

FIRST, LONGEST = 1.0, 4.0  # seconds


class Backoff:
    """Waits 1, 2, 4, 4, … seconds: soon enough after space is free, and no load on a sick disk."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """It went well, or is to be tried at once."""
        self._delay, self._until = FIRST, float("-inf")

    def failed(self, now: float) -> None:
        """It failed, at this time in seconds."""
        self._until = now + self._delay
        self._delay = min(2 * self._delay, LONGEST)

    def is_over(self, now: float) -> bool:
        """Whether it may be tried again."""
        return now >= self._until
