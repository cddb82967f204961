"""The trainer on the screen: keys become commands, snapshots become panels."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import deque
from collections.abc import Iterable
from functools import partial
from threading import Thread
from typing import Any, ClassVar

from textual import events
from textual.binding import Binding
from textual.message import Message
from textual.timer import Timer

from rnn_tui.app.actions import Actions
from rnn_tui.app.dialogs.dialog import Dialog
from rnn_tui.app.dialogs.palette import Entries, Entry
from rnn_tui.app.full_screen import MESSAGE_SECONDS
from rnn_tui.app.keys import GLOBAL_BINDINGS, SECTIONS, Key, action_name, is_exit_key
from rnn_tui.app.suggestions import (
    has_come_to_solved,
    is_just_solved,
    is_stuck,
    solved_text,
    suggestion,
)
from rnn_tui.app.terminal.abilities import Colours
from rnn_tui.app.values import asks, value_of
from rnn_tui.app.views.header import status
from rnn_tui.app.views.registry import VIEWS
from rnn_tui.app.views.view import AT_REST, Told
from rnn_tui.app.words import ago
from rnn_tui.runs.kept import KeptRuns
from rnn_tui.session import commands as c
from rnn_tui.session.session import Session
from rnn_tui.session.snapshot import Notice, Snapshot
from rnn_tui.training.config import Config
from widgets.drawing import plot
from widgets.drawing.panel import Drawing

FRAMES_PER_SECOND = 7
FRAMES_AT_FULL_SPEED = 4
"""Nobody can follow single epochs then, and training need not wait for them."""


class SessionUpdated(Message):
    """The session executed a command, arrived somewhere or ended: look at its snapshot."""


class TrainerApp(Actions):
    """Shows a session and sends it what the keys mean.

    Args:
        session: to be shown; started, with what the first view wants observed.
        ascii_only: draw with ASCII characters only.
        colours: how many the terminal has.
        theme: name of a theme, or None for the default.
        advice: something to tell at the start.
        kept: the runs that are kept; None where none are.
    """

    TITLE = "rnn-tui"
    ENABLE_COMMAND_PALETTE = True
    COMMANDS: ClassVar[set[Any]] = {Entries}
    DEFAULT_MODE = VIEWS[0].name_of_view
    BINDINGS: ClassVar[list[Any]] = [
        *GLOBAL_BINDINGS,
        Binding("q", "leave", "quit", show=False, system=True),
    ]

    def __init__(
        self,
        session: Session,
        *,
        ascii_only: bool = False,
        colours: Colours = "many",
        theme: str | None = None,
        advice: str | None = None,
        kept: KeptRuns | None = None,
    ) -> None:
        super().__init__(session, kept, ascii_only=ascii_only, colours=colours, theme=theme)
        self._held: deque[events.Key | events.Paste] = deque()
        self._next_frame: Timer | None = None
        self._has_just_stopped = False  # what is expensive to draw comes after what is not
        self._told, self._then = Told(advice or "", "warning"), ""
        self._message_timer: Timer | None = None
        self._notice: Notice | None = None
        self._helped: Config | None = None  # the run that was found stuck

    # Coming and going.

    def on_mount(self) -> None:
        """Show the first snapshot with the first frame."""
        self.session.notify = self._notified
        self.show()
        self.tell(self._told.text, self._told.severity)
        self._notified()
        # The first curve needs it: 0.2 s of import, which nobody waits for here.
        self.call_after_refresh(Thread(target=plot.preload, daemon=True).start)
        if self.kept is not None and self.shown.observation.newest == 0:
            self.call_after_refresh(self.run_worker, self._mention_kept)

    async def _mention_kept(self) -> None:
        """Tell whom nothing else is told of the run that was last trained, if there is one."""
        assert self.kept is not None
        found = await asyncio.to_thread(self.kept.last_trained)
        is_fresh = self.shown.observation.newest == 0 and not self.is_moving
        if found is not None and is_fresh and not self._told.text:
            when = ago(found.changed, time.time())
            what = f"{found.task}, epoch {found.epoch:,} · o opens it"
            self.tell(f"{when}: {what}", shorter=(what, "o opens the last run"))

    async def on_unmount(self) -> None:
        """Leave no thread behind.

        The event loop sleeps meanwhile: awake, it would keep the trainer from seeing that it
        is to stop.
        """
        await asyncio.to_thread(self.session.stop, timeout=5)

    # Keys and text.

    @property
    def is_settled(self) -> bool:
        """Whether every key that came has acted, and the screen shows to what effect."""
        return self.is_up_to_date and self.waiting is None and not self._held

    async def on_event(self, event: events.Event) -> None:
        """Let keys act in the order in which they come, also in one burst.

        The app runs what they are bound to itself, one after the other: those of the view have
        priority, and a dialog is handed its keys here. What comes while a dialog waits for the
        screen to be up to date is held back for it.
        """
        if not isinstance(event, events.Key | events.Paste):
            await super().on_event(event)
        elif isinstance(event, events.Key) and self._leaves(event.key):
            await self._act_on(event)
        elif self._stops_waiting(event):
            self.waiting = None
            self._held.clear()
            self.send(c.Pause())
        elif self.waiting is not None or self._held:
            self._held.append(event)
        else:
            await self._act_on(event)

    def _leaves(self, key: str) -> bool:
        """Whether a key leaves at once; q may be a letter of what was typed before it."""
        held = self.waiting is not None or bool(self._held)
        return is_exit_key(key) and (key != "q" or not held or self.shown.activity == "going")

    def _stops_waiting(self, event: events.Event) -> bool:
        """Whether it is an escape of somebody who sees a journey that a dialog waits for."""
        is_escape = isinstance(event, events.Key) and event.key == "escape"
        return is_escape and self.waiting is not None and self.shown.activity == "going"

    async def _act_on(self, event: events.Key | events.Paste) -> None:
        if len(self.screen_stack) > 1 and isinstance(self.screen, Dialog):
            self.app_focus = True
            await self.screen.handle(event)
        elif self.screen_stack:  # or else all has been closed
            await super().on_event(event)

    async def _release_held(self) -> None:
        """One at a time: what a dialog answers comes with the next turn of the loop."""
        if self.waiting is None and self._held:
            await self._act_on(self._held.popleft())
            self.call_later(self._release_held)

    # Snapshots.

    def _notified(self) -> None:
        """From the session's thread."""
        with contextlib.suppress(Exception):  # the loop may have gone
            self.post_message(SessionUpdated())

    async def on_session_updated(self) -> None:
        """Show what the session has come to."""
        if self.session.failure is not None:
            self.failure = self.session.failure
            self.exit(return_code=1)
            return
        await self._take_snapshot()
        if self.waiting is not None and self.is_up_to_date:
            await self.open(self.waiting)
            self.call_later(self._release_held)

    async def _take_snapshot(self, *, is_frame: bool = False) -> None:
        snapshot = self.session.snapshot
        if snapshot is not self.shown:
            before, self.shown = self.shown, snapshot
            self.forget_motion()
            if not self.view.fits(snapshot):
                await self.renew_views()
            await self.show_started(before)
            if snapshot.activity in AT_REST and before.activity not in AT_REST:
                self._has_just_stopped = True
                self.call_after_refresh(self._show_at_rest)
            self._take_notice(snapshot)
            self._tell_of_progress(before, snapshot)
            self.show(is_frame=is_frame)
        elif is_frame and self.view.is_behind:
            self.show(is_frame=True)
        if self.shown.activity not in AT_REST:
            self.session.request()
            if self._next_frame is None:
                self._next_frame = self.set_timer(frame_seconds(self.shown.pace), self._frame)

    async def _frame(self) -> None:
        self._next_frame = None
        await self._take_snapshot(is_frame=True)

    def _tell_of_progress(self, before: Snapshot, now: Snapshot) -> None:
        """Whether it is solved, or has long stood still: each once."""
        is_resting = now.activity not in ("running", "replaying")
        tells_why = is_resting and now.notice is not None
        if is_just_solved(before, now) and not tells_why:
            self.tell(solved_text(now), "success", suggestion(now))
        elif has_come_to_solved(before, now) and not tells_why:
            self.tell(solved_text(now))
        elif self._helped is not now.config and is_stuck(now) and suggestion(now):
            self._helped = now.config
            self.tell(suggestion(now), "suggestion")

    def show(self, *, is_frame: bool = False) -> None:
        """Draw the snapshot.

        What a key did is shown at once, and waits for no chart to be drawn: that comes with the
        next frame, or, when training has just stopped, in a frame of its own.

        Args:
            is_frame: the clock of frames asked for it.
        """
        at_rest = self.shown.activity in AT_REST and not self._has_just_stopped
        drawing: Drawing = "now" if at_rest else "if due" if is_frame else "later"
        self.view.show(self.shown, status(self.shown, self.total), self._told, drawing)

    def _show_at_rest(self) -> None:
        self._has_just_stopped = False
        self.show()

    def on_resize(self, event: events.Resize) -> None:
        """At another size the view may want something else observed."""
        self.call_later(self.watch_for_view)  # the app has its new size then

    # Messages: they stand in the bottom line, and belong to a moment.

    def _take_notice(self, snapshot: Snapshot) -> None:
        """Show a new notice of the session; clear it when the session withdraws it."""
        before, self._notice = self._notice, snapshot.notice
        if snapshot.notice is before:
            return
        if snapshot.notice is not None:
            notice = snapshot.notice
            self.tell(notice.text, notice.severity, shorter=notice.shorter)
        elif before is not None and before.text == self._told.text:
            self.tell("")

    def tell(
        self,
        text: str,
        severity: str = "information",
        then: str = "",
        shorter: tuple[str, ...] = (),
    ) -> None:
        """Something the user should know, for a while.

        Args:
            text: the message; '' for none.
            severity: an error and a suggestion stay until the next command.
            then: a suggestion to follow.
            shorter: what is told where the message does not fit, the longest text first.
        """
        if not text and not self._told.text:
            return
        self._told, self._then = Told(text, severity, shorter), then
        if self._message_timer is not None:
            self._message_timer.stop()
            self._message_timer = None
        if text and severity not in ("error", "suggestion"):
            self._message_timer = self.set_timer(MESSAGE_SECONDS, self._message_is_old)
        self.show()

    def forget(self, *, pausing: bool = False) -> None:
        """Stop telling what was told of the last command; warnings stay their time.

        Who pauses on a success wants to hear what follows it.
        """
        if pausing and self._then:
            self.tell(self._then, "suggestion")
        elif self._told.severity != "warning":
            self.tell("")

    def _message_is_old(self) -> None:
        asked = self._told.severity == "warning"
        self.tell(self._then, "suggestion")
        if asked:
            self.send(c.Forget())

    def palette_entries(self) -> Iterable[Entry]:
        """Every action of the table, in the command palette; and what has no key."""
        by_hand = (
            ("Training", "set('lr')", "set the learning rate"),
            ("Program", "change_theme", "choose the colours"),
        )
        rows: list[tuple[str, str, str, Key | None]] = [
            *((key.section, key.action, key.description, key) for key in self.view.keys),
            *((*row, None) for row in by_hand),
        ]
        for section, action, title, key in sorted(rows, key=lambda row: SECTIONS.index(row[0])):
            if action in ("command_palette", "cancel"):
                continue
            shown = "" if key is None else key.ascii if self.ascii_only else key.shown
            name = f"app.{action}" if key is None else action_name(key)
            title += "…" if asks(action) else ""
            run = partial(self.run_action, name, self.view)
            yield Entry(section, title, value_of(action, self.shown), shown, run)


def frame_seconds(pace: float | None) -> float:
    """From one frame to the next while training runs at this pace, None for unlimited."""
    return 1 / (FRAMES_AT_FULL_SPEED if pace is None else FRAMES_PER_SECOND)
