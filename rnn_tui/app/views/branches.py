"""The branches of a run as their tree shows them: a pure function of a snapshot."""

from __future__ import annotations

import math
from collections.abc import Iterator

from rnn_tui.session.lenses.curves import BranchView
from rnn_tui.session.snapshot import Snapshot
from rnn_tui.training.journal import Change
from rnn_tui.training.settings.setting import Settings
from rnn_tui.training.settings.table import describe
from widgets import Branch, BranchTree


def tree(snapshot: Snapshot) -> BranchTree:
    """Every branch, and what it changed after it left the one it comes from."""
    seen = snapshot.observation
    initial = snapshot.config.settings
    return BranchTree(
        tuple(_branch(view, seen.branches, initial) for view in seen.branches), seen.branch
    )


def _branch(view: BranchView, views: tuple[BranchView, ...], initial: Settings) -> Branch:
    losses = view.curve.last
    return Branch(
        name=view.name,
        change="; ".join(_changes(view, views, initial)),
        parent=view.parent,
        fork=view.fork,
        newest=view.newest,
        loss=float(losses[-1]) if len(losses) else math.nan,
        solved=view.first_solved,
    )


def _changes(view: BranchView, views: tuple[BranchView, ...], initial: Settings) -> Iterator[str]:
    """Such as ``20 lr ×4, clip 1`` and ``30 U = 0``: what was changed at one epoch together."""
    known: tuple[Change, ...] = () if view.parent is None else views[view.parent].changes
    settings, epoch, words = {**initial}, -1, list[str]()
    for change in view.changes:
        is_inherited = change in known and change.position <= (view.fork, math.inf)
        if not is_inherited:
            if change.position.epoch != epoch and words:
                yield f"{epoch:,} {', '.join(words)}"
                words = []
            epoch = change.position.epoch
            words.append(_changed(change, settings))
        settings[change.name] = change.value
    if words:
        yield f"{epoch:,} {', '.join(words)}"


def _changed(change: Change, before: Settings) -> str:
    """A learning rate by its factor, where that is a short number."""
    if change.name == "lr" and before.get("lr") and change.value:
        factor = f"{float(change.value) / float(before['lr'] or 1):.12g}"
        if len(factor) <= 6:
            return f"lr ×{factor}"
    return describe(change.name, change.value)
