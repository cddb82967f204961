"""The files of one run, and how its checkpoints follow each other so that one always loads."""

import contextlib
import os
from pathlib import Path
from typing import NamedTuple

from rnn_tui.storage.checkpoint.checkpoint import encode_run, read_checkpoint
from rnn_tui.storage.disk.durable import write_durably
from rnn_tui.storage.disk.errors import DamagedFile, StoreError, UnreadableFile, shown
from rnn_tui.storage.disk.names import CHECKPOINT, PREVIOUS
from rnn_tui.storage.disk.regular import require_regular
from rnn_tui.storage.disk.temporaries import discard, temporary_in
from rnn_tui.timeline.run_state import RunState


class Loaded(NamedTuple):
    """A run from disk.

    Attributes:
        run: with the bits it was saved with.
        note: what the user should know, one line: the newest checkpoint could not be used.
    """

    run: RunState
    note: str | None = None


def save_run(folder: Path, run: RunState, *, keep_previous: bool = True) -> None:
    """Write a checkpoint; the one before it stays beside it.

    Whatever stops it, and whenever: a checkpoint that was there can still be loaded. Where the
    newest one is damaged, `keep_previous` is False: it must not replace a sound older one.
    """
    content = encode_run(run)
    if keep_previous:
        _keep_previous(folder)
    write_durably(folder / CHECKPOINT, content)


def load_run(folder: Path, *, allow_nonfinite: bool = False) -> Loaded:
    """Read the newest checkpoint or, if it is damaged or missing, the one before.

    Raises:
        StoreError: if neither can be used; about the newest.
    """
    if not has_checkpoint(folder):
        advice = "choose another run, or remove it"
        raise StoreError(f"run {shown(folder.name)} ended before its first checkpoint; {advice}")
    try:
        return Loaded(read_checkpoint(folder / CHECKPOINT, allow_nonfinite=allow_nonfinite))
    except (DamagedFile, UnreadableFile) as error:
        try:
            run = read_checkpoint(folder / PREVIOUS, allow_nonfinite=allow_nonfinite)
        except Exception:
            raise error from None
        epoch = run.branches[run.current].newest.epoch
        return Loaded(run, f"{error}; going on from the checkpoint before it, epoch {epoch:,}")


def has_checkpoint(folder: Path) -> bool:
    """Whether a run got as far as its first checkpoint, so that it can go on."""
    return any(os.path.lexists(folder / name) for name in (CHECKPOINT, PREVIOUS))


def is_sound(folder: Path) -> bool:
    """Whether the newest checkpoint can be read."""
    try:
        read_checkpoint(folder / CHECKPOINT, allow_nonfinite=True)
    except Exception:
        return False
    return True


def _keep_previous(folder: Path) -> None:
    """A second name for the newest checkpoint; without hard links the older one stays."""
    temporary = temporary_in(folder)
    with contextlib.suppress(OSError):
        require_regular(folder / CHECKPOINT)
        require_regular(folder / PREVIOUS)
        try:
            os.link(folder / CHECKPOINT, temporary)
            os.replace(temporary, folder / PREVIOUS)
        finally:
            discard(temporary)
