"""Progress in one line of the terminal that standard error is, drawn again and again in place."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable

from rnn_tui.cli.output import redraw

_EVERY = 0.1
"""Seconds between two drawings."""
_BAR = (3, 30)
"""Columns of a bar, at least and at most."""
_USUAL_COLUMNS = 80
_CLEAR_TO_END = "\x1b[K"


class StatusLine:
    """Never wraps: each drawing asks for the width, and leaves the last column free.

    Attributes:
        is_shown: whether standard error is a terminal, and still there.
    """

    def __init__(self) -> None:
        self.is_shown = sys.stderr is not None and sys.stderr.isatty()
        self._drawn = 0
        can_clear = os.environ.get("TERM", "dumb") not in ("", "dumb")
        self._clear = _CLEAR_TO_END if can_clear else ""

    def draw(self, line: Callable[[int], str]) -> None:
        """Draw a line over the one before.

        Args:
            line: makes it, for so many columns; what is longer is cut.
        """
        if not self.is_shown:
            return
        room = _columns() - 1
        text = line(room)[:room]
        self.is_shown = redraw(text.ljust(min(self._drawn, room)), end=self._clear)
        self._drawn = len(text)

    def end(self) -> None:
        """What is printed next stands below it."""
        if self.is_shown and self._drawn:
            redraw("", end="\n")


class ProgressBar:
    """How much is done, and how long it will still take.

    Args:
        count: how much there is to do; with nothing, nothing is shown.
        label: what is going on.
    """

    def __init__(self, count: int, label: str = "training") -> None:
        self._count, self._label = count, label
        self._line, self._done = StatusLine(), 0
        self._start = self._next = time.perf_counter()
        self._line.is_shown &= count > 0

    def __enter__(self) -> ProgressBar:
        self._line.draw(self._text)
        return self

    def __exit__(self, *exception: object) -> None:
        self._line.draw(self._text)
        self._line.end()

    def show(self, done: int) -> None:
        """So much is done."""
        self._done = done
        if (now := time.perf_counter()) >= self._next:
            self._next = now + _EVERY
            self._line.draw(self._text)

    def _text(self, room: int) -> str:
        share = min(1.0, self._done / self._count)
        left = None if not share else (time.perf_counter() - self._start) * (1 / share - 1)
        return with_bar(room, share, [f"{self._done}/{self._count}", time_left(left)], self._label)


def with_bar(room: int, share: float, parts: list[str], label: str = "", gap: str = "  ") -> str:
    """A label, a bar as wide as there is room for, and further parts; empty ones do not count.

    Args:
        room: columns for all of it; the shortest bar may need more.
        share: how much of the bar is full, 0 to 1.
        parts: what stands behind the bar.
        label: what stands before it.
        gap: what stands between them.
    """
    before, behind = [label] if label else [], [part for part in parts if part]
    used = len(gap.join([*before, "", *behind]))
    shortest, longest = _BAR
    width = max(shortest, min(longest, room - used))
    bar = "█" * int(share * width)
    return gap.join([*before, bar.ljust(width, "░"), *behind])


def time_left(seconds: float | None) -> str:
    """Such as ``1:05 left`` or ``2 d 3:04:05 left``; empty if it is not known."""
    if seconds is None:
        return ""
    minutes, second = divmod(round(seconds), 60)
    hours, minute = divmod(minutes, 60)
    days, hour = divmod(hours, 24)
    if days:
        return f"{days} d {hour}:{minute:02}:{second:02} left"
    return f"{hour}:{minute:02}:{second:02} left" if hour else f"{minute}:{second:02} left"


def _columns() -> int:
    """Of the terminal, now."""
    try:
        return os.get_terminal_size(sys.stderr.fileno()).columns or _USUAL_COLUMNS
    except (OSError, ValueError):
        return _USUAL_COLUMNS
