"""A sweep: gives out the runs of a plan, takes results, gives out again what was lost."""

from __future__ import annotations

import math
import signal
import time
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Event, Thread

from rnn_tui.storage.disk.lock import holder
from rnn_tui.storage.disk.names import LOCK
from rnn_tui.storage.library.listing import changed_at
from rnn_tui.storage.library.store import Store
from rnn_tui.sweep.execution import Engine, WorkersLost
from rnn_tui.sweep.members import Member
from rnn_tui.sweep.results import Result, failed, missing
from rnn_tui.sweep.train_member import Job, known_result

_NOT_FOR_WORKERS = (
    signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGUSR1, signal.SIGUSR2,
)  # fmt: skip
"""Signals that a terminal or a batch system sends to every process of a job."""
_ALONE_AFTER, _GIVEN_UP_AFTER = 2, 4
"""Workers that may be lost with a run under way before it is tried alone, and given up."""
_LOOK_EVERY = 0.2
IDLE = 10.0
"""Seconds in which another process must have written to a run that is open there, to be waited
for: a sweep does, a screen that is paused does not."""


STOP_WITHIN = 30.0
"""Seconds in which runs under way are to come back once a sweep was stopped."""


class Sweep:
    """Trains the runs that have no result yet, in a thread of its own.

    Args:
        members: the runs.
        root: of the store that keeps them.
        engine: where they are trained; ready.

    Attributes:
        under_way: names of the runs that were given out and have not come back.
        error: what ended the sweep early, once it has ended.
    """

    def __init__(self, members: Iterable[Member], root: Path, engine: Engine) -> None:
        self._root, self._engine = root, engine
        self._waiting = {member.id: member for member in members}
        self._news: SimpleQueue[Result] = SimpleQueue()
        self._stopping = Event()
        self._lost: Counter[str] = Counter()
        self._held: deque[Member] = deque()
        self.under_way: set[str] = set()
        self.error: Exception | None = None
        self._stopped_at = math.inf
        self._thread = Thread(target=self._main, name="sweep", daemon=True)

    def start(self) -> None:
        """Begin to train; workers inherit that signals are for the main thread to handle."""
        before = signal.pthread_sigmask(signal.SIG_BLOCK, _NOT_FOR_WORKERS)
        try:
            self._thread.start()
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)

    def stop(self) -> None:
        """Give out nothing more; the runs under way end with a checkpoint."""
        if not self._stopping.is_set():
            self._stopping.set()
            self._stopped_at = time.monotonic()
            self._engine.stop()

    @property
    def is_running(self) -> bool:
        """Whether there may be more news."""
        return self._thread.is_alive()

    @property
    def is_given_up(self) -> bool:
        """Whether it was stopped, and what is under way does not come back."""
        return time.monotonic() - self._stopped_at > STOP_WITHIN

    def news(self, timeout: float) -> list[Result]:
        """The results since it was last asked; waits so many seconds for the first one."""
        found: list[Result] = []
        while True:
            try:
                found.append(self._news.get(timeout=0 if found else timeout))
            except Empty:
                return found

    # In the thread.

    def _main(self) -> None:
        try:
            while self._waiting and not self._stopping.is_set():
                self._give_out(self._next_batch())
                self._wait_for_held()
        except KeyboardInterrupt:  # of a worker that had not begun to ignore it
            self._stopping.set()
        except Exception as error:
            self.error = error
        for id in self._waiting:
            self._news.put(missing(id))

    def _next_batch(self) -> list[Member]:
        """All that wait; those that lost workers when all others are done, one at a time."""
        waiting = self._waiting.values()
        harmless = [member for member in waiting if self._lost[member.id] < _ALONE_AFTER]
        return harmless or [next(iter(waiting))]

    def _give_out(self, members: list[Member]) -> None:
        try:
            for result in self._engine.results(self._jobs(members)):
                self._take(result)
        except WorkersLost as lost:
            for id in self.under_way:
                self._lost[id] += 1
                if self._lost[id] >= _GIVEN_UP_AFTER:
                    self._end(failed(id, f"its worker ended {self._lost[id]} times: {lost}"))
        self.under_way.clear()

    def _jobs(self, members: list[Member]) -> Iterator[Job]:
        """Asked for when a worker has room: another sweep may have trained a run by then."""
        for member in members:
            if self._stopping.is_set():
                return
            if (known := known_result(self._root, member)) is not None:
                self._end(known)
                continue
            if holder(self._folder(member) / LOCK) is not None:
                self._held.append(member)
                continue
            self.under_way.add(member.id)
            yield Job.of(member)

    def _take(self, result: Result) -> None:
        self.under_way.discard(result.id)
        if result.status == "missing":
            self._held.append(self._waiting[result.id])
        else:
            self._end(result)

    def _end(self, result: Result) -> None:
        del self._waiting[result.id]
        self._news.put(result)

    def _wait_for_held(self) -> None:
        """Until other processes have let go of the runs that they have open, or are idle."""
        while self._held and not self._stopping.is_set():
            member = self._held.popleft()
            folder = self._folder(member)
            changed, since = changed_at(folder), time.monotonic()
            while (who := holder(folder / LOCK)) is not None and not self._stopping.is_set():
                if (now := changed_at(folder)) != changed:
                    changed, since = now, time.monotonic()
                if time.monotonic() - since > IDLE:
                    advice = "close it there, and the same command trains it"
                    self._end(missing(member.id, f"it is open in {who}; {advice}"))
                    break
                self._stopping.wait(_LOOK_EVERY)
        self._held.clear()  # those that were let go of are given out again

    def _folder(self, member: Member) -> Path:
        return Store(self._root).folder / member.id
