"""Opens a run: configuration, trainer, session and storage wired together.

The same for the screen and for ``rnn-tui train``. What only keeping and ending a run need is
loaded then: the untrained network can be looked at before.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

from threadpoolctl import threadpool_limits

from rnn_tui.model.rnn import Interrupted
from rnn_tui.training.config import Config
from rnn_tui.training.grid import Grid
from rnn_tui.training.keeping import rebuild
from rnn_tui.training.navigator import Navigator
from rnn_tui.training.recording import Recording
from rnn_tui.training.run import Run
from rnn_tui.training.run_state import RunState
from rnn_tui.training.session import Session
from rnn_tui.training.timeline import DEFAULT_BUDGET
from rnn_tui.training.trainer import Diverged, State, Trainer

if TYPE_CHECKING:
    from rnn_tui.storage.kept_run import KeptRun
    from rnn_tui.storage.store import RunFolder, Store
    from rnn_tui.training.summary import Moment, Trained


def use_one_thread() -> None:
    """One BLAS thread: faster at these sizes, and the same bits everywhere."""
    threadpool_limits(1)


def save_to(path: Path, trainer: Trainer, state: State) -> None:
    """Write a state's parameters under a name the user gave, in the place of what is there.

    Raises:
        UnwritableFile: if that is not possible.
    """
    from rnn_tui.storage.parameters import write_parameters

    write_parameters(path, trainer.parameters_of(state), trainer.config, state.epoch)


class Saver:
    """What ctrl+s does: the file of ``--save``, else one named after run and epoch.

    A file that was there before is never written over; the next free name is taken then.

    Args:
        path: of ``--save``, if given.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._ours = False

    def __call__(self, trainer: Trainer, state: State) -> str:
        """Save a state; what to tell the user.

        Raises:
            UnwritableFile: if it cannot be written.
        """
        from rnn_tui.storage.parameters import write_beside

        config = trainer.config
        name = f"rnn-tui-{config.task}-seed{config.seed}-epoch{state.epoch}.safetensors"
        path = self._path or Path(name)
        if self._ours:
            save_to(path, trainer, state)
        else:
            wanted = path
            path = write_beside(path, trainer.parameters_of(state), config, state.epoch)
            self._ours = self._path is not None and path == wanted
        return f"epoch {state.epoch:,} saved as {path}"


class Opening:
    """How a run is opened: where it is kept, where its parameters are written.

    Args:
        store: where runs are kept, or what makes it when the first epoch is; None keeps nothing.
        save: file of ``--save``, if given.
        budget: bytes for the states kept in memory.

    Raises:
        UnwritableFile: if ``save`` could not be written at the end, or a store that was asked
            for cannot be used.
    """

    def __init__(
        self,
        store: Store | Callable[[], Store] | None,
        save: Path | None = None,
        budget: int = DEFAULT_BUDGET,
    ) -> None:
        if save is not None:
            from rnn_tui.storage.parameters import check_writable

            check_writable(save)
        use_one_thread()
        if store is not None and not callable(store) and store.required:
            store.check_writable()
        self._given, self._save, self._budget = store, save, budget

    def _store(self) -> Store:
        from rnn_tui.storage.store import Store

        if self._given is None:
            return Store()
        return self._given() if callable(self._given) else self._given

    def _keep(self, navigator: Navigator) -> KeptRun:
        from rnn_tui.storage.kept_run import KeptRun

        return KeptRun(self._store().create(navigator.trainer.config))

    def _run(self, navigator: Navigator, goal: int | None, recording: Recording | None) -> Run:
        keep = self._keep if self._given is not None else None
        return Run(navigator, Saver(self._save), goal, recording, keep)

    def new(self, config: Config, goal: int | None = None) -> Run:
        """A new run, which is kept from its first epoch on."""
        return self._run(Navigator(Trainer(config), self._budget), goal, None)

    def resume(
        self, name: str | None, goal: int | None = None, *, allow_nonfinite: bool = False
    ) -> tuple[Run, str | None]:
        """A run that was kept, exactly where it was.

        Args:
            name: of the run, or the beginning of it; None for the newest.
            goal: an epoch at which running pauses once.
            allow_nonfinite: let in parameters that are NaN or infinite.

        Returns:
            The run, and what the user should know about it, if anything.

        Raises:
            StoreError: if there is no such run, another process has it open, or it is damaged.
        """
        from rnn_tui.storage.kept_run import KeptRun

        store = self._store()
        folder = store.open(name if name is not None else store.newest())
        try:
            loaded = folder.load(allow_nonfinite=allow_nonfinite)
            navigator, lost = _rebuilt(folder, loaded.run, self._budget)
            kept = KeptRun(folder, loaded.run)
        except BaseException:
            folder.close()
            raise
        recording = Recording(recorder=kept)
        recording.resume(navigator)
        run = self._run(navigator, goal, recording)
        navigator.go_to(loaded.run.shown_epoch)
        return run, " · ".join(filter(None, (loaded.note, lost))) or None


def _rebuilt(folder: RunFolder, run: RunState, budget: int) -> tuple[Navigator, str | None]:
    from rnn_tui.storage.curves import curves_of
    from rnn_tui.storage.keyframes import read_keyframes
    from rnn_tui.storage.run_files import HISTORY

    grids = read_keyframes(folder.path, run)
    curves, note = curves_of(folder.path / HISTORY, run)
    navigator = rebuild(
        run, lambda number: curves[number], lambda number: grids.get(number, Grid()), budget
    )
    return navigator, note


def preload() -> None:
    """Import what keeping the first epoch needs, so that it does not have to wait for it."""
    import rnn_tui.storage.kept_run  # noqa: F401


def open_session(run: Run) -> Session:
    """A session on a run, not started yet."""
    return Session(run)


def moment_of_run(run: Run) -> Moment:
    """The epoch shown, once nothing works on the run any more."""
    from rnn_tui.training.summary import moment_of

    navigator = run.navigator
    return replace(
        moment_of(
            navigator.trainer,
            navigator.state,
            navigator.timeline.newest,
            navigator.timeline.journal.changes,  # those that wait for their update changed nothing
            run.observer,
        ),
        run=run.recording.name,
    )


def end(run: Run, timeout: float) -> Moment:
    """Keep what is not on disk yet, and evaluate the epoch shown meanwhile.

    Args:
        run: nothing works on it any more.
        timeout: seconds for the disk.
    """
    stored = []
    keeping = Thread(
        target=lambda: stored.append(run.recording.finish(run.navigator, timeout)), name="keeping"
    )
    keeping.start()
    try:
        moment = moment_of_run(run)
    finally:
        keeping.join()
    return replace(moment, stored=stored == [True])


def train(
    run: Run,
    epochs: int,
    poll: Callable[[], None] | None = None,
    progress: Callable[[int], None] | None = None,
) -> Trained:
    """Train without a screen, on the branch that the run is on, from its newest epoch; end it.

    Args:
        run: new or resumed.
        epochs: how many in all.
        poll: called often; may raise `Interrupted` to end early.
        progress: called after each epoch with its number.
    """
    from rnn_tui.training.summary import Trained

    navigator = run.navigator
    trainer, timeline, recording = navigator.trainer, navigator.timeline, run.recording
    diverged: Diverged | None = None
    start, begun, save_at = time.perf_counter(), timeline.newest, 0.0
    try:
        _to_newest(navigator, poll)
        trainer.journal = timeline.journal
        while trainer.epoch < epochs:
            state = trainer.advance(poll, poll)
            timeline.record(state)
            recording.note(navigator)
            if progress is not None:
                progress(state.epoch)
            now = time.perf_counter()
            if now >= save_at:
                save_at = now + 1.0
                recording.save(navigator)
    except Interrupted:
        pass
    except Diverged as error:
        diverged = error
    seconds = time.perf_counter() - start
    state = trainer.state
    return Trained(
        moment=end(run, timeout=60),
        updates=state.epoch * trainer.updates_per_epoch,
        updates_made=(state.epoch - begun) * trainer.updates_per_epoch,
        training_loss=state.training_loss if state.epoch else None,
        first_solved_epoch=timeline.history.first_solved,
        seconds=seconds,
        diverged=diverged,
    )


def _to_newest(navigator: Navigator, poll: Callable[[], None] | None) -> None:
    """Along the known past to where training goes on."""
    navigator.go_to(navigator.timeline.newest)
    while not navigator.resting:
        navigator.work(poll)
