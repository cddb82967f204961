"""Do something at most so often, and always once more for the last request."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic

from textual.timer import Timer
from textual.widget import Widget

GRACE = 0.2
"""Seconds that the next request is waited for: acting then is painted together with the rest."""
EARLY = 0.03
"""Seconds by which a request may come too soon and still be served: frames are not punctual."""


class Throttle:
    """Calls `action` at a request, then at most about once per `period` while they keep coming.

    A request that comes too soon is left to the next one, or served a little later if none comes:
    the last one is never lost; without requests no timer runs.
    """

    def __init__(self, widget: Widget, period: float, action: Callable[[], None]) -> None:
        """`period` is in seconds; `widget` lends its timer, which ends with it."""
        self._widget = widget
        self._period = period
        self._action = action
        self._acted = -period
        self._waiting: Timer | None = None

    def request(self) -> None:
        """Act now, or a little later if it is too soon."""
        if not self._widget.is_attached:
            return
        early = self._acted + self._period - monotonic()
        if early <= EARLY:
            self.act_now()
        elif self._waiting is None:
            self._waiting = self._widget.set_timer(early + GRACE, self.overdue)

    def act_now(self) -> None:
        """Act however soon it is; what waited is served by that."""
        if self._waiting is not None:
            self._waiting.stop()
            self._waiting = None
        self._acted = monotonic()
        self._action()

    def overdue(self) -> None:
        """What the timer calls: no other request came."""
        self._waiting = None
        self.act_now()
