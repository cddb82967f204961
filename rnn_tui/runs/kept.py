"""The kept runs as the screen lists, compares and opens them."""

from collections.abc import Callable
from typing import NamedTuple

from rnn_tui.session.commands import Open
from rnn_tui.storage.checkpoint.latest import has_checkpoint, load_run
from rnn_tui.storage.curve.losses import Curves
from rnn_tui.storage.disk.errors import printable, shown
from rnn_tui.storage.disk.names import HISTORY
from rnn_tui.storage.library.details import options_of
from rnn_tui.storage.library.listing import RunInfo, info_of
from rnn_tui.storage.library.store import Store
from rnn_tui.timeline.loss_curve import Buckets
from rnn_tui.timeline.run_state import curve_of
from rnn_tui.training.config import Config


class KeptRun(NamedTuple):
    """A run as the list shows it; all text can be printed as it is.

    Attributes:
        id: its name.
        task: such as ``successor``; empty if unknown, as are the texts below.
        title: its task as the header writes it, such as ``successor mod 3``.
        cell: such as ``rnn 10``: with the number of its hidden nodes.
        rate: the learning rate at its end; None if unknown.
        epoch: its newest epoch.
        loss: of the training curve there, nats per symbol; NaN if there is none.
        solved: the first epoch without a mistake, if any.
        changed: when it was last written to, seconds since 1970.
        options: those that make it, as on the command line.
        problem: one line if it cannot be opened as it is.
    """

    id: str
    task: str
    title: str
    cell: str
    rate: float | None
    epoch: int
    loss: float
    solved: int | None
    changed: float
    options: str
    problem: str | None


class KeptRuns:
    """The runs in a store. Every method may be called from any thread.

    Args:
        store: where they are.
        open_run: opens one by its name; raises StoreError.
    """

    def __init__(self, store: Store, open_run: Callable[[str], Open]) -> None:
        self._store, self._open = store, open_run

    @property
    def place(self) -> str:
        """Where they are."""
        return shown(self._store.folder)

    def names(self) -> list[str]:
        """Of all, the one written to last first."""
        return self._store.newest_first()

    def look_at(self, name: str) -> KeptRun:
        """What the list shows of one; never raises for what is broken."""
        return _line(info_of(self._store.folder / name))

    def last_trained(self) -> KeptRun | None:
        """The run written to last, of those that can go on and have been trained."""
        for name in self.names()[:MOST_LOOKED_AT]:
            if has_checkpoint(self._store.folder / name):
                found = self.look_at(name)
                if found.epoch > 0 and found.problem is None:
                    return found
        return None

    def curve(self, name: str) -> Buckets:
        """The training curve of one, on the branch that it was left on.

        Raises:
            StoreError: if it cannot be read.
        """
        folder = self._store.find(name, in_full=True)
        run = load_run(folder, allow_nonfinite=True).run
        return curve_of(run, run.branches[run.current], Curves(folder / HISTORY, run)).buckets()

    def open(self, name: str) -> Open:
        """One, held by this process from now on.

        Raises:
            StoreError: another program has it open, or it is damaged; nothing is held then.
        """
        return self._open(name)


MOST_LOOKED_AT = 20
"""Runs in which one that was trained is looked for."""


def cell_of(config: Config) -> str:
    """Such as ``rnn 10``: with the number of hidden nodes."""
    return f"{config.cell.name} {config.hidden}"


def _line(info: RunInfo) -> KeptRun:
    config = info.config
    problem = f"open in {info.held_by}" if info.held_by else info.problem
    return KeptRun(
        id=shown(info.id),
        task=info.task,
        title="" if config is None else printable(config.task.title),
        cell="" if config is None else cell_of(config),
        rate=info.learning_rate,
        epoch=info.epochs,
        loss=info.loss,
        solved=info.first_solved_epoch,
        changed=info.changed,
        options="" if config is None else printable(options_of(config)),
        problem=None if problem is None else printable(problem),
    )
