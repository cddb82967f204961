"""Two copies of one run, trained in two places: the one that is further stays."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from rnn_tui.storage.checkpoint.latest import load_run
from rnn_tui.storage.disk.errors import StoreError
from rnn_tui.storage.library.store import Store
from rnn_tui.storage.library.transfer import Files, put
from rnn_tui.sweep.kept_results import read_kept, write_kept


def keep_copy(store: Store, id: str, files: Files) -> None:
    """Add a copy of a run to a store, whose results are kept in any case.

    Raises:
        Held: another process has the run open.
        StoreError: if it cannot be kept.
    """
    put(store, id, files, _is_further)


def _is_further(arriving: Path, here: Path) -> bool:
    is_further = _newest(arriving) > _newest(here)
    ahead, behind = (arriving, here) if is_further else (here, arriving)
    kept = read_kept(ahead)
    if (both := kept.with_results_of(read_kept(behind))) != kept:
        write_kept(ahead, both)
    return is_further


def _newest(folder: Path) -> int:
    """The newest epoch of a run; -1 if it cannot go on."""
    with suppress(StoreError):
        run = load_run(folder, allow_nonfinite=True).run
        return run.branches[run.current].newest.epoch
    return -1
