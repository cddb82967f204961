"""Looks at a sweep from outside: what its runs have come to, by what is on disk.

Whoever trains them, on this machine or on others, in one sweep or in shards: only what has changed
since the last look is read.
"""

from __future__ import annotations

import contextlib
import math
import os
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from rnn_tui.storage.curve.reader import HistoryReader, Span
from rnn_tui.storage.disk.checks import MAX_EPOCH
from rnn_tui.storage.disk.errors import StoreError
from rnn_tui.storage.disk.lock import holder
from rnn_tui.storage.disk.names import HISTORY, LOCK, SWEEP
from rnn_tui.storage.library.store import Store
from rnn_tui.sweep.bands import RunCurve, thinned
from rnn_tui.sweep.kept_results import read_kept
from rnn_tui.sweep.plan import Plan
from rnn_tui.sweep.report import Report, key
from rnn_tui.sweep.results import Result, missing
from rnn_tui.sweep.seen import NOTHING, RunSeen, Seen, Setting, State

TURN = 0.1
"""Seconds of reading after which what has been read is told."""
_TELLING = (SWEEP, HISTORY, f"{HISTORY}-wal")
Signature = tuple[tuple[int, int] | None, ...]
"""Time and size of a run's folder and of each file that tells of it; None for what is missing."""
_ABSENT: Signature = (None,) * (1 + len(_TELLING))


@dataclass(frozen=True)
class _Read:
    """What is known of a run.

    Attributes:
        seen: the same, for others.
        result: the one that its files tell.
        signature: of the files when they were read.
        newest: the last epoch that was read, of the whole curve.
    """

    seen: RunSeen
    result: Result
    signature: Signature = _ABSENT
    newest: int = 0

    @property
    def is_final(self) -> bool:
        """Whether nothing more will come."""
        return self.result.has_ended


class Watch:
    """Looks at the runs of a plan; to be used by one thread at a time.

    Args:
        plan: of the sweep.
        store: where its runs are kept.

    Attributes:
        seen: what was found by the last look.
        told: what it was told of runs, by their names.
    """

    def __init__(self, plan: Plan, store: Store) -> None:
        self.plan, self._store = plan, store
        self._known = [
            _Read(RunSeen(member, "waiting", result, NOTHING), result)
            for member, result in ((m, missing(m.id)) for m in plan.members)
        ]
        self._next, self._is_whole = 0, False
        self.told: dict[str, Result] = {}
        self._settings: tuple[Setting, ...] = ()
        self.seen = self._summary()

    def look(self) -> Seen | None:
        """What there is now; None if that is what was seen last.

        Where there is much to be read, only a part of it is: the next look goes on from there.
        """
        before, end = [read.seen for read in self._known], time.monotonic() + TURN
        count, looked, begun = len(self._known), 0, self._begun()
        while looked < count and time.monotonic() < end:
            if self._known[self._next].seen.member.id in begun:
                self._look_at(self._next)
            looked += 1
            self._next = (self._next + 1) % count
            self._is_whole |= self._next == 0
        is_new = any(a is not b.seen for a, b in zip(before, self._known, strict=True))
        if not is_new and self._is_whole == self.seen.is_whole:
            return None
        self.seen = self._summary()
        return self.seen

    def tell(self, result: Result) -> None:
        """Hear of a run: of one that was not trained to its goal no file tells why."""
        self.told[result.id] = result

    def _begun(self) -> set[str]:
        """The names of all runs that there is something to be seen of."""
        try:
            return {*self.told, *os.listdir(self._store.folder)}
        except OSError:
            return {*self.told}

    def _look_at(self, place: int) -> None:
        read = self._known[place]
        if read.is_final:
            return
        member = read.seen.member
        folder = self._store.folder / member.id
        signature = _signature(folder)
        if signature != read.signature:
            read = _read(read, folder, signature)
        is_held = signature[0] is not None and holder(folder / LOCK) is not None
        state: State = "running" if is_held else "stopped" if read.newest else "waiting"
        result = read.result if read.is_final else self.told.get(member.id, read.result)
        if result.status != "missing":
            state = result.status
        if state != read.seen.state or result is not read.seen.result:
            read = replace(read, seen=read.seen._replace(state=state, result=result))
        self._known[place] = read

    def _summary(self) -> Seen:
        runs = [read.seen for read in self._known]
        report = Report(self.plan, [run.result for run in runs])
        gathered: dict[tuple[Any, ...], list[RunSeen]] = {}
        for run in runs:
            gathered.setdefault(key(run.member, self.plan.by), []).append(run)
        pairs = zip(report.groups(), gathered.values(), strict=True)
        settings = [Setting(group, tuple(runs)) for group, runs in pairs]
        for place, before in enumerate(self._settings):
            if all(a is b for a, b in zip(before.runs, settings[place].runs, strict=True)):
                settings[place] = before
        self._settings = tuple(settings)
        return Seen(self._settings, self._is_whole)


def _read(read: _Read, folder: Path, signature: Signature) -> _Read:
    """A run with what is new of it."""
    member = read.seen.member
    result = read_kept(folder).of(member.goal) or missing(member.id)
    end = MAX_EPOCH if result.epoch is None else result.epoch
    epochs, losses = [read.seen.curve.epochs], [read.seen.curve.losses]
    with contextlib.suppress(StoreError), HistoryReader(folder / HISTORY) as history:
        for piece in history.pieces_of(Span(0, read.newest + 1, end)):
            epochs.append(piece[:, 1])
            losses.append(piece[:, 2])
    curve = RunCurve(np.concatenate(epochs), np.concatenate(losses))
    newest = int(curve.epochs[-1]) if len(curve.epochs) else 0
    ahead = curve.epochs > end  # where patience ended
    curve = RunCurve(curve.epochs[~ahead], curve.losses[~ahead], _beyond(result))
    curve = thinned(curve)
    return _Read(RunSeen(member, read.seen.state, result, curve), result, signature, newest)


def _beyond(result: Result) -> float:
    if result.status == "done":
        return math.nan if result.training_loss is None else result.training_loss
    return math.inf if result.status == "diverged" else math.nan


def _signature(folder: Path) -> Signature:
    """Empty where there is no such run, which is found out at once."""
    found = _stat(folder)
    return (found, *(found and _stat(folder / name) for name in _TELLING))


def _stat(path: Path) -> tuple[int, int] | None:
    try:
        status = os.stat(path)
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size
