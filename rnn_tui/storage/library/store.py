"""All runs of a user: a folder for each, below one root."""

import contextlib
import os
import shutil
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from secrets import token_hex

from platformdirs import user_data_dir

from rnn_tui.storage.checkpoint.latest import has_checkpoint
from rnn_tui.storage.disk.durable import write_durably
from rnn_tui.storage.disk.errors import StoreError, UnwritableFile, shown, unwritable
from rnn_tui.storage.disk.lock import Held
from rnn_tui.storage.disk.names import ABOUT
from rnn_tui.storage.disk.temporaries import discard, sweep_temporaries
from rnn_tui.storage.library.listing import RunInfo, about_text, changed_at, info_of, sane
from rnn_tui.storage.library.names import name_of, resolve
from rnn_tui.storage.library.own_data import keep_data
from rnn_tui.storage.library.run_folder import RunFolder
from rnn_tui.training.config import Config

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
    """The runs below one root; what cannot be done raises a `StoreError`.

    Args:
        root: see `store_root`; made when the first run is.
        now: the time, seconds since 1970.

    Attributes:
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
        """Find out before a long training whether runs can be kept here; raises if not."""
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
            folder = self._claim(name_of(config, now))
        except StoreError:
            raise
        except OSError as error:
            raise unwritable(self.folder, error) from error
        try:
            write_durably(folder.path / ABOUT, about_text(config, now))
            keep_data(folder.path, config)
        except BaseException:
            folder.close()
            raise
        return folder

    def open(self, name: str) -> RunFolder:
        """A run, held by this process from now on; see `find`.

        Raises:
            Held: another process has it open.
        """
        folder = RunFolder(self.find(name))
        sweep_temporaries(folder.path)
        return folder

    def find(self, name: str, *, in_full: bool = False) -> Path:
        """The folder of a run, not held: for looking at it.

        Its id may be cut short, except where it is to be given `in_full`, as for deleting.

        Raises:
            StoreError: there is none of that name, or several; the message says which there are.
        """
        return self.folder / resolve(name, self._names(), self.folder, in_full=in_full)

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
        infos = map(self.info, self._names())
        return sorted(infos, key=lambda info: (-info.changed, info.id))

    def info(self, name: str) -> RunInfo:
        """What can be told of one run, by its whole name; never raises for what is broken."""
        return info_of(self.folder / name)

    def remove(self, name: str) -> None:
        """Delete a run for good; its id must be given in full.

        Raises:
            Held: a process has it open.
        """
        path = self.find(name, in_full=True)
        gone = self.folder / f"{_REMOVED}{token_hex(8)}"
        with RunFolder(path):
            try:
                os.rename(path, gone)
            except OSError as error:
                raise unwritable(path, error) from error
        _delete(gone)

    def candidates(self, *, keep: int | None = None, older_than: float | None = None) -> list[str]:
        """Old runs, those that were written to last first.

        All but so many, and only those not written to for so many days.
        """
        names = self.newest_first()[keep or 0 :]
        oldest = self._now() - (older_than or 0) * _DAY
        return [
            name for name in names if older_than is None or changed_at(self.folder / name) < oldest
        ]

    def newest_first(self) -> list[str]:
        """The names of all runs, the one written to last first; none of them is read."""
        changed = {name: changed_at(self.folder / name) for name in self._names()}
        return sorted(changed, key=lambda name: (-changed[name], name))

    def prune(self, names: Iterable[str]) -> list[str]:
        """Remove runs, and return the names of those that stay because they are open somewhere."""
        held = []
        for name in names:
            try:
                self.remove(name)
            except Held:
                held.append(name)
        return held

    def _claim(self, name: str) -> RunFolder:
        """A new folder of this name, or of the next free one (name-2, name-3), held."""
        path, number = self.folder / name, 1
        while True:
            try:
                path.mkdir()
                return RunFolder(path)
            except (FileExistsError, Held):
                number += 1
                path = self.folder / f"{name}-{number}"
            except UnwritableFile:
                if path.exists():  # else somebody has removed it already
                    raise

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
