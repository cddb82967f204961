"""From a snapshot to what each panel of the overview shows: pure functions."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from rich.cells import cell_len

from rnn_tui.session.lenses import norms as norms_lens
from rnn_tui.session.lenses import sequence as sequence_lens
from rnn_tui.session.lenses.curves import BranchView
from rnn_tui.session.snapshot import Snapshot
from rnn_tui.tasks.task import Task
from rnn_tui.timeline.loss_curve import Buckets
from rnn_tui.training.settings.table import describe
from widgets import (
    Curve,
    GradientThroughTime,
    Level,
    LossCurves,
    Mark,
    NormsRow,
    SequenceView,
)
from widgets.sequence.lines import printable


def loss_curves(snapshot: Snapshot) -> LossCurves:
    """The chart."""
    seen, task = snapshot.observation, snapshot.task
    levels = []
    if task.chance is not None:
        levels.append(Level(f"guessing, {task.chance_label}", task.chance))
    if task.optimum is not None:
        levels.append(Level("best on new sequences" if task.optimum > 0 else "best", task.optimum))
    here, valid = seen.branches[seen.branch], seen.valid_curve
    others = tuple(
        _curve(view.name, view.curve, view.number)
        for view in seen.branches
        if view.number != seen.branch and len(view.curve.epochs)
    )
    ghosts = tuple(_curve(ghost.name, ghost.curve) for ghost in snapshot.ghosts)
    return LossCurves(
        curves=(_curve(_present_name(here, others, ghosts), seen.curve), *others),
        levels=tuple(levels),
        marks=tuple(
            Mark(c.position.epoch, describe(c.name, c.value) + ("" if c in here.changes else " ?"))
            for c in seen.changes  # what has "?" waits for its update
        ),
        shown_epoch=seen.epoch,
        newest_epoch=seen.newest,
        validation=None if valid is None else _curve("validation", valid),
        ghosts=ghosts,
        accuracy=seen.curve.accuracy,
        solved_epoch=seen.first_solved,
        untrained=seen.evaluation.loss if seen.newest == 0 else None,
    )


def _present_name(here: BranchView, others: Sequence[Curve], ghosts: Sequence[Curve]) -> str:
    """Of the present curve: needed only where there are others."""
    return here.name if others else "now" if ghosts else ""


def _curve(label: str, buckets: Buckets, hue: int | None = None) -> Curve:
    return Curve(label, buckets.epochs, buckets.low, buckets.high, hue)


def sequence(snapshot: Snapshot) -> SequenceView:
    """The strings of the sequence shown; a target that is not scored is empty."""
    seen = snapshot.observation.see(sequence_lens.sequence)
    pairs = zip(seen.targets, seen.scored, strict=True)
    return SequenceView(
        seen.index,
        seen.count,
        seen.inputs,
        tuple(target if is_scored else "" for target, is_scored in pairs),
        seen.predictions,
        seen.confidence,
        snapshot.task.note,
        widest_symbol(snapshot.task),
    )


@lru_cache(maxsize=4)
def widest_symbol(task: Task) -> int:
    """Cells that the widest symbol of a task takes, of its inputs and outputs."""
    return max(cell_len(printable(symbol)) for symbol in (*task.inputs, *task.outputs))


def norms(snapshot: Snapshot) -> tuple[NormsRow, ...]:
    """The table of norms."""
    return tuple(
        NormsRow(view.name, view.role, view.norm, view.trace, view.gradient_norm, view.update_ratio)
        for view in snapshot.observation.see(norms_lens.norms)
    )


def gradient(snapshot: Snapshot) -> GradientThroughTime:
    """‖∂L/∂s_t‖ over t, of the sequence shown."""
    seen = snapshot.observation.see(sequence_lens.sequence)
    return GradientThroughTime(seen.gradient_norms, seen.index)
