"""The loop that a thread runs: commands in, the newest snapshot out."""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Callable
from threading import Condition, Thread

from rnn_tui.model.interruption import Interrupted
from rnn_tui.session.commands import Command, Stop
from rnn_tui.session.run import Run
from rnn_tui.session.snapshot import Snapshot
from rnn_tui.timeline.navigator import Navigator

OBSERVING_SHARE = 0.03
"""Of the time spent training, at most this much is spent on looking at it."""
SHOW_WITHIN = 0.03
"""Seconds after which what a command did is shown, whether everything has been looked at or not."""
SAVE_EVERY = 1.0
"""Seconds of training after which a checkpoint is asked for."""


LOOK_EVERY = 1.0
"""Seconds at rest after which it is looked whether everything could be stored."""


class Session:
    """Owns a run; its thread is the only one that touches it.

    Args:
        run: the run; belongs to the session from now on.

    Attributes:
        notify: called, from the session's thread, when a command has been carried out, a
            way has ended or the thread has, so that there is something new to show.
        give_way: called, from the session's thread, between updates: may wait a while.
        snapshot: the newest one; replaced, never changed. There from the start on.
        failure: the exception that ended the thread, if one did.
    """

    def __init__(self, run: Run) -> None:
        self.notify: Callable[[], None] = lambda: None
        self.give_way: Callable[[], None] = lambda: None
        self.snapshot: Snapshot
        self.failure: Exception | None = None
        self._run = run
        self._may_observe_at = self._save_at = 0.0
        self._commands: deque[Command] = deque()
        self._pending = False  # read without the lock at every update
        self._wanted = True
        self._stopped = False
        self._condition = Condition()
        self._thread = Thread(target=self._main, name="training", daemon=True)

    # For the owner's thread.

    def start(self) -> None:
        """Make the first snapshot, then begin to carry out commands."""
        snapshot = self._run.look(lambda: None)
        assert snapshot is not None  # nothing has interrupted it
        self.snapshot = snapshot
        self._thread.start()

    def send(self, command: Command) -> None:
        """Carry this out after what was sent before."""
        with self._condition:
            self._commands.append(command)
            self._pending = True
            self._condition.notify()

    def request(self) -> None:
        """A newer snapshot would be welcome."""
        self._wanted = True

    def stop(self, timeout: float | None = None) -> bool:
        """Leave the thread; whether it has ended."""
        self.send(Stop())
        if self._thread.is_alive():
            self._thread.join(timeout)
        return not self._thread.is_alive()

    @property
    def run(self) -> Run:
        """The run; to be used only before the start and after the thread has ended."""
        return self._run

    @property
    def navigator(self) -> Navigator:
        """Where the run is; with the same restriction."""
        return self._run.navigator

    # In the session's thread.

    def _main(self) -> None:
        try:
            while not self._stopped:
                self._carry_out_commands()
                if self._stopped:
                    return
                if self._run.navigator.resting:
                    self._rest()
                else:
                    self._work()
        except Exception as failure:
            self.failure = failure
        finally:
            self._stopped = True
            self.notify()

    def _poll(self) -> None:
        if not self._pending:
            self.give_way()
        if self._pending:
            raise Interrupted

    def _carry_out_commands(self) -> None:
        if not self._pending:
            return
        while not self._stopped:
            with self._condition:
                if not self._commands:
                    self._pending = False
                    break
                command = self._commands.popleft()
            self._run.carry_out(command)
            self._stopped = isinstance(command, Stop)
        if not self._stopped:
            self._show_and_save()

    def _rest(self) -> None:
        """Finish looking, then wait for a command."""
        if not self._run.is_observed:
            self._publish()
            self.notify()
            return
        while not self._pending:
            with self._condition:
                if not self._pending:
                    self._condition.wait(LOOK_EVERY)
            if self._run.tell_problems():
                self._publish()
                self.notify()

    def _work(self) -> None:
        """One epoch further, unless it is too early for it or a command comes."""
        navigator = self._run.navigator
        if navigator.running and navigator.trainer.update == 0 and self._too_early():
            return
        try:
            self._run.work(self._poll)
        except Interrupted:
            return
        self._save_if_due()
        if self._run.navigator.resting:
            self._show_and_save()
        else:
            self._publish_if_wanted()

    def _show_and_save(self) -> None:
        """In this order: somebody waits for the one, nobody for the other.

        At rest, where looking takes long, what the command did is shown with the last
        observation first; `_rest` then finishes looking.
        """
        self._publish(SHOW_WITHIN if self._run.navigator.resting else math.inf)
        self.notify()
        self._run.recording.save(self._run.navigator)

    def _save_if_due(self) -> None:
        now = time.perf_counter()
        if now >= self._save_at:
            self._save_at = now + SAVE_EVERY
            self._run.recording.save(self._run.navigator)
            self._run.tell_problems()

    def _too_early(self) -> bool:
        wait = self._run.pacer.wait(self._run.pace)
        if wait <= 0:
            return False
        self._publish_if_wanted()
        with self._condition:
            if not self._pending:
                self._condition.wait(min(wait, 0.05))
        return True

    def _publish_if_wanted(self) -> None:
        if not self._wanted or self._run.is_observed:
            return
        now = time.perf_counter()
        if now < self._may_observe_at:
            return
        self._publish()
        cost = time.perf_counter() - now
        self._may_observe_at = now + cost / OBSERVING_SHARE

    def _publish(self, within: float = math.inf) -> None:
        """Look at the present state, unless a command comes, and leave a snapshot.

        Args:
            within: seconds after which the last observation has to do.
        """
        end = time.perf_counter() + within

        def poll() -> None:
            self._poll()
            if time.perf_counter() > end:
                raise Interrupted

        self._wanted = False
        snapshot = self._run.look(poll)
        if snapshot is not None:
            self.snapshot = snapshot
