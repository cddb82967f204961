"""A whole run as one value: enough to go on with the same bits, on every branch."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from rnn_tui.model import ENGINE_VERSION
from rnn_tui.tasks.task import can_be_solved
from rnn_tui.timeline.branch import Timeline
from rnn_tui.timeline.keyframes import Grid
from rnn_tui.timeline.loss_curve import LossCurve
from rnn_tui.timeline.navigator import Navigator
from rnn_tui.training.config import Config
from rnn_tui.training.goals import NO_GOAL, Goal
from rnn_tui.training.journal import Change, Journal, Position
from rnn_tui.training.settings.setting import Settings
from rnn_tui.training.trainer import Partial, State, Trainer


@dataclass(frozen=True, eq=False)
class BranchState:
    """One future.

    Attributes:
        number: counts the branches of a run from 0.
        parent: the branch it left, None for the first.
        fork: where it left its parent; (0, 0) for the first.
        name: given by the user, or made up.
        interventions: all that led here, from epoch 0 on, the parent's before the fork too.
        base: the state at the fork where weights were changed by hand, else None.
        newest: the newest epoch reached.
        partial: the progress beyond it.
        edits: settings changed at past epochs, whose next update has not been made.
    """

    number: int
    parent: int | None
    fork: Position
    name: str
    interventions: tuple[Change, ...]
    base: State | None
    newest: State
    partial: Partial | None
    edits: Mapping[int, Settings] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class RunState:
    """A run.

    Attributes:
        config: everything needed to repeat it, but for the interventions.
        branches: by number.
        current: number of the branch on the screen.
        shown_epoch: the epoch on the screen.
        engine: version of the mathematics that it was begun with.
        goal: what it is trained up to.
        seconds: spent on training so far, on all branches; None if that was not kept.
    """

    config: Config
    branches: tuple[BranchState, ...]
    current: int
    shown_epoch: int
    engine: int = ENGINE_VERSION
    goal: Goal = NO_GOAL
    seconds: float | None = None


class Losses(NamedTuple):
    """What is known of the epochs of a branch.

    Attributes:
        epochs: (n,) ascending.
        loss: (n,) of the training curve, nats per symbol.
        accuracy: (n,) of the training curve, 0 to 1.
        valid_loss: (n,) of the validation set, nats per symbol; None without one.
    """

    epochs: NDArray[np.int64]
    loss: NDArray[np.float64]
    accuracy: NDArray[np.float64]
    valid_loss: NDArray[np.float64] | None = None


def capture(navigator: Navigator) -> RunState:
    """The run as it is; what it holds never changes."""
    trainer = navigator.trainer
    return RunState(
        config=trainer.config,
        branches=tuple(_branch(timeline, navigator) for timeline in navigator.timelines),
        current=navigator.timeline.number,
        shown_epoch=navigator.epoch,
        engine=navigator.engine,
        goal=navigator.goal,
        seconds=navigator.seconds,
    )


def _branch(timeline: Timeline, navigator: Navigator) -> BranchState:
    trainer, progress = navigator.trainer, timeline.partial
    if timeline is navigator.timeline and trainer.epoch == timeline.newest:
        progress = trainer.partial()
    return BranchState(
        number=timeline.number,
        parent=None if timeline.parent is None else timeline.parent.number,
        fork=timeline.fork,
        name=timeline.name,
        interventions=timeline.journal.changes,
        base=None if timeline.parent is None else timeline.base,
        newest=timeline.nearest(timeline.newest),
        partial=progress,
        edits=dict(timeline.edits),
    )


def journal_of(run: RunState, branch: BranchState) -> Journal:
    """The settings of every update of a branch."""
    return Journal(run.config.settings, branch.interventions)


def rebuild(
    run: RunState,
    losses: Callable[[int], Losses],
    grid: Callable[[int], Grid],
    budget: int,
) -> Navigator:
    """A navigator where the run was; the epoch shown is to be gone to.

    Args:
        run: from a checkpoint.
        losses: the training curve of a branch, by number, the inherited part included; asked
            for when the branch is first shown.
        grid: the states kept of a branch, by number.
        budget: bytes for the states kept in memory.
    """
    trainer = Trainer(run.config)
    navigator = Navigator(trainer, budget)
    navigator.engine, navigator.goal, navigator.seconds = run.engine, run.goal, run.seconds
    timelines: list[Timeline] = []
    for branch in run.branches:
        timeline = Timeline(
            trainer.initial_state() if branch.base is None else branch.base,
            journal_of(run, branch),
            budget,
            branches=len(run.branches),
            curve=partial(curve_of, run, branch, losses),
            number=branch.number,
            parent=None if branch.parent is None else timelines[branch.parent],
            fork=branch.fork,
        )
        timeline.name = branch.name
        timeline.partial, timeline.edits = branch.partial, dict(branch.edits)
        timeline.newest = max(timeline.newest, branch.newest.epoch)
        timeline.keyframes.restore(grid(branch.number), branch.newest)
        timelines.append(timeline)
    navigator.timelines = timelines
    navigator.timeline = timelines[run.current]
    current = run.branches[run.current]
    trainer.journal = navigator.timeline.journal
    trainer.restore(current.newest, current.partial)
    return navigator


def curve_of(run: RunState, branch: BranchState, losses: Callable[[int], Losses]) -> LossCurve:
    """The training curve of a branch, up to the newest epoch that the checkpoint has."""
    known = losses(branch.number)
    curve = LossCurve.of(branch.newest.epoch, *known[:3], valid_losses=known.valid_loss)
    if not can_be_solved(run.config.task):
        curve.leave_unsolved()
    return curve
