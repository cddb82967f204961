"""Training in processes of this machine: joblib with loky."""

from __future__ import annotations

import os
import tempfile
import threading
import time
from collections.abc import Iterable, Iterator
from concurrent.futures.process import BrokenProcessPool
from functools import cache
from multiprocessing import resource_tracker
from pathlib import Path

from joblib import parallel_config
from joblib.externals.loky import get_reusable_executor
from joblib.externals.loky.backend import resource_tracker as loky_tracker

from rnn_tui.model.interruption import Interrupted
from rnn_tui.sweep.execution import WorkersLost, in_parallel
from rnn_tui.sweep.results import Result
from rnn_tui.sweep.train_member import Job, train_member
from rnn_tui.training.words import count

_LOOK_EVERY = 0.1
"""Seconds between two looks whether to stop."""
_busy = threading.Lock()


class Processes:
    """Processes that train into a store of this machine; an `Engine`.

    Args:
        root: of the store.
        jobs: how many run at a time; a single one trains in this process.
    """

    def __init__(self, root: Path, jobs: int) -> None:
        self._root, self.workers = root, jobs
        self._folder = tempfile.TemporaryDirectory(prefix="rnn-tui-sweep-")
        self._stop = Path(self._folder.name) / "stop"

    @property
    def name(self) -> str:
        """What it is, for people."""
        return count(self.workers, "job")

    def __enter__(self) -> Processes:
        for tracker in (loky_tracker, resource_tracker):  # which unblock signals as they start
            tracker.ensure_running()
        return self

    def results(self, jobs: Iterable[Job]) -> Iterator[Result]:
        """See `Engine`."""
        calls = ((self._root, job, self._stop, os.getpid()) for job in jobs)
        loky = parallel_config("loky", inner_max_num_threads=1)
        try:
            yield from in_parallel(_train_here, calls, self.workers, loky)
        except BrokenProcessPool as error:
            raise WorkersLost(str(error)) from None

    def stop(self) -> None:
        """See `Engine`."""
        self._stop.touch()

    def __exit__(self, *exception: object) -> None:
        if self.workers > 1:
            get_reusable_executor().shutdown(wait=True, kill_workers=True)
        self._folder.cleanup()


def _train_here(root: Path, job: Job, stop: Path, parent: int) -> Result:
    """In a worker."""
    if os.getpid() == parent:
        return train_member(root, job, _Watch(stop, parent))
    _leave_with(parent)
    with _busy:
        return train_member(root, job, _Watch(stop, parent))


class _Watch:
    """Raises `Interrupted` once there is a file, or the process that asked for a run has gone."""

    def __init__(self, stop: Path, parent: int) -> None:
        self._stop, self._parent, self._next = stop, parent, 0.0

    def __call__(self) -> None:
        now = time.monotonic()
        if now < self._next:
            return
        self._next = now + _LOOK_EVERY
        if self._stop.exists() or self._parent not in (os.getppid(), os.getpid()):
            raise Interrupted


@cache
def _leave_with(parent: int) -> None:
    """End this worker once the process that it works for has gone, between two runs."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(2 * _LOOK_EVERY)
        with _busy:
            os._exit(1)

    threading.Thread(target=watch, name="leaving", daemon=True).start()
