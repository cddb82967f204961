"""A sweep at one moment, as it is shown: its runs, by setting, and when it will be done."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal, NamedTuple

import numpy as np

from rnn_tui.sweep.bands import RunCurve, SettingBand, band
from rnn_tui.sweep.members import Member
from rnn_tui.sweep.report import Group
from rnn_tui.sweep.results import Result

NOTHING = RunCurve(np.empty(0), np.empty(0))
State = Literal["done", "diverged", "failed", "running", "stopped", "waiting"]
"""``stopped``: it was begun, and nobody trains it now."""


class RunSeen(NamedTuple):
    """One run of a sweep.

    Attributes:
        member: which one.
        state: what it is doing.
        result: missing while it has none.
        curve: its training curve, up to the epoch of its result.
    """

    member: Member
    state: State
    result: Result
    curve: RunCurve

    @property
    def epoch(self) -> int:
        """The newest one; of a run that has ended that of its result."""
        if self.result.epoch is not None:
            return self.result.epoch
        return int(self.curve.epochs[-1]) if len(self.curve.epochs) else 0

    @property
    def training_loss(self) -> float | None:
        """Of that epoch, nats per symbol; None while there is none."""
        if self.result.has_ended:
            return self.result.training_loss
        return float(self.curve.losses[-1]) if len(self.curve.losses) else None


@dataclass(frozen=True)
class Setting:
    """The runs that the report takes together.

    Attributes:
        group: what the report says of them.
        runs: all of them.
    """

    group: Group
    runs: tuple[RunSeen, ...]

    @cached_property
    def band(self) -> SettingBand:
        """Where their training curves are."""
        return band([run.curve for run in self.runs])


class Seen(NamedTuple):
    """A sweep at one moment.

    Attributes:
        settings: in the order of the plan.
        is_whole: whether all that is on disk has been read.
    """

    settings: tuple[Setting, ...]
    is_whole: bool

    @property
    def runs(self) -> list[RunSeen]:
        """All of them, setting by setting."""
        return [run for setting in self.settings for run in setting.runs]

    @property
    def is_done(self) -> bool:
        """Whether every run has ended."""
        return all(run.result.has_ended for run in self.runs)


class Estimate:
    """When a sweep will be done, by how many epochs were trained since it is being watched."""

    def __init__(self) -> None:
        self._begun: tuple[float, int] | None = None

    def seconds_left(self, seen: Seen, now: float) -> float | None:
        """How long it will take; None while that cannot be told.

        Args:
            seen: the moment.
            now: its time, in seconds of a clock that is never set.
        """
        if not seen.is_whole:
            return None
        runs = seen.runs
        done = sum(run.epoch for run in runs)
        left = sum(
            max(0, (run.member.goal.epochs or 0) - run.epoch)
            for run in runs
            if run.result.status == "missing"
        )
        begun, before = self._begun = self._begun or (now, done)
        if done <= before or now <= begun:
            return None
        return left * (now - begun) / (done - before)
