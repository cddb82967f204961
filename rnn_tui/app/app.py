"""The trainer on the screen: keys become commands, snapshots become panels."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterable
from threading import Thread
from typing import Any, ClassVar

from textual import events
from textual.app import App, SystemCommand
from textual.binding import Binding, BindingsMap
from textual.message import Message
from textual.screen import Screen
from textual.timer import Timer

from rnn_tui.app import dialogs
from rnn_tui.app.keys import ALWAYS, KEYS, bindings, hints
from rnn_tui.app.terminal.picture import write_picture
from rnn_tui.app.views.overview.view import Overview
from rnn_tui.session import commands as c
from rnn_tui.session.session import Session
from rnn_tui.session.snapshot import Notice, Snapshot
from widgets import LossChart, SequencePanel
from widgets.drawing import plot

FRAMES_PER_SECOND = 8
FRAMES_AT_FULL_SPEED = 5
"""Nobody can follow single epochs then, and training need not wait for them."""
MESSAGE_SECONDS = 5.0
AT_REST = ("paused", "diverged")
SCROLL_STEPS = 8
"""Time steps by which a long sequence moves."""
ASK_AFTER = 100
"""Epochs after which beginning anew asks once."""


class SessionUpdated(Message):
    """The session carried out a command, arrived somewhere or ended: look at its snapshot."""


class TrainerApp(App[None]):
    """Shows a session and sends it what the keys mean.

    Args:
        session: started; belongs to the app from now on, which stops it on leaving.
        ascii_only: draw with ASCII characters only.
        theme: name of a theme, or None for the default.
        advice: something to tell at the start.
    """

    TITLE = "rnn-tui"
    CSS_PATH = "views/overview/overview.tcss"
    ENABLE_COMMAND_PALETTE = True
    BINDINGS: ClassVar[list[Any]] = [
        *ALWAYS,
        Binding("q", "leave", "quit", show=False, system=True),
    ]

    def __init__(
        self,
        session: Session,
        *,
        ascii_only: bool = False,
        theme: str | None = None,
        advice: str | None = None,
    ) -> None:
        super().__init__()
        self.failure: Exception | None = None
        self.session = session
        self._ascii_only = ascii_only
        self.set_class(ascii_only, "-ascii")
        if theme is not None:
            self.theme = theme
        self._shown = session.snapshot
        self._overview = Overview(ascii_only)
        self._overview._bindings = BindingsMap(bindings())
        self._next_frame: Timer | None = None
        self._message, self._severity = advice or "", "warning"
        self._message_timer: Timer | None = None
        self._notice: Notice | None = None
        self._total = False
        self._asked: int | None = None

    @property
    def shown(self) -> Snapshot:
        """The snapshot on the screen."""
        return self._shown

    # Coming and going.

    def get_default_screen(self) -> Screen[Any]:
        """The overview."""
        return self._overview

    def on_mount(self) -> None:
        """Show the first snapshot with the first frame."""
        self.app_resume_signal.subscribe(self, lambda _: self.refresh(layout=True))
        self.session.notify = self._notified
        self._tell(self._message, self._severity)
        self.on_session_updated()
        # The first curve needs it: 0.2 s of import, which nobody waits for here.
        self.call_after_refresh(Thread(target=plot.preload, daemon=True).start)

    async def on_unmount(self) -> None:
        """Leave no thread behind.

        The event loop sleeps meanwhile: awake, it would keep the trainer from seeing that it
        is to stop.
        """
        await asyncio.to_thread(self.session.stop, timeout=5)

    def _handle_exception(self, error: Exception) -> None:
        """Remember an exception for the one line after the screen has gone."""
        if self.is_headless:
            super()._handle_exception(error)
            return
        self.failure = self.failure or error
        self._return_code = 1
        self._close_messages_no_wait()

    # Keys, text, clicks.

    async def on_event(self, event: events.Event) -> None:
        """Let keys act in the order in which they come, also in one go, as over a slow line.

        The app runs what they are bound to itself, one after the other: those of the view have
        priority, and a dialog is handed its keys here.
        """
        if not isinstance(event, events.Key | events.Paste):
            await super().on_event(event)
        elif len(self.screen_stack) > 1 and isinstance(self.screen, dialogs.Dialog):
            self.app_focus = True
            await self.screen.take(event)
        elif self.screen_stack:  # or else all has been closed
            await super().on_event(event)

    # Snapshots.

    def _notified(self) -> None:
        """From the session's thread."""
        with contextlib.suppress(Exception):  # the loop may have gone
            self.post_message(SessionUpdated())

    def on_session_updated(self) -> None:
        """Show what the session has come to."""
        self.failure = self.failure or self.session.failure
        if self.failure is not None:
            self.exit(return_code=1)
        else:
            self._pull()

    def _pull(self) -> None:
        snapshot = self.session.snapshot
        if snapshot is not self._shown:
            self._shown = snapshot
            self._take_notice(snapshot)
            self._show()
        if snapshot.activity not in AT_REST:
            self.session.request()
            if self._next_frame is None:
                self._next_frame = self.set_timer(frame_seconds(snapshot.pace), self._frame)

    def _frame(self) -> None:
        self._next_frame = None
        self._pull()

    def _show(self) -> None:
        snapshot = self._shown
        at_rest = snapshot.activity in AT_REST
        self._overview.show(
            snapshot,
            total=self._total,
            message=self._message,
            severity=self._severity,
            at_once=at_rest,
        )
        disabled = frozenset(_disabled(snapshot))
        self._overview.keys.value = hints(self._ascii_only, not at_rest, disabled)

    # Messages.

    def _take_notice(self, snapshot: Snapshot) -> None:
        notice = snapshot.notice
        if notice is not None and notice is not self._notice:
            self._notice = notice
            self._tell(notice.text, notice.severity)

    def _tell(self, text: str, severity: str = "information") -> None:
        self._message, self._severity = text, severity
        if self._message_timer is not None:
            self._message_timer.stop()
            self._message_timer = None
        if text and severity != "error":
            self._message_timer = self.set_timer(MESSAGE_SECONDS, self._tell_nothing)
        self._show()

    def _tell_nothing(self) -> None:
        self._tell("")

    def _message_is_old(self) -> None:
        """What was told of the last command goes with the next frame; warnings stay their time."""
        if self._severity == "error":
            self._tell_nothing()
        elif self._severity == "information" or self._asked is not None:
            self._message = ""

    # Actions.

    def _send(self, command: c.Command) -> None:
        self._message_is_old()
        self._asked = None
        self.session.send(command)

    def action_run_or_pause(self) -> None:
        self._send(c.Toggle())

    def action_step(self, epochs: int) -> None:
        self._send(c.Step(epochs))

    def action_home(self) -> None:
        self._send(c.GoTo(0))

    def action_end(self) -> None:
        self._send(c.GoToNewest())

    def action_cancel_way(self) -> None:
        self._send(c.Cancel())

    def action_sequence(self, step: int) -> None:
        self._send(c.ShowSequence(step))

    def action_pace(self, places: int) -> None:
        self._send(c.ChangePace(places))

    def action_rate(self, doublings: int) -> None:
        self._send(c.ScaleRate(2.0**doublings))

    def action_save(self) -> None:
        self._send(c.Save())

    async def action_ask(self, what: str) -> None:
        if self.screen is self._overview:
            question = dialogs.QUESTIONS[what](self._shown, self._ascii_only)
            await self.push_screen(question, self._answered)

    def _answered(self, command: c.Command | None) -> None:
        if command is not None:
            self._send(command)

    def action_restart(self, seed_step: int) -> None:
        newest = self._shown.observation.newest
        if newest > ASK_AFTER and self._asked != seed_step:
            self._asked = seed_step
            key = "R" if seed_step else "r"
            self._tell(f"{key} again begins anew and leaves these {newest:,} epochs", "warning")
            return
        self._send(c.Restart(seed_step))

    def action_logarithmic(self) -> None:
        self._overview.chart.logarithmic = not self._overview.chart.logarithmic

    def action_total(self) -> None:
        self._total = not self._total
        self._show()

    def action_scroll(self, direction: int) -> None:
        self._overview.strings.scroll_window(direction * SCROLL_STEPS)

    def action_view(self, number: int) -> None:
        """There is one view so far."""

    async def action_command_palette(self) -> None:  # type: ignore[override]
        if not isinstance(self.screen, dialogs.Palette):
            await self.push_screen(dialogs.Palette())

    def action_picture(self) -> None:
        seen, config = self._shown.observation, self._shown.config
        stem = f"rnn-tui-{config.task}-seed{config.seed}-epoch{seen.epoch}"
        try:
            path = write_picture(self.export_screenshot(title="rnn-tui"), stem)
        except OSError as error:
            self._tell(f"no picture: {error.strerror or error}".lower(), "error")
        else:
            self._tell(f"the picture is {path}")

    async def action_help(self) -> None:
        await self.push_screen(dialogs.Help(KEYS, self._ascii_only, self._shown.task_note))

    def action_leave(self) -> None:
        self.exit(return_code=0)

    def on_loss_chart_epoch_picked(self, event: LossChart.EpochPicked) -> None:
        """A click on the chart goes to that epoch."""
        self._send(c.GoTo(event.epoch))

    def on_sequence_panel_sequence_stepped(self, event: SequencePanel.SequenceStepped) -> None:
        """The arrows in the panel's title."""
        self._send(c.ShowSequence(event.delta))

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """Every action of the table, in the command palette; and the theme."""
        yield SystemCommand("theme", "change the colours", self.action_change_theme)
        for key in KEYS:
            if key.action in ("command_palette", "cancel_way"):
                continue
            shown = key.ascii if self._ascii_only else key.shown
            yield SystemCommand(key.description, f"key {shown}", _runner(self, key.action))


def frame_seconds(pace: float | None) -> float:
    """From one frame to the next while training runs at this pace, None for unlimited."""
    return 1 / (FRAMES_AT_FULL_SPEED if pace is None else FRAMES_PER_SECOND)


def _disabled(snapshot: Snapshot) -> Iterable[str]:
    """The actions that make no sense now."""
    if snapshot.observation.epoch == 0 and snapshot.activity in AT_REST:
        yield "step(-1)"
    if snapshot.observation.sequence.count == 1:
        yield "sequence(1)"


def _runner(app: TrainerApp, action: str) -> Any:
    async def run() -> None:
        await app.run_action(action)

    return run
