"""How a sweep goes: its table, drawn in place on a terminal, or lines where there is none."""

from __future__ import annotations

import os
import sys
import time

from rnn_tui.cli.output import redraw, say
from rnn_tui.cli.progress import time_left
from rnn_tui.cli.sweep_table import COLUMNS, counted, table
from rnn_tui.cli.training_progress import LOGGED_EVERY
from rnn_tui.sweep.plan import Plan
from rnn_tui.sweep.report import Report

_DRAWN_EVERY = 0.5
"""Seconds between two drawings."""
_TO_END_OF_LINE, _TO_END_OF_SCREEN = "\x1b[K", "\x1b[J"


class SweepProgress:
    """Tells how many runs are done, and what they have come to.

    Args:
        plan: what is trained.
        done: runs of it that are done already.
        every: seconds between two lines, 0 for one each run; None draws the table in place on a
            terminal, and elsewhere prints a line now and then.
    """

    def __init__(self, plan: Plan, done: int, every: float | None) -> None:
        self._plan, self._before, self._start = plan, done, time.monotonic()
        is_terminal = sys.stderr is not None and sys.stderr.isatty()
        can_move = os.environ.get("TERM", "dumb") not in ("", "dumb")
        self._draws = every is None and is_terminal and can_move
        self._every = LOGGED_EVERY if every is None else every
        self._next = self._start if self._draws else self._start + self._every
        self._lines = 0
        self._ended, self._ended_at = done, self._start

    def show(self, report: Report, expected: int, under_way: int, workers: int) -> None:
        """What is known by now, if it is time to tell.

        Args:
            report: of all runs.
            expected: how many are to end in this sweep, those that were done before included.
            under_way: how many were given out and have not come back.
            workers: how many there are now to train them.
        """
        ended = report.count("done") + report.count("diverged") + report.count("failed")
        now = time.monotonic()
        has_ended = ended != self._ended
        self._ended_at = now if has_ended else self._ended_at
        self._ended = ended
        if now < self._next or (not self._draws and not self._every and not has_ended):
            return
        self._next = now + (_DRAWN_EVERY if self._draws else self._every)
        going = f"{min(under_way, workers)} under way"
        if under_way and not workers:
            going = "no worker left, waiting for one"
        parts = [counted(report), going, time_left(self._left(ended, expected))]
        head = ", ".join(filter(None, parts))
        if self._draws:
            self._draw([head, *table(self._plan, report, _size()[0] - 1)])
        else:
            say(f"rnn-tui: {head}", error=True)

    def end(self) -> None:
        """Take the table away: the whole one is printed elsewhere."""
        if self._lines:
            redraw("", end=f"\x1b[{self._lines}A{_TO_END_OF_SCREEN}")
        self._lines = 0

    def _left(self, ended: int, expected: int) -> float | None:
        """Seconds, as the runs that have ended took."""
        made = ended - self._before
        if made < 1:
            return None
        pace = (self._ended_at - self._start) / made
        return max(0.0, pace * (expected - ended) - (time.monotonic() - self._ended_at))

    def _draw(self, lines: list[str]) -> None:
        columns, rows = _size()
        room = max(1, rows - 1)
        if len(lines) > room:
            lines = [*lines[: room - 1], f"… {len(lines) - room + 1} more lines at the end"]
        up = f"\x1b[{self._lines}A" if self._lines else ""
        there = redraw("", end=up)
        for line in lines:
            there = there and redraw(line[: columns - 1], end=f"{_TO_END_OF_LINE}\n")
        there = there and redraw("", end=_TO_END_OF_SCREEN)
        self._draws, self._lines = there, len(lines) if there else 0


def _size() -> tuple[int, int]:
    try:
        columns, rows = os.get_terminal_size(sys.stderr.fileno())
    except (OSError, ValueError):
        return COLUMNS, 24
    return columns or COLUMNS, rows or 24
