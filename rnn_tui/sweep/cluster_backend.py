"""Joblib's backend that gives tasks to the workers of a dask scheduler."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from distributed import KilledWorker
from joblib.parallel import ParallelBackendBase

from rnn_tui.sweep.results import failed
from rnn_tui.sweep.train_member import Job


class Workers(ParallelBackendBase):  # type: ignore[misc]
    """Gives joblib's tasks to the workers.

    Unlike joblib's own backend for dask, it also gives out what there is for a single worker, and
    tells when a task took worker after worker with it.
    """

    supports_retrieve_callback = True

    def __init__(self, client: Any) -> None:
        super().__init__(nesting_level=0)
        self._client = client
        self._executor = client.get_executor(pure=False)
        self._jobs: dict[Any, Job] = {}

    def effective_n_jobs(self, n_jobs: int) -> int:
        """At least two: joblib calls the function itself where it is one."""
        return max(2, sum(map(int, self._client.nthreads().values())))

    def submit(self, func: Any, callback: Any = None) -> Any:
        """Give out one task."""
        future = self._executor.submit(func)
        [(_, (job, *_), _)] = func.items
        self._jobs[future] = job
        future.add_done_callback(callback)
        return future

    def retrieve_result_callback(self, out: Any) -> Any:
        """What came of it."""
        job = self._jobs.pop(out)
        try:
            return out.result()
        except KilledWorker:
            return [(failed(job.id, "worker after worker ended while training it"), {})]

    def cancel(self) -> None:
        """Nothing that was given out is wanted any more."""
        with suppress(Exception):
            self._executor.shutdown(wait=False)
