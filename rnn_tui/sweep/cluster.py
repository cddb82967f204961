"""Training on the workers of a dask scheduler: joblib with a backend that gives out to them.

Workers need no disk in common with this machine: a run goes there and comes back as bytes.
"""

from __future__ import annotations

import concurrent.futures
import logging
import re
import secrets
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import dask
from distributed import Client, Security
from joblib import parallel_config

from rnn_tui.storage.disk.errors import StoreError, shown
from rnn_tui.storage.disk.lock import Held
from rnn_tui.storage.library.store import Store
from rnn_tui.storage.library.transfer import pack
from rnn_tui.sweep.cluster_backend import Workers
from rnn_tui.sweep.cluster_worker import VERSION, Files, stop, train_there, version
from rnn_tui.sweep.copies import keep_copy
from rnn_tui.sweep.execution import in_parallel
from rnn_tui.sweep.results import Result, failed, missing
from rnn_tui.sweep.train_member import Job
from rnn_tui.tasks.files.reading import opened
from rnn_tui.training.words import count

CONNECT_WITHIN = 5.0
"""Seconds in which a scheduler has to answer."""
_LOOK_EVERY = 0.3
"""Seconds between two looks for the first worker."""
_COUNT_EVERY = 2.0
"""Seconds between two counts of the workers, later."""
_ADDRESS = re.compile(r"((?:tcp|tls|ws|wss)://)?([\w.-]+|\[[0-9A-Fa-f:.]+\]):[0-9]{1,5}")
_AT_HAND = 4
"""Runs given out for each worker, so that none waits for the next."""


class Cluster:
    """The workers of a scheduler; an `Engine`.

    Args:
        root: of the store on this machine.
        address: of the scheduler.
        wait: seconds to wait for its first worker.
        tell: says what is waited for.
        poll: called while waiting; may raise `Interrupted`.
    """

    def __init__(
        self, root: Path, address: str, wait: float,
        tell: Callable[[str], None], poll: Callable[[], None],
    ) -> None:  # fmt: skip
        self._store, self._address, self._wait = Store(root), address, wait
        self._tell, self._poll = tell, poll
        self._sweep = secrets.token_hex(8)
        self._client: Any = None
        self._workers, self._counted_at = 0, 0.0

    @property
    def workers(self) -> int:
        """How many there are now; as last known where the scheduler does not answer."""
        if self._client is not None and time.monotonic() - self._counted_at >= _COUNT_EVERY:
            with suppress(Exception):
                self._workers = sum(self._client.nthreads().values())
            self._counted_at = time.monotonic()
        return self._workers

    @property
    def name(self) -> str:
        """What it is, for people."""
        return f"{count(self.workers, 'worker')} of {shown(self._address)}"

    def __enter__(self) -> Cluster:
        _require_address(self._address)
        for name in ("distributed", "distributed.client"):  # what they log, we tell in a line
            logging.getLogger(name).setLevel(logging.CRITICAL)
        dask.config.set({"distributed.admin.large-graph-warning-threshold": "1 TiB"})
        try:
            make: Any = Client
            self._client = make(self._address, timeout=CONNECT_WITHIN, set_as_default=False)
        except (OSError, ValueError, TypeError, ImportError, RuntimeError) as error:
            raise StoreError(
                f"there is no dask scheduler at {shown(self._address)}: {_reason(error)}; start "
                "one: dask scheduler --host HOST"
            ) from None
        try:
            self._wait_for_workers()
            self._require_same_version()
        except BaseException:
            self.__exit__()
            raise
        return self

    def _wait_for_workers(self) -> None:
        start, is_told = time.monotonic(), False
        while not self._client.nthreads():
            self._poll()
            advice = f"start one: dask worker {shown(self._address)} --nthreads 1"
            if time.monotonic() - start >= self._wait:
                raise StoreError(
                    f"{shown(self._address)} has no worker after {self._wait:g} s; {advice}"
                )
            if not is_told:
                waited = f"waiting up to {self._wait:g} s for a worker of {shown(self._address)}"
                self._tell(f"{waited}; {advice}")
                is_told = True
            time.sleep(_LOOK_EVERY)

    def _require_same_version(self) -> None:
        for worker, theirs in self._client.run(version, on_error="return").items():
            if theirs != VERSION and not isinstance(theirs, OSError):  # that one has just gone
                found = f"rnn-tui {theirs}" if isinstance(theirs, str) else "no rnn-tui that works"
                raise StoreError(
                    f"the worker {shown(worker)} has {found}, this is {VERSION}; install the same "
                    "version there"
                )

    def results(self, jobs: Iterable[Job]) -> Iterator[Result]:
        """See `Engine`."""
        calls = ((self._complete(job), self._kept(job), self._sweep) for job in jobs)
        backend = Workers(self._client)
        try:
            for result, files in in_parallel(
                train_there, calls, backend.effective_n_jobs(-1),
                parallel_config(backend), at_hand=_AT_HAND,
            ):  # fmt: skip
                yield self._take(result, files)
        except (concurrent.futures.CancelledError, OSError):
            raise StoreError(
                f"the dask scheduler at {shown(self._address)} has gone; start it again, and the "
                "same command continues"
            ) from None
        finally:
            backend.cancel()

    def _complete(self, job: Job) -> Job:
        """With the bytes of own data; a file too long for that is looked for where it is."""
        file = job.config.file
        if file is None:
            return job
        if (raw := _bytes_of(file.path, file.sha256)) is not None:
            return replace(job, data=raw)
        path = str(Path(file.path).absolute())
        return replace(job, config=job.config.with_file(replace(file, path=path)))

    def _kept(self, job: Job) -> Files:
        """The run as far as it is here."""
        with suppress(StoreError):
            return pack(self._store.folder / job.id)
        return {}

    def _take(self, result: Result, files: Files) -> Result:
        try:
            if files:
                keep_copy(self._store, result.id, files)
        except Held as error:
            return missing(result.id, str(error))
        except StoreError as error:
            return failed(result.id, str(error))
        return result

    def stop(self) -> None:
        """See `Engine`."""
        with suppress(Exception):  # a scheduler that is gone needs not be told
            self._client.run(stop, self._sweep, wait=False)

    def __exit__(self, *exception: object) -> None:
        with suppress(Exception):
            self._client.close(timeout=2)
        self._client = None


def _require_address(address: str) -> None:
    """Refuse what dask cannot reach: it would begin to, or a cluster of its own."""
    found = _ADDRESS.fullmatch(address)
    if found is None:
        raise StoreError(
            f"there is no dask scheduler at {shown(address)}: write its address, such as "
            "tcp://127.0.0.1:8786"
        )
    make: Any = Security
    is_safe = found[1] in ("tls://", "wss://")
    if is_safe and make().get_connection_args("client")["ssl_context"] is None:
        raise StoreError(
            f"{shown(address)} needs certificates: DASK_DISTRIBUTED__COMM__TLS__CA_FILE, "
            "…__CLIENT__CERT and …__CLIENT__KEY name their files"
        )


@lru_cache(maxsize=1)
def _bytes_of(path: str, sha256: str) -> bytes | None:
    """The content of a file; None where it is longer than what runs keep."""
    with opened(path) as content:
        if content.sha256 != sha256:
            raise StoreError(f"{shown(path)}: it changed during the sweep; start it again")
        return content.raw


def _reason(error: BaseException) -> str:
    return " ".join((str(error) or type(error).__name__).split())[:200]
