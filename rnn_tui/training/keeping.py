"""A run as a value, and back: what is kept on disk, and what is made of it again."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from rnn_tui.training.grid import Grid
from rnn_tui.training.history import LossHistory
from rnn_tui.training.journal import Journal
from rnn_tui.training.navigator import Navigator
from rnn_tui.training.run_state import BranchState, RunState
from rnn_tui.training.timeline import Timeline
from rnn_tui.training.trainer import Trainer

Losses = tuple[NDArray[np.float64], NDArray[np.float64]]
"""Loss, nats per symbol, and accuracy, 0 to 1, of epochs 1, 2, 3, … of a branch."""


def capture(navigator: Navigator) -> RunState:
    """The run as it is; what it holds never changes."""
    trainer = navigator.trainer
    return RunState(
        config=trainer.config,
        branches=tuple(_branch(timeline, navigator) for timeline in navigator.timelines),
        current=navigator.timeline.number,
        shown_epoch=navigator.epoch,
        generator=trainer.generator,
    )


def _branch(timeline: Timeline, navigator: Navigator) -> BranchState:
    trainer, partial = navigator.trainer, timeline.partial
    if timeline is navigator.timeline and trainer.epoch == timeline.newest:
        partial = trainer.partial()
    return BranchState(
        number=timeline.number,
        parent=None if timeline.parent is None else timeline.parent.number,
        fork=timeline.fork,
        name=timeline.name,
        interventions=timeline.journal.changes,
        base=None if timeline.parent is None else timeline.base,
        newest=timeline.nearest(timeline.newest),
        partial=partial,
        edits=dict(timeline.edits),
    )


def first_run_state(trainer: Trainer) -> RunState:
    """A run with one branch, as far as its trainer is."""
    return capture(Navigator(trainer))


def journal_of(run: RunState, branch: BranchState) -> Journal:
    """The settings of every update of a branch."""
    return Journal(run.config.lr, branch.interventions, run.config.clip)


def rebuild(
    run: RunState,
    losses: Callable[[int], Losses],
    grid: Callable[[int], Grid],
    budget: int,
) -> Navigator:
    """A navigator where the run was; the epoch shown is to be gone to.

    Args:
        run: from a checkpoint.
        losses: the training curve of a branch, by number, the inherited part included.
        grid: the states kept of a branch, by number.
        budget: bytes for the states kept.
    """
    trainer = Trainer(run.config)
    navigator = Navigator(trainer, budget)
    timelines: list[Timeline] = []
    for branch in run.branches:
        timelines.append(_timeline(run, branch, timelines, trainer, losses, grid, budget))
    navigator.timelines = timelines
    navigator.timeline = timelines[run.current]
    current = run.branches[run.current]
    trainer.journal = navigator.timeline.journal
    trainer.restore(current.newest, current.partial)
    return navigator


def _timeline(
    run: RunState,
    branch: BranchState,
    before: list[Timeline],
    trainer: Trainer,
    losses: Callable[[int], Losses],
    grid: Callable[[int], Grid],
    budget: int,
) -> Timeline:
    loss, accuracy = losses(branch.number)
    newest = branch.newest
    timeline = Timeline(
        trainer.initial_state() if branch.base is None else branch.base,
        journal_of(run, branch),
        budget // len(run.branches),
        history=LossHistory.of(loss[: newest.epoch], accuracy[: newest.epoch]),
        number=branch.number,
        parent=None if branch.parent is None else before[branch.parent],
        fork=branch.fork,
    )
    timeline.name = branch.name
    timeline.partial, timeline.edits = branch.partial, dict(branch.edits)
    timeline.keyframes.grid = grid(branch.number)
    if newest.epoch > timeline.newest:
        timeline.newest = newest.epoch
        timeline.keyframes.add(newest)
    return timeline
