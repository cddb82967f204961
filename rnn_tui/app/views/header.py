"""The header of every view: what is trained, where one is, how well it does."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rnn_tui.app.words import duration, pace_text, title
from rnn_tui.session.snapshot import Snapshot
from rnn_tui.timeline.loss_curve import Buckets
from widgets import Status

RECENT = 64
"""Points of the loss trace in the header."""


def status(snapshot: Snapshot, total: bool, message: str, severity: str) -> Status:
    """The two lines on top, with the notebook's total loss if asked for, and with a message."""
    seen = snapshot.observation
    state: str = snapshot.activity
    if state == "going" and snapshot.target is not None:
        state = f"going to {snapshot.target}"
    if not snapshot.is_stored:
        state = f"{state}, NOT STORED"
    return Status(
        title=title(snapshot),
        state=state,
        epoch=seen.epoch,
        newest=seen.newest,
        loss=seen.evaluation.total_loss if total else seen.evaluation.loss,
        valid=seen.valid_loss,
        unit="nats" if total else "nats/symbol",
        accuracy=seen.evaluation.accuracy,
        pace=pace_text(snapshot.pace),
        measured=snapshot.measured,
        remaining=f"ETA {duration(snapshot.remaining)}" if snapshot.remaining is not None else "",
        recent=recent(seen.curve, seen.epoch),
        message=message,
        severity=severity,
    )


def recent(curve: Buckets, until: int) -> NDArray[np.float64]:
    """The training loss up to an epoch, in at most `RECENT` points, nats per symbol."""
    past = curve.last[: int(np.searchsorted(curve.epochs, until, side="right"))]
    if len(past) > RECENT:
        past = past[np.linspace(0, len(past) - 1, RECENT).round().astype(int)]
    return past
