"""What a worker of a cluster does: trains a run in a folder of its own, and hands it back."""

from __future__ import annotations

import time
from tempfile import TemporaryDirectory

from distributed import get_worker

from rnn_tui import __version__
from rnn_tui.model import ENGINE_VERSION
from rnn_tui.model.interruption import Interrupted
from rnn_tui.storage.disk.errors import StoreError
from rnn_tui.storage.library.store import Store
from rnn_tui.storage.library.transfer import pack, unpack
from rnn_tui.sweep.results import Result, failed, missing
from rnn_tui.sweep.train_member import Job, train_member

Files = dict[str, bytes]
VERSION = f"{__version__}, engine {ENGINE_VERSION}"
"""A worker with another one may train to other bits, or not at all."""
_LOOK_EVERY = 0.3
"""Seconds between two looks whether to stop."""
_stopped: set[str] = set()
"""The sweeps that are to end."""


def version() -> str:
    """Of this worker."""
    return VERSION


async def stop(sweep: str) -> None:
    """Not waited for, which dask allows for such functions alone."""
    _stopped.add(sweep)


def train_there(job: Job, kept: Files, sweep: str) -> tuple[Result, Files]:
    """Train a run in a folder of its own, and hand back its files."""
    wanted = _Wanted(sweep)
    with TemporaryDirectory(prefix="rnn-tui-") as folder:
        store = Store(folder)
        try:
            wanted()
            if kept:
                unpack(store, job.id, kept)
            result = train_member(store.root, job, wanted)
            return result, pack(store.folder / job.id)
        except Interrupted:
            return missing(job.id), {}
        except StoreError as error:
            return failed(job.id, str(error)), {}


class _Wanted:
    """Raises `Interrupted` once a sweep has stopped, or whoever asked for this task has gone."""

    def __init__(self, sweep: str) -> None:
        self._sweep, self._next = sweep, 0.0
        self._worker = get_worker()
        self._key = self._worker.get_current_task()

    def __call__(self) -> None:
        now = time.monotonic()
        if now < self._next:
            return
        self._next = now + _LOOK_EVERY
        task = self._worker.state.tasks.get(self._key)
        if self._sweep in _stopped or task is None or task.state == "cancelled":
            raise Interrupted
