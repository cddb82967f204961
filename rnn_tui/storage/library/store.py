"""All runs of a user: a folder for each, below one root."""

from __future__ import annotations

import contextlib
import os
import shutil
import time
from collections.abc import Callable, Iterable
from itertools import count
from pathlib import Path
from secrets import token_hex

from platformdirs import user_data_dir

from rnn_tui.storage.checkpoint.latest import has_checkpoint
from rnn_tui.storage.disk.durable import write_durably
from rnn_tui.storage.disk.errors import StoreError, UnwritableFile, shown, unwritable
from rnn_tui.storage.disk.lock import Held, RunLock
from rnn_tui.storage.disk.names import ABOUT, LOCK
from rnn_tui.storage.disk.temporaries import discard, sweep_temporaries
from rnn_tui.storage.library.listing import RunInfo, about_text, changed_at, info_of, sane
from rnn_tui.storage.library.names import name_of, resolve, whole
from rnn_tui.storage.library.run_folder import RunFolder
from rnn_tui.training.config import Config

__all__ = ["RunFolder", "Store", "store_root"]

_REMOVED = ".removed-"
_DAY = 86_400.0  # seconds


def store_root(option: str | os.PathLike[str] | None = None) -> Path:
    """Where the runs are: ``--store``, else RNN_TUI_HOME, else the user's data directory.

    A ``~`` that no shell has replaced, as after ``--store=`` or in a unit file, is the home.
    """
    chosen = option or os.environ.get("RNN_TUI_HOME")
    if not chosen:
        return Path(user_data_dir("rnn-tui", appauthor=False))
    return Path(os.path.expanduser(chosen))


class Store:
    """The runs below one root.

    Args:
        root: see `store_root`; made when the first run is.
        now: the time, seconds since 1970.

    Attributes:
        root: where they are.
        folder: of the runs.
        required: whether the root was asked for, so that not being able to use it is a mistake.
    """

    def __init__(
        self, root: str | os.PathLike[str] | None = None, now: Callable[[], float] = time.time
    ) -> None:
        self.required = root is not None
        self.root = store_root(root)
        self.folder = self.root / "runs"
        self._now = now

    def check_writable(self) -> None:
        """Find out before a long training whether runs can be kept here.

        Raises:
            UnwritableFile: if not.
        """
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            if not os.access(self.folder, os.W_OK | os.X_OK):
                raise PermissionError(13, "permission denied")
        except OSError as error:
            raise unwritable(self.folder, error) from error

    def create(self, config: Config) -> RunFolder:
        """A new, empty run, held by this process.

        Raises:
            UnwritableFile: if it cannot be made.
        """
        now = sane(self._now())
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._sweep()
            path, lock = self._claim(name_of(config, now))
        except OSError as error:
            if isinstance(error, StoreError):
                raise
            raise unwritable(self.folder, error) from error
        try:
            write_durably(path / ABOUT, about_text(config, now))
        except BaseException:
            lock.release()
            raise
        return RunFolder(path.name, path, lock)

    def open(self, name: str) -> RunFolder:
        """A run, held by this process from now on.

        Args:
            name: its id, or the beginning of it.

        Raises:
            Held: another process has it open.
            StoreError: there is none of that name, or several; the message says which there are.
        """
        path = self.find(name)
        lock = RunLock(path / LOCK, path.name)
        sweep_temporaries(path)
        return RunFolder(path.name, path, lock)

    def find(self, name: str) -> Path:
        """The folder of a run, not held: for looking at it.

        Args:
            name: its id, or the beginning of it.

        Raises:
            StoreError: there is none of that name, or several.
        """
        return self.folder / resolve(name, self._names(), self.folder)

    def require(self, name: str) -> Path:
        """The folder of a run whose id is written in full, as deleting asks for.

        Raises:
            StoreError: there is none of that name.
        """
        return self.folder / whole(name, self._names(), self.folder)

    def newest(self) -> str:
        """The id of the run that was written to last, of those that can go on.

        Raises:
            StoreError: there is no run, or none has got as far as its first checkpoint.
        """
        names = [name for name in self._names() if has_checkpoint(self.folder / name)]
        if not names:
            what = "runs with a checkpoint" if self._names() else "runs"
            raise StoreError(f"there are no {what} in {shown(self.folder)}; rnn-tui starts one")
        return max(names, key=lambda name: (changed_at(self.folder / name), name))

    def list_runs(self) -> list[RunInfo]:
        """All runs, the one written to last first; broken ones with their problem."""
        infos = [info_of(self.folder / name) for name in self._names()]
        return sorted(infos, key=lambda info: (-info.changed, info.id))

    def remove(self, name: str) -> None:
        """Delete a run for good.

        Args:
            name: its id, the whole of it.

        Raises:
            Held: a process has it open.
            StoreError: there is none of that name, or it cannot be deleted.
        """
        path = self.require(name)
        lock = RunLock(path / LOCK, name)
        try:
            gone = self.folder / f"{_REMOVED}{token_hex(8)}"
            os.rename(path, gone)
        except OSError as error:
            raise unwritable(path, error) from error
        finally:
            lock.release()
        _delete(gone)

    def candidates(self, *, keep: int | None = None, older_than: float | None = None) -> list[str]:
        """Old runs, as `prune` takes them; those that were written to last come first.

        Args:
            keep: all but so many.
            older_than: those not written to for so many days.
        """
        changed = {name: changed_at(self.folder / name) for name in self._names()}
        names = sorted(changed, key=lambda name: (-changed[name], name))
        if keep is not None:
            names = names[keep:]
        if older_than is not None:
            oldest = self._now() - older_than * _DAY
            names = [name for name in names if changed[name] < oldest]
        return names

    def prune(self, names: Iterable[str]) -> list[str]:
        """Remove runs, but nothing that is open somewhere.

        Returns:
            Those that are open.

        Raises:
            StoreError: one cannot be deleted.
        """
        held = []
        for name in names:
            try:
                self.remove(name)
            except Held:
                held.append(name)
        return held

    def _claim(self, name: str) -> tuple[Path, RunLock]:
        """A new folder of this name, or of the next free one (name-2, name-3), held."""
        for number in count(1):
            path = self.folder / (name if number == 1 else f"{name}-{number}")
            try:
                path.mkdir()
                return path, RunLock(path / LOCK, path.name)
            except (FileExistsError, Held):
                continue
            except UnwritableFile:
                if path.exists():  # else somebody has removed it already
                    raise
        raise AssertionError

    def _names(self) -> list[str]:
        try:
            with os.scandir(self.folder) as entries:
                return sorted(e.name for e in entries if e.is_dir() and e.name[0] != ".")
        except OSError:
            return []

    def _sweep(self) -> None:
        """Finish removing what a removal that was stopped left behind."""
        with contextlib.suppress(OSError):
            for path in self.folder.glob(f"{_REMOVED}*"):
                _delete(path)


def _delete(folder: Path) -> None:
    """As far as possible; of a symbolic link only the link."""
    if folder.is_symlink():
        discard(folder)
    else:
        shutil.rmtree(folder, ignore_errors=True)
