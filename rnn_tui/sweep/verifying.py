"""Trains some runs of a sweep once more, and compares the bits."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from rnn_tui.runs.headless import train_run
from rnn_tui.runs.opening import use_one_thread
from rnn_tui.session.run import Run
from rnn_tui.storage.library.own_data import with_content
from rnn_tui.sweep.fingerprint import fingerprint
from rnn_tui.sweep.results import Result
from rnn_tui.sweep.train_member import Job, Poll
from rnn_tui.timeline.navigator import Navigator
from rnn_tui.training.trainer import Trainer

Verdict = Literal["same", "different", "incomparable"]
"""``incomparable``: trained on another kind of machine, whose bits may differ."""


@dataclass(frozen=True)
class Verified:
    """A run that was looked at.

    Attributes:
        id: its name.
        verdict: how its bits compare.
        parameters_sha256: of its parameters, as it was kept.
        found: the same, trained here; None where that was not done.
        fingerprint: of the machine that trained it.
    """

    id: str
    verdict: Verdict
    parameters_sha256: str | None
    found: str | None
    fingerprint: str | None


def drawn(results: Iterable[Result], count: int, seed: int) -> list[Result]:
    """So many of the runs that have ended, at random, in their order."""
    ended = [result for result in results if result.has_ended]
    chosen = random.Random(seed).sample(range(len(ended)), min(count, len(ended)))
    return [ended[index] for index in sorted(chosen)]


def verify(job: Job, result: Result, poll: Poll) -> Verified:
    """Train a run again, kept nowhere, if this machine is of the kind that trained it.

    Raises:
        Interrupted: by ``poll``.
        StoreError: if its own data cannot be read any more.
    """
    kept = result.parameters_sha256
    use_one_thread()
    if result.fingerprint != fingerprint():
        return Verified(job.id, "incomparable", kept, None, result.fingerprint)
    navigator = Navigator(Trainer(with_content(job.config, job.data)))
    trained = train_run(Run(navigator), job.goal, poll)
    poll()
    found = trained.moment.parameters_sha256
    verdict: Verdict = "same" if found == kept else "different"
    return Verified(job.id, verdict, kept, found, result.fingerprint)
