"""The only place where joblib is called: a function over many jobs, somewhere else."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from typing import Any, Protocol

from joblib import Parallel, cpu_count, delayed

from rnn_tui.sweep.results import Result
from rnn_tui.sweep.train_member import Job


class WorkersLost(Exception):
    """Workers ended in the middle; what had not come back has to be given out again."""


class Engine(Protocol):
    """Where runs are trained: processes of this machine, or a cluster."""

    @property
    def workers(self) -> int:
        """How many runs can be trained at a time now; those of a cluster come and go."""

    @property
    def name(self) -> str:
        """What it is, for people."""

    def results(self, jobs: Iterable[Job]) -> Iterator[Result]:
        """What comes of each job, as it comes; the jobs are taken when there is room.

        Raises:
            WorkersLost: some may be without a result.
        """

    def stop(self) -> None:
        """Have the runs under way end with a checkpoint; from any thread."""

    def __enter__(self) -> Engine:
        """Ready to train."""

    def __exit__(self, *exception: object) -> None:
        """Nothing is left running."""


def in_parallel(
    function: Callable[..., Any],
    calls: Iterable[tuple[Any, ...]],
    workers: int,
    configuration: AbstractContextManager[Any],
    *,
    at_hand: int = 2,
) -> Iterator[Any]:
    """What a function returns for each tuple of arguments, in the order of completion.

    Args:
        function: can be pickled by name.
        calls: taken as results come.
        workers: how many at a time; 1 calls it in this thread.
        configuration: of joblib, such as ``parallel_config(…)``.
        at_hand: calls for each worker that are taken at once, the one that it works on included.
    """
    with configuration:
        parallel = Parallel(
            workers, return_as="generator_unordered", batch_size=1, pre_dispatch=at_hand * workers
        )
    return iter(parallel(delayed(function)(*arguments) for arguments in calls))


def usable_cores() -> int:
    """How many cores this process may use."""
    return int(cpu_count())
