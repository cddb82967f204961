"""Do something at most so often, and always once more for the last request."""

from __future__ import annotations

from collections.abc import Callable

from textual.timer import Timer
from textual.widget import Widget


class Throttle:
    """Calls `action` at once, then at most once per `period` while requests keep coming.

    A request during the pause is remembered and served when the pause ends, so the last one
    is never lost; without requests no timer runs.
    """

    def __init__(self, widget: Widget, period: float, action: Callable[[], None]) -> None:
        """`period` is in seconds; `widget` lends its timer, which ends with it."""
        self._widget = widget
        self._period = period
        self._action = action
        self._pause: Timer | None = None
        self._waiting = False

    def request(self) -> None:
        """Act now, or when the present pause is over."""
        if self._pause is not None:
            self._waiting = True
        elif self._widget.is_attached:
            self.act_now()

    def act_now(self) -> None:
        """Act whatever the pause says, and begin a new one."""
        if self._pause is not None:
            self._pause.stop()
        self._waiting = False
        self._pause = self._widget.set_timer(self._period, self.pause_over)
        self._action()

    def pause_over(self) -> None:
        """What the timer calls: serves the request that came meanwhile."""
        self._pause = None
        if self._waiting:
            self.act_now()
