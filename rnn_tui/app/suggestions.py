"""The moment a run is solved, and what to try next: pure functions of snapshots."""

from __future__ import annotations

from rnn_tui.session.snapshot import Snapshot

EARLY = 20
"""The epoch at which a suggestion branches off, where the run needed twice as many."""


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
    """What is told then."""
    epoch = snapshot.observation.first_solved
    return f"solved at epoch {epoch:,}: every prediction of that epoch was right"


def suggestion(snapshot: Snapshot) -> str:
    """One thing to try next; '' where the run is not solved yet."""
    seen, config, task = snapshot.observation, snapshot.config, snapshot.task
    solved = seen.first_solved
    if solved is None or solved > seen.epoch:
        return ""
    held = str(seen.settings["hold"] or "").replace(" ", "").split(",")
    if "U" in held:
        if config.cell.name == "rnn":
            return "with U = 0: this needs no memory; rnn-tui --task echo does"
        return "without U: its gates carry the memory"
    if task.needs_memory:
        if config.cell.name == "rnn":
            return "--cell gru: do gates get there sooner?"
        options = config.to_json()
        delay, length = options["delay"], options["length"]
        if config.file is not None:
            return ""
        if delay is not None:
            longer = "" if length is None or 2 * delay < length else f" --length {2 * length}"
            return f"--delay {2 * delay}{longer}: does it remember twice as long?"
        return f"--length {2 * length}: does it hold for longer?"
    changed_rate = any(change.name == "lr" for change in seen.changes)
    if changed_rate or len(seen.branches) > 1 or solved < 4:
        return "z, hold U: does it need a memory?"
    return f"g {min(EARLY, solved // 2)} then ]: is twice the rate faster?"
