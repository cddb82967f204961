"""From a snapshot to what each panel of the overview shows: pure functions."""

from __future__ import annotations

from functools import lru_cache

from rich.cells import cell_len

from rnn_tui.session.lenses import norms as norms_lens
from rnn_tui.session.lenses import sequence as sequence_lens
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
        levels.append(Level(f"chance {task.chance_label}", task.chance))
    if task.optimum is not None:
        levels.append(Level("optimum", task.optimum))
    made, valid = seen.branches[seen.branch].changes, seen.valid_curve
    return LossCurves(
        curves=(
            _curve("", seen.curve),
            *(
                _curve(view.name, view.curve)
                for view in seen.branches
                if view.number != seen.branch and len(view.curve.epochs)
            ),
        ),
        levels=tuple(levels),
        marks=tuple(
            Mark(c.position.epoch, describe(c.name, c.value) + ("" if c in made else " ?"))
            for c in seen.changes  # what has "?" waits for its update
        ),
        shown_epoch=seen.epoch,
        newest_epoch=seen.newest,
        validation=None if valid is None else _curve("validation", valid),
    )


def _curve(label: str, buckets: Buckets) -> Curve:
    return Curve(label, buckets.epochs, buckets.low, buckets.high)


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
    held = {name.strip() for name in str(snapshot.observation.settings["hold"] or "").split(",")}
    return tuple(
        NormsRow(
            view.name, view.role, view.norm, view.trace, view.gradient_norm, view.update_ratio,
            view.name in held,
        )
        for view in snapshot.observation.see(norms_lens.norms)
    )  # fmt: skip


def gradient(snapshot: Snapshot) -> GradientThroughTime:
    """‖∂L/∂s_t‖ over t, of the sequence shown."""
    seen = snapshot.observation.see(sequence_lens.sequence)
    return GradientThroughTime(seen.gradient_norms, seen.index)
