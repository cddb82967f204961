"""From a snapshot to what each panel shows: pure functions."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rnn_tui.session.snapshot import Snapshot
from rnn_tui.timeline.loss_curve import Reduced
from rnn_tui.training.journal import (
    ClipChange,
    Intervention,
    RateChange,
    ZeroedWeights,
)
from widgets import (
    Curve,
    GradientThroughTime,
    Level,
    LossCurves,
    Mark,
    SequenceView,
    Status,
    WeightRow,
)

RECENT = 64
"""Points of the loss trace in the status bar."""


def title(snapshot: Snapshot) -> str:
    """What is trained, such as ``successor mod 3 · rnn 10 · sgd lr 0.001 · seed 0``.

    Where loss and accuracy are those of a sample, it says of how many sequences.
    """
    seen, config = snapshot.observation, snapshot.config
    parts = [
        snapshot.task_title,
        f"{config.cell} {config.hidden}",
        f"{config.optimizer} lr {seen.learning_rate:.4g}",
        f"seed {config.seed}",
    ]
    if len(seen.branches) > 1:
        parts.append(seen.branches[seen.branch].name)
    if seen.evaluated_on < seen.sequence.count:
        parts.append(f"sample of {seen.evaluated_on:,}")
    return " · ".join(parts)


def pace_text(pace: float | None) -> str:
    """Such as ``20 epochs/s``."""
    return "unlimited" if pace is None else f"{pace:g} epochs/s"


def duration(seconds: float) -> str:
    """Such as ``0:12`` or ``2:03:10``."""
    minutes, second = divmod(round(min(seconds, 359_999)), 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02}:{second:02}" if hours else f"{minute}:{second:02}"


def status(snapshot: Snapshot, total: bool, message: str = "", severity: str = "") -> Status:
    """The two lines on top.

    Args:
        snapshot: the moment.
        total: the notebook's total loss instead of the loss per symbol.
        message: something to tell for a while.
        severity: of the message.
    """
    seen = snapshot.observation
    state: str = snapshot.activity
    if state == "going" and snapshot.target is not None:
        state = f"going to {snapshot.target}"
    return Status(
        title=title(snapshot),
        state=state,
        epoch=seen.epoch,
        newest=seen.newest,
        loss=seen.evaluation.total_loss if total else seen.evaluation.loss,
        unit="nats" if total else "nats/symbol",
        accuracy=seen.evaluation.accuracy,
        pace=pace_text(snapshot.pace),
        measured=snapshot.measured,
        remaining=f"ETA {duration(snapshot.remaining)}" if snapshot.remaining is not None else "",
        recent=recent(seen.curve, seen.epoch),
        message=message,
        severity=severity,
    )


def recent(curve: Reduced, until: int) -> NDArray[np.float64]:
    """The loss up to an epoch, in at most `RECENT` points, nats per symbol."""
    past = curve.last[: int(np.searchsorted(curve.epochs, until, side="right"))]
    if len(past) > RECENT:
        past = past[np.linspace(0, len(past) - 1, RECENT).round().astype(int)]
    return past


def intervention_text(change: Intervention) -> str:
    """Such as ``lr 0.002``."""
    match change:
        case RateChange(_, rate):
            return f"lr {rate:.4g}"
        case ClipChange(_, clip):
            return "no clipping" if clip is None else f"clip {clip:.4g}"
        case ZeroedWeights(_, tensor, where):
            return f"{tensor}{list(where) if where else ''} = 0"


def loss_curves(snapshot: Snapshot) -> LossCurves:
    """The chart."""
    seen = snapshot.observation
    levels = []
    if snapshot.chance is not None:
        levels.append(Level(f"chance {snapshot.chance_label}", snapshot.chance))
    if snapshot.optimum is not None:
        levels.append(Level("optimum", snapshot.optimum))
    made = seen.branches[seen.branch].changes
    return LossCurves(
        curves=(
            Curve("", seen.curve.epochs, seen.curve.low, seen.curve.high),
            *(
                Curve(view.name, view.curve.epochs, view.curve.low, view.curve.high)
                for view in seen.branches
                if view.number != seen.branch and len(view.curve.epochs)
            ),
        ),
        levels=tuple(levels),
        marks=tuple(
            Mark(
                change.position.epoch,
                intervention_text(change)
                + ("" if change in made else " ?"),  # waits for its update
            )
            for change in seen.changes
        ),
        shown_epoch=seen.epoch,
        newest_epoch=seen.newest,
    )


def sequence(snapshot: Snapshot) -> SequenceView:
    """The strings of the sequence shown."""
    seen = snapshot.observation.sequence
    return SequenceView(
        seen.index,
        seen.count,
        seen.inputs,
        seen.targets,
        seen.predictions,
        seen.confidence,
        snapshot.task_note,
    )


def weights(snapshot: Snapshot) -> tuple[WeightRow, ...]:
    """The table of norms."""
    return tuple(
        WeightRow(
            view.name, view.role, view.norm, view.trace, view.gradient_norm, view.update_ratio
        )
        for view in snapshot.observation.tensors
    )


def gradient(snapshot: Snapshot) -> GradientThroughTime:
    """‖∂L/∂s_h,t‖ over t, of the sequence shown."""
    seen = snapshot.observation.sequence
    return GradientThroughTime(seen.gradient_norms, seen.index)
