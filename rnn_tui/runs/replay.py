"""Repeats a kept run from its configuration and its journal, without its checkpoints."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from rnn_tui.model import ENGINE_VERSION
from rnn_tui.runs.headless import Progress, train_run
from rnn_tui.runs.opening import use_one_thread
from rnn_tui.session.run import Run
from rnn_tui.session.summary import Trained
from rnn_tui.storage.checkpoint.latest import load_run
from rnn_tui.storage.export.formats import branch_of
from rnn_tui.storage.library.own_data import with_data
from rnn_tui.storage.library.store import Store
from rnn_tui.timeline.navigator import Navigator
from rnn_tui.timeline.run_state import journal_of
from rnn_tui.training.goals import Goal
from rnn_tui.training.trainer import Trainer


@dataclass(frozen=True)
class Replayed:
    """The outcome.

    Attributes:
        trained: what was repeated.
        same: whether the parameters are those of the checkpoint; None if it has none, or if they
            differ and another engine recorded the run.
        engine: version of the engine that recorded the run.
    """

    trained: Trained
    same: bool | None
    engine: int = ENGINE_VERSION

    def to_json(self) -> dict[str, Any]:
        """What ``--json`` prints."""
        return {**self.trained.to_json(), "same_as_kept": self.same}

    def lines(self) -> list[str]:
        """For the terminal."""
        compared = {
            True: "the same bits as the run that was kept",
            False: "NOT the same parameters as the run that was kept: another CPU or NumPy?",
            None: "the run has no checkpoint of that epoch to compare with",
        }
        if self.engine != ENGINE_VERSION and self.same is None:
            compared[None] = (
                f"recorded by another engine (version {self.engine}, this is {ENGINE_VERSION}): "
                "its last bits differ"
            )
        return [self.trained.moment.line(), compared[self.same]]


class Replay:
    """A branch of a kept run about to be repeated, by default the one last shown.

    The run is only read, never held or changed.

    Raises:
        StoreError: if there is no such run or branch, or it is damaged.
    """

    def __init__(self, store: Store, name: str, branch: int | None) -> None:
        use_one_thread()
        folder = store.find(name)
        run = load_run(folder).run
        self._kept = replace(run, config=with_data(folder, run.config))
        self._branch = branch_of(self._kept, branch)
        self.newest_epoch = self._branch.newest.epoch

    def train(
        self, epochs: int, poll: Callable[[], None] | None = None, progress: Progress | None = None
    ) -> Replayed:
        """Repeat it up to an epoch; see `train_run`."""
        trainer = Trainer(self._kept.config)
        trainer.journal = journal_of(self._kept, self._branch)
        trainer.restore(trainer.initial_state())
        navigator = Navigator(trainer)
        trained = train_run(Run(navigator), Goal(epochs), poll, progress)
        newest = self._branch.newest
        if navigator.epoch != newest.epoch:
            return Replayed(trained, None)
        same: bool | None = (
            trained.moment.parameters_sha256 == trainer.parameters_of(newest).sha256()
        )
        engine = self._kept.engine
        if not same and engine != ENGINE_VERSION:
            same = None
        return Replayed(trained, same, engine)
