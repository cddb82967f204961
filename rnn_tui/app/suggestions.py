"""The moment a run is solved, and what to try next: pure functions of snapshots."""

from __future__ import annotations

import numpy as np

from rnn_tui.session.snapshot import Snapshot

EARLY = 20
"""The epoch at which a suggestion branches off, where the run needed twice as many."""
PATIENCE = 200
"""Epochs before a run is called stuck."""
STUCK = "start with --optimizer adam --lr 0.01"


def is_just_solved(before: Snapshot, now: Snapshot) -> bool:
    """Whether the training curve had its first epoch without a mistake between two snapshots.

    Not where the branch was solved before: when it is visited, replayed or resumed.
    """
    seen = now.observation
    if seen.first_solved is None or seen.epoch < seen.first_solved:
        return False
    if now.config is not before.config:  # another run
        return seen.first_solved > now.opened_at
    branch = seen.branches[seen.branch]
    known = {view.number: view.newest for view in before.observation.branches}
    return seen.first_solved > known.get(branch.number, branch.fork)


def solved_text(snapshot: Snapshot) -> str:
    """What is told then; or on coming back to that epoch, see `has_come_to_solved`."""
    seen, now = snapshot.observation, snapshot.observation.evaluation
    if seen.epoch != seen.first_solved or now.correct == now.symbols:
        return f"solved at epoch {seen.first_solved:,}: every prediction of that epoch was right"
    wrong = f"{now.symbols - now.correct:,} of {now.symbols:,}"
    return f"solved in training, now {wrong} wrong; each was right just before its update"


def has_come_to_solved(before: Snapshot, now: Snapshot) -> bool:
    """Whether the screen has just come to the first solved epoch, and shows mistakes there.

    The curve predicts each sequence just before its update; what comes after in that epoch may
    spoil it again.
    """
    seen, was = now.observation, before.observation
    same = (was.epoch, was.branch) == (seen.epoch, seen.branch) and before.config is now.config
    has_come = now.activity == "paused" and not (same and before.activity == "paused")
    is_spoilt = seen.evaluation.correct < seen.evaluation.symbols
    return has_come and seen.epoch == seen.first_solved and is_spoilt


def is_stuck(snapshot: Snapshot) -> bool:
    """Whether a problem that needs memory is not solved, and the loss has long stood still.

    That is, over the last half of at least `PATIENCE` epochs it was on average hardly lower than
    over the quarter before.
    """
    seen, task = snapshot.observation, snapshot.task
    epochs, losses = seen.curve.epochs, seen.curve.last
    if not task.needs_memory or seen.first_solved is not None or seen.epoch < PATIENCE:
        return False
    half, quarter = (int(np.searchsorted(epochs, seen.epoch * part)) for part in (0.5, 0.25))
    before, since = losses[quarter:half], losses[half:]
    if not len(before) or not len(since):
        return False
    floor = task.optimum or 0.0
    return bool(np.mean(since) - floor > 0.9 * (np.mean(before) - floor))


def suggestion(snapshot: Snapshot) -> str:
    """One thing to try next; '' where the run is not solved yet, and not stuck either."""
    seen, config, task = snapshot.observation, snapshot.config, snapshot.task
    solved = seen.first_solved
    if is_stuck(snapshot):
        return STUCK if config.optimizer.name == "sgd" else ""
    if solved is None or solved > seen.epoch:
        return ""
    held = str(seen.settings["hold"] or "").replace(" ", "").split(",")
    if "U" in held:
        if config.cell.name == "rnn":
            return "start with --task echo: this needs no memory"
        return "start with --cell rnn: here gates remember"
    if task.needs_memory:
        if config.cell.name == "rnn":
            return "start with --cell gru: do gates help?"
        options = config.to_json()
        delay, length = options["delay"], options["length"]
        if config.file is not None:
            return ""
        if delay is not None:
            longer = "" if length is None or 2 * delay < length else f" --length {2 * length}"
            return f"start with --delay {2 * delay}{longer}: still remembered?"
        return f"start with --length {2 * length}: does it hold?"
    changed_rate = any(change.name == "lr" for change in seen.changes)
    if changed_rate or len(seen.branches) > 1 or solved < 4:
        return "z, hold U: does it need a memory?"
    return f"g {min(EARLY, solved // 2)} then ]: is twice the rate faster?"
