"""Gathers the runs of a plan out of several stores, as the tasks of a job array leave them."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from rnn_tui.model.parameters import Parameters
from rnn_tui.storage.checkpoint.latest import load_run
from rnn_tui.storage.disk.errors import StoreError, shown
from rnn_tui.storage.disk.lock import Held, holder
from rnn_tui.storage.disk.names import LOCK
from rnn_tui.storage.library.store import Store
from rnn_tui.storage.library.transfer import pack
from rnn_tui.sweep.copies import keep_copy
from rnn_tui.sweep.kept_results import read_kept
from rnn_tui.sweep.members import Member, name_of_config
from rnn_tui.sweep.results import Result


def stores(roots: Iterable[Path], into: Store) -> list[Store]:
    """The stores to gather from.

    Raises:
        StoreError: if one is none, or the store to gather into.
    """
    found = [Store(root) for root in roots]
    for store in found:
        if not store.folder.is_dir():
            raise StoreError(
                f"{shown(store.root)} is no store, it has no folder runs; name another"
            )
        if into.folder.is_dir() and os.path.samefile(store.folder, into.folder):
            raise StoreError(f"{shown(store.root)} is the store to gather into; name the others")
    return found


def gather(members: Iterable[Member], sources: list[Store], into: Store) -> Iterator[str]:
    """Copy each run to where it is missing or less far; a line for each that could not be.

    A run that has reached its goal takes the place of one that has not.

    Raises:
        StoreError: if the store cannot be written to.
    """
    into.check_writable()
    for member in members:
        for source in sources:
            folder = source.folder / member.id
            if folder.is_dir() and (problem := _copy(member, folder, into)) is not None:
                yield f"{shown(folder)}: {problem}"


def _copy(member: Member, folder: Path, into: Store) -> str | None:
    """What was wrong, if anything was."""
    if (who := holder(folder / LOCK)) is not None:
        return f"it is open in {who}; gather again once it is closed"
    here, there = (read_kept(f).of(member.goal) for f in (into.folder / member.id, folder))
    if here is not None:
        return _difference(here, there)
    try:
        _require_sound(folder, there)
        files = pack(folder)
    except StoreError as error:
        return str(error)
    try:
        keep_copy(into, member.id, files)
    except Held as error:
        return str(error)
    return None


def _difference(here: Result, there: Result | None) -> str | None:
    """Between two results of one run."""
    if there is None or there.parameters_sha256 == here.parameters_sha256:
        return None
    if there.fingerprint == here.fingerprint:
        return "its parameters differ from those here, though both machines are alike; left out"
    return "trained on another kind of machine, to other bits than the one here; left out"


def _require_sound(folder: Path, result: Result | None) -> None:
    """The run can go on, is the one of its name, and its result is that of its parameters.

    Raises:
        StoreError: if not.
    """
    run = load_run(folder).run
    newest = run.branches[run.current].newest
    if name_of_config(run.config) != folder.name:
        raise StoreError("it has another configuration than the run of this name; left out")
    if result is not None and result.epoch == newest.epoch:
        parameters = Parameters(run.config.layout, newest.parameters)
        if parameters.sha256() != result.parameters_sha256:
            raise StoreError("its parameters are not those of its result; left out")
