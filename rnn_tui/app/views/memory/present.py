"""From a snapshot to what each panel of the memory view shows: pure functions."""

from __future__ import annotations

import math
from collections.abc import Iterator

from rnn_tui.session.lenses.memory import memory
from rnn_tui.session.snapshot import Snapshot
from rnn_tui.tasks.task import chance_accuracy
from rnn_tui.training.findings import finding
from rnn_tui.training.memory import WAYS, Ablation, Score
from rnn_tui.training.words import count
from widgets import MemoryTable, Reach, Way
from widgets.memory.table import Cell

WHAT = {
    "t": "symbols right at step t",
    "n": "strings of n a and n b right",
    "delay": "symbols right after a longer delay",
    "length": "right in longer sequences",
}


def table(snapshot: Snapshot) -> MemoryTable:
    """The network as it is, and without its memory."""
    seen, task = snapshot.observation.see(memory), snapshot.task
    sets = [_named(seen.training, "training")]
    measured = [seen.training]
    if seen.fresh is not None:
        sets.append(_named(seen.fresh, "validation" if seen.is_validation else "fresh"))
        measured.append(seen.fresh)
    return MemoryTable(
        tuple(sets),
        tuple(_ways(measured)),
        chance_accuracy(task),
        task.chance,
        finding(seen, task),
    )


def _named(seen: Ablation, kind: str) -> str:
    some = f"{seen.sequences:,} of " if seen.sequences < seen.total else ""
    return f"{some}{count(seen.total, f'{kind} sequence')}"


MEANINGS = {
    "as_is": "nothing is changed",
    "reset": "every step starts from a zero state",
    "cut": "no step sees the state before it",
    "shuffled": "the inputs before x_t in random order",
}


def _ways(measured: list[Ablation]) -> Iterator[Way]:
    for name, title in WAYS.items():
        scores: list[Score | None] = [getattr(seen, name) for seen in measured]
        cells = tuple(Cell(score.accuracy, score.loss) for score in scores if score is not None)
        if cells:
            yield Way(title, MEANINGS[name], cells)


def reach(snapshot: Snapshot) -> Reach:
    """Accuracy by time step, or by the size of the task."""
    seen = snapshot.observation.see(memory).reached
    return Reach(
        name=seen.by,
        what=WHAT.get(seen.by, f"symbols right by {seen.by}"),
        trained=seen.trained,
        sizes=seen.sizes,
        right=seen.right,
        asked=seen.asked,
        guessing=chance_accuracy(snapshot.task) if seen.by == "t" else math.nan,
    )
