"""The header of every view: what is trained, where one is, how well it does."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rnn_tui.app.words import duration, title_parts
from rnn_tui.session.pacing import pace_text
from rnn_tui.session.snapshot import Snapshot
from rnn_tui.timeline.loss_curve import Buckets
from widgets import Status

RECENT = 64
"""Points of the loss trace in the header."""


def status(snapshot: Snapshot, total: bool) -> Status:
    """The two lines on top, with the notebook's total loss if asked for."""
    seen = snapshot.observation
    evaluation, chance, solved = seen.evaluation, snapshot.task.chance, seen.first_solved
    if chance is not None and total:
        chance *= evaluation.symbols
    return Status(
        title=title_parts(snapshot),
        activity=snapshot.activity,
        states=states(snapshot),
        epoch=seen.epoch,
        newest=seen.newest,
        loss=evaluation.total_loss if total else evaluation.loss,
        chance=chance,
        is_total=total,
        correct=evaluation.correct,
        symbols=evaluation.symbols,
        recent=recent(seen.curve, seen.epoch),
        valid=seen.valid_loss,
        solved=solved if solved is not None and solved <= seen.epoch else None,
    )


def states(snapshot: Snapshot) -> tuple[str, ...]:
    """What the session does, in words: with all figures first, as short as can be last.

    '20 epochs/s (19.8/s)  ETA 0:12', '20 epochs/s', '20/s'.
    """
    left = "" if snapshot.remaining is None else f"  ETA {duration(snapshot.remaining)}"
    found: tuple[str, ...]
    match snapshot.activity:
        case "running":
            pace = pace_text(snapshot.pace)
            short = "max/s" if snapshot.pace is None else f"{snapshot.pace:g}/s"
            reached = "" if snapshot.measured is None else f" ({_rate(snapshot.measured)}/s)"
            found = (f"{pace}{reached}{left}", f"{pace}{left}", f"{pace}{reached}", pace, short)
        case "going" if snapshot.target is not None:
            found = (
                f"going to {snapshot.target:,}{left}",
                f"going to {snapshot.target:,}",
                f"to {snapshot.target:,}",
            )
        case "replaying":
            found = ("replaying", "replay")
        case other:
            found = (other,)
    return found if snapshot.is_stored else tuple(f"{state}, NOT STORED" for state in found)


def _rate(value: float) -> str:
    """'19.8', '12,345': epochs per second for reading, not for reckoning."""
    if not np.isfinite(value):
        return "?"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.1f}"


def recent(curve: Buckets, until: int) -> NDArray[np.float64]:
    """The training loss up to an epoch, in at most `RECENT` points, nats per symbol."""
    past = curve.last[: int(np.searchsorted(curve.epochs, until, side="right"))]
    if len(past) > RECENT:
        past = past[np.linspace(0, len(past) - 1, RECENT).round().astype(int)]
    return past
