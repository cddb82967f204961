"""Trains one run of a sweep to its goal: the function that workers call."""

from __future__ import annotations

import math
import socket
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from rnn_tui.runs.headless import train_run
from rnn_tui.runs.opening import Opening
from rnn_tui.session.run import Run
from rnn_tui.session.summary import Trained
from rnn_tui.storage.disk.errors import StoreError, printable
from rnn_tui.storage.disk.lock import Held
from rnn_tui.storage.library.own_data import with_content
from rnn_tui.storage.library.store import Store
from rnn_tui.sweep.kept_results import Kept, read_kept, write_kept
from rnn_tui.sweep.members import Member, name_of_config
from rnn_tui.sweep.results import Result, failed, missing
from rnn_tui.timeline.navigator import Navigator
from rnn_tui.training.config import Config, ConfigError
from rnn_tui.training.goals import Goal
from rnn_tui.training.trainer import Trainer

Poll = Callable[[], None]
"""Called often while training; raises `Interrupted` to end it."""


@dataclass(frozen=True)
class Job:
    """What a worker needs to know of a run; plain values that can be sent anywhere.

    Attributes:
        id: its name.
        config: what is trained, own data without what stands in the file.
        goal: how far.
        data: the bytes of own data; None where the worker can read the file itself.
    """

    id: str
    config: Config
    goal: Goal
    data: bytes | None = None

    @classmethod
    def of(cls, member: Member, data: bytes | None = None) -> Job:
        """What is to be done for a member."""
        return cls(member.id, member.config, member.goal, data)


def train_member(root: Path, job: Job, poll: Poll) -> Result:
    """Train a run that is kept in a store from where it is to its goal; nothing if it is there.

    Args:
        root: of the store.
        job: the run.
        poll: see `Poll`.

    Returns:
        Its result; it is missing where it was interrupted or another process has it open. Never
        raises: a run that cannot be trained has failed, the others go on.
    """
    try:
        if (known := known_result(root, job)) is not None:
            return known
        return _train(root, job, poll)
    except Held as error:
        return missing(job.id, str(error))
    except (StoreError, ConfigError) as error:
        return failed(job.id, str(error))
    except MemoryError:
        return failed(job.id, "it needs more memory than there is; free some")
    except Exception as error:
        text = f"{type(error).__name__}: {error} (this is a fault of rnn-tui)"
        return failed(job.id, printable(text))


def known_result(root: Path, job: Job | Member) -> Result | None:
    """The result of a run that has reached this goal before."""
    return read_kept(Store(root).folder / job.id).of(job.goal)


def known_results(root: Path, members: Iterable[Member]) -> list[Result]:
    """The results of those that have reached their goal before."""
    return [known for m in members if (known := known_result(root, m)) is not None]


def _train(root: Path, job: Job, poll: Poll) -> Result:
    store = Store(root)
    opening = Opening(store)
    with store.claim(job.id) as folder:
        if (known := known_result(root, job)) is not None:  # by who just let go of it
            return known
        run = opening.in_folder(folder, partial(with_content, job.config, job.data), job.goal)
        try:
            _require_untouched(run, job)
            if not _is_beyond(run.navigator, job.goal):
                return _train_run(run, job, folder.path, poll)
        finally:
            run.recording.let_go()
        again = Run(Navigator(Trainer(run.navigator.trainer.config)))  # the same bits, beside it
        return _train_run(again, job, folder.path, poll)


def _train_run(run: Run, job: Job, folder: Path, poll: Poll) -> Result:
    kept = read_kept(folder).on_this_machine()
    write_kept(folder, kept)
    run.navigator.goal = job.goal
    trained = train_run(run, job.goal, poll)
    kept = kept.after(trained.seconds)
    if trained.stopped == "interrupted":
        write_kept(folder, kept)
        return missing(job.id, "it was interrupted")
    if not trained.moment.stored:
        raise StoreError(run.recording.problem() or "the run was not stored to its end")
    result = _result(job.id, trained, kept)
    write_kept(folder, kept.reached(job.goal, result))
    return result


def _require_untouched(run: Run, job: Job) -> None:
    navigator = run.navigator
    if name_of_config(navigator.trainer.config) != job.id:
        raise StoreError("the run of this name has another configuration; rename its folder")
    if navigator.timeline.parent is not None or navigator.timeline.journal.changes:
        raise StoreError(
            "it was changed on the screen, so that it is no run of this plan any more; rename its "
            f"folder, or remove it: rnn-tui runs rm {job.id}"
        )


def _is_beyond(navigator: Navigator, goal: Goal) -> bool:
    """Whether the goal may have been reached at an epoch before the newest one.

    A run that was trained towards the same ``until`` and ``patience`` ended where they were.
    """
    newest, kept = navigator.timeline.newest, navigator.goal
    if newest == 0:
        return False
    if goal.epochs is not None and newest > goal.epochs:
        return True
    ends = goal.until, goal.patience
    return ends != (None, None) and ends != (kept.until, kept.patience)


def _result(id: str, trained: Trained, kept: Kept) -> Result:
    moment, evaluation = trained.moment, trained.moment.evaluation
    return Result(
        id,
        "done" if trained.diverged is None else "diverged",
        epoch=moment.epoch,
        loss=_finite(evaluation.loss),
        accuracy=_finite(evaluation.accuracy),
        training_loss=_finite(trained.training_loss),
        valid_loss=_finite(moment.valid_loss),
        first_solved_epoch=trained.first_solved_epoch,
        parameters_sha256=moment.parameters_sha256,
        seconds=kept.seconds,
        host=socket.gethostname(),
        fingerprint=kept.fingerprint,
        problem=None if trained.diverged is None else str(trained.diverged),
    )


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None
