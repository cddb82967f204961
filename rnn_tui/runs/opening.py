"""Opens a run: configuration, trainer, session and storage wired together.

The same for the screen and for ``rnn-tui train``.
"""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from threadpoolctl import threadpool_limits

from rnn_tui.runs.kept import KeptRuns
from rnn_tui.runs.saving import Saver, check_writable
from rnn_tui.session.commands import Open
from rnn_tui.session.recording import Recording
from rnn_tui.session.run import Run
from rnn_tui.storage.checkpoint.keyframes import read_keyframes
from rnn_tui.storage.checkpoint.latest import load_run
from rnn_tui.storage.curve.losses import Curves
from rnn_tui.storage.disk.names import HISTORY
from rnn_tui.storage.library.own_data import with_data
from rnn_tui.storage.library.store import Store
from rnn_tui.timeline.branch import DEFAULT_BUDGET
from rnn_tui.timeline.keyframes import Grid
from rnn_tui.timeline.navigator import Navigator
from rnn_tui.timeline.run_state import RunState, rebuild
from rnn_tui.training.config import Config
from rnn_tui.training.goals import NO_GOAL, Goal
from rnn_tui.training.trainer import Trainer

GoalChanges = Mapping[str, Any]
UNCHANGED: GoalChanges = {}


def use_one_thread() -> None:
    """One BLAS thread: faster at these sizes, and the same bits everywhere."""
    threadpool_limits(1)


class Opening:
    """How a run is opened: where it is kept, where its parameters are written.

    Args:
        store: where runs are kept; None keeps nothing.
        save: file of ``--save``, if given.
        budget: bytes for the states kept in memory.
        force: whether ``save`` may be there already, and be replaced.

    Raises:
        StoreError: if ``save`` could not be written at the end, or a store that was asked for
            cannot be used.
    """

    def __init__(
        self,
        store: Store | None,
        save: Path | None = None,
        budget: int = DEFAULT_BUDGET,
        *,
        force: bool = False,
    ) -> None:
        if save is not None:
            check_writable(save, replace=force)
        use_one_thread()
        if store is not None and store.required:
            store.check_writable()
        self._store, self._budget = store, budget
        self._save = Saver(save, replace=force)

    def new(self, config: Config, goal: Goal = NO_GOAL) -> Run:
        """A new run, which is kept from its first epoch on."""
        return self._run(Navigator(Trainer(config), self._budget), goal)

    def _run(
        self, navigator: Navigator, goal: Goal | None, recording: Recording | None = None
    ) -> Run:
        store = self._store
        keep = None if store is None else lambda it: store.create(it.trainer.config).recorder()
        return Run(navigator, self._save, goal, recording, keep)

    def resume(
        self,
        name: str | None,
        changes: GoalChanges = UNCHANGED,
        *,
        allow_nonfinite: bool = False,
        file: str | None = None,
    ) -> tuple[Run, str | None]:
        """A run that was kept, exactly where it was, and what the user should know about it.

        See `open`.
        """
        opened = self.open(name, changes, allow_nonfinite=allow_nonfinite, file=file)
        return self._run(opened.navigator, None, opened.recording), opened.note

    def open(
        self,
        name: str | None,
        changes: GoalChanges = UNCHANGED,
        *,
        allow_nonfinite: bool = False,
        file: str | None = None,
    ) -> Open:
        """A run that was kept, exactly where it was; held by this process from now on.

        Args:
            name: of the run, or the beginning of it; None for the newest.
            changes: to the goal that it has, by name: epochs, until, patience.
            allow_nonfinite: let in parameters that are NaN or infinite.
            file: of own data, if the run does not keep its own; else it must be the same.

        Raises:
            StoreError: if there is no such run, another process has it open, or it is damaged.
            ConfigError: if it cannot reach the goal.
        """
        store = self._store or Store()
        folder = store.open(name if name is not None else store.newest())
        try:
            loaded = load_run(folder.path, allow_nonfinite=allow_nonfinite)
            goal = replace(loaded.run.goal, **changes).check(loaded.run.config)
            run = replace(loaded.run, config=with_data(folder.path, loaded.run.config, file))
            navigator, lost = rebuilt(folder.path, run, self._budget)
            recorder = folder.recorder(run)
        except BaseException:
            folder.close()
            raise
        recording = Recording(recorder=recorder)
        recording.resume(navigator)
        navigator.go_to(loaded.run.shown_epoch)
        if goal.epochs is None:
            goal = replace(goal, epochs=loaded.run.config.epochs)
        navigator.goal = goal
        return Open(navigator, recording, " · ".join(filter(None, (loaded.note, lost))) or None)

    @property
    def kept(self) -> KeptRuns | None:
        """The runs in the store, for the screen; None where nothing is kept."""
        return None if self._store is None else KeptRuns(self._store, self.open)


def rebuilt(folder: Path, run: RunState, budget: int) -> tuple[Navigator, str | None]:
    """A run from its folder, not held, and what is to be told of its curve.

    Raises:
        StoreError: if its history cannot be read.
    """
    grids = read_keyframes(folder, run)
    curves = Curves(folder / HISTORY, run)
    return rebuild(run, curves, lambda number: grids.get(number, Grid()), budget), curves.note
