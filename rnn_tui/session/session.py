"""The loop that a thread runs: commands in, the newest snapshot out."""

import contextlib
import math
import time
from collections import deque
from collections.abc import Callable
from threading import Condition, Thread

from rnn_tui.model.interruption import Interrupted
from rnn_tui.session.commands import INTERRUPTING, PASSING, Command, GoTo, Restart, Start, Stop
from rnn_tui.session.lenses.lens import Lens
from rnn_tui.session.run import Run
from rnn_tui.session.snapshot import Snapshot
from rnn_tui.timeline.navigator import Navigator

OBSERVING_SHARE = 0.03
"""Of the time spent training, at most this much is spent on looking at it."""
SHOW_WITHIN = 0.01
"""Seconds after which what a command did is shown, whether everything has been looked at or not."""
LOOK_EVERY = 1.0
"""Seconds at rest after which it is looked whether everything could be stored."""
TELL_EVERY = 0.5
"""Seconds of rebuilding the past after which it is told how far that is."""


class Session:
    """Owns a run; its thread is the only one that touches it.

    Attributes:
        run: to be used only before the start and after the thread has ended.
        notify: called, from the session's thread, when a command has been executed, a
            journey has ended or the thread has, so that there is something new to show.
        give_way: called, from the session's thread, between updates: may wait a while.
        snapshot: the newest one; replaced, never changed. There from the start on.
        failure: the exception that ended the thread, if one did.
    """

    def __init__(self, run: Run) -> None:
        self.notify: Callable[[], None] = lambda: None
        self.give_way: Callable[[], None] = lambda: None
        self.snapshot: Snapshot
        self.failure: Exception | None = None
        self.run = run
        self._may_observe_at = 0.0
        self._commands: deque[Command] = deque()
        self._journey: Command | None = None  # the last command that may have begun one
        self._pending = False  # read without the lock at every update
        self._wanted = True
        self._stopped = False
        self._condition = Condition()
        self._thread = Thread(target=self._main, name="training", daemon=True)

    # For the owner's thread.

    def start(self, lenses: frozenset[Lens] = frozenset()) -> None:
        """Make the first snapshot, with what is wanted of it; then begin to execute commands."""
        self.run.looking.lenses = lenses
        self.snapshot = self.run.look()
        self._thread.start()

    def send(self, command: Command) -> None:
        """Execute this after what was sent before, and after the journey that began with that."""
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
    def navigator(self) -> Navigator:
        """Where the run is; with the same restriction as `run`."""
        return self.run.navigator

    # In the session's thread.

    def _main(self) -> None:
        try:
            while not self._stopped:
                self._execute_commands()
                if self._stopped:
                    return
                if self.run.navigator.resting:
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

    def _execute_commands(self) -> None:
        """Execute what need not wait for the end of the journey under way."""
        if not self._pending:
            return
        executed = moved = False
        while not self._stopped:
            with self._condition:
                command = self._next_command()
                if command is None:
                    self._pending = False
                    break
            self.run.execute(command)
            if not isinstance(command, PASSING):
                self._journey, moved = command, True
            executed, self._stopped = True, isinstance(command, Stop)
        if executed and not self._stopped:
            self._show()
            if moved:
                self._save()

    def _next_command(self) -> Command | None:
        """Take the next command that may be executed now; those that interrupt drop the others."""
        commands, navigator = self._commands, self.run.navigator
        if navigator.resting or navigator.running:
            return commands.popleft() if commands else None
        for command in commands:
            if isinstance(command, (Restart, Start, *INTERRUPTING)):
                break  # a restart must not be asked for twice with nothing in between
            if isinstance(command, PASSING):
                commands.remove(command)
                return command
        interrupting = next((c for c in commands if isinstance(c, INTERRUPTING)), None)
        if interrupting is not None:
            while commands.popleft() is not interrupting:
                self.run.executed += 1
            return interrupting
        if commands and isinstance(commands[0], GoTo) and isinstance(self._journey, GoTo):
            return commands.popleft()
        return None

    def _rest(self) -> None:
        """Finish looking, rebuild missing keyframes, then wait for a command."""
        run = self.run
        if not run.looking.is_current:
            self._publish()
            self.notify()
        elif run.lacks_past:
            self._rebuild_past()
        elif not self._pending:
            with self._condition:
                if not self._pending:
                    self._condition.wait(LOOK_EVERY)
            self._look_at_storing()

    def _look_at_storing(self) -> None:
        was_stored = self.snapshot.is_stored
        if self.run.tell_problems() or self.run.recording.failing == was_stored:
            self._publish()
            self.notify()

    def _rebuild_past(self) -> None:
        told_at = time.perf_counter()

        def poll() -> None:
            nonlocal told_at
            self._poll()
            if time.perf_counter() - told_at > TELL_EVERY:
                told_at = time.perf_counter()
                self.run.tell_progress()
                self.snapshot = self.run.look_back() or self.snapshot
                self.notify()

        with contextlib.suppress(Interrupted):
            self.run.rebuild_past(poll)

    def _work(self) -> None:
        """One epoch further, unless it is too early for it or a command comes."""
        navigator = self.run.navigator
        if navigator.running and navigator.trainer.update == 0 and self._too_early():
            return
        try:
            self.run.work(self._poll)
        except Interrupted:
            return
        self.run.tell_problems()
        if self.run.navigator.resting:
            with self._condition:  # those that waited for the end of the journey
                self._pending = bool(self._commands)
            self._show()  # first: it is waited for
            self._save()
        else:
            self._publish_if_wanted()

    def _save(self) -> None:
        self.run.recording.save(self.run.navigator)

    def _show(self) -> None:
        """Show what has been come to.

        At rest, where looking takes long, what the command did is shown with the last
        observation first; `_rest` then finishes looking.
        """
        self._publish(SHOW_WITHIN if self.run.navigator.resting else math.inf)
        self.notify()

    def _too_early(self) -> bool:
        wait = self.run.pacer.wait(self.run.pace)
        if wait <= 0:
            return False
        self._publish_if_wanted()
        with self._condition:
            if not self._pending:
                self._condition.wait(min(wait, 0.05))
        return True

    def _publish_if_wanted(self) -> None:
        if not self._wanted or self.run.looking.is_current:
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
        try:
            self.snapshot = self.run.look(poll)
        except Interrupted:
            self.snapshot = self.run.look_back() or self.snapshot
