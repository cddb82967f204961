"""A sweep on the screen: it is trained in another thread, and looked at in a third one."""

from __future__ import annotations

import asyncio
import time
from typing import Any, ClassVar, NamedTuple, Protocol

from rnn_tui.app.keys import GLOBAL_BINDINGS
from rnn_tui.app.sweep.screen import START, Place, SweepScreen
from rnn_tui.app.terminal.abilities import Colours
from rnn_tui.app.terminal.app import TerminalApp
from rnn_tui.app.words import duration
from rnn_tui.sweep.results import Result
from rnn_tui.sweep.seen import Estimate
from rnn_tui.sweep.watching import Watch

PERIOD = 0.5
"""Seconds between two looks while runs are trained."""
AT_REST = 2.0
"""The same while this process trains none: others may."""


class Training(Protocol):
    """What trains the runs."""

    error: Exception | None

    @property
    def is_running(self) -> bool: ...  # noqa: D102
    def news(self, timeout: float) -> list[Result]: ...  # noqa: D102


class Chosen(NamedTuple):
    """What the app was left for: a run to be opened, and where one was.

    Attributes:
        id: of the run.
        place: on the screen.
    """

    id: str
    place: Place


class SweepApp(TerminalApp[Chosen]):
    """Shows a sweep; ends with a run that is to be opened, or None.

    Args:
        watch: looks at the sweep.
        training: of its runs.
        place: where one was.
        advice: something to tell at the start.
        ascii_only, colours, theme: see `TerminalApp`.
    """

    TITLE = "rnn-tui sweep"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[Any]] = [*GLOBAL_BINDINGS]

    def __init__(
        self,
        watch: Watch,
        training: Training,
        place: Place = START,
        advice: str = "",
        *,
        ascii_only: bool = False,
        colours: Colours = "many",
        theme: str | None = None,
    ) -> None:
        super().__init__(ascii_only=ascii_only, colours=colours, theme=theme)
        self._watch, self._training = watch, training
        self.sweep_screen = SweepScreen(watch.plan, watch.seen, place, ascii_only)
        self._advice = advice
        self._estimate = Estimate()

    def on_mount(self) -> None:
        """Show what was seen before, and look."""
        self.push_screen(self.sweep_screen)
        self.sweep_screen.tell(self._advice, "warning")
        self.run_worker(self._follow(), exit_on_error=True)

    async def _follow(self) -> None:
        """Look as long as something may change; the screen is drawn where something has."""
        watch, training = self._watch, self._training
        was_training = None
        while True:
            for result in training.news(0):
                watch.tell(result)
            is_training = training.is_running
            seen = await asyncio.to_thread(watch.look)
            if training.error is not None:
                self.failure = training.error
                self.exit(return_code=1)
                return
            if seen is not None or is_training != was_training:
                self._show(is_training)
            was_training = is_training
            if not is_training and watch.seen.is_done:
                return
            if watch.seen.is_whole:
                await asyncio.sleep(PERIOD if is_training else AT_REST)

    def _show(self, is_training: bool) -> None:
        seconds = self._estimate.seconds_left(self._watch.seen, time.monotonic())
        time_left = "" if seconds is None or not is_training else f"{duration(seconds)} left"
        self.sweep_screen.show(self._watch.seen, time_left, is_training=is_training)

    def on_sweep_screen_opened(self, event: SweepScreen.Opened) -> None:
        """Leave for the trainer."""
        self.exit(Chosen(event.id, event.place))
