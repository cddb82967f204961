"""Repeats a kept run from its configuration and its journal, without its checkpoints."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from rnn_tui.runs.headless import train
from rnn_tui.runs.opening import use_one_thread
from rnn_tui.session.run import Run
from rnn_tui.session.summary import Trained
from rnn_tui.storage.checkpoint.latest import load_run
from rnn_tui.storage.disk.errors import StoreError, printable
from rnn_tui.storage.library.store import Store
from rnn_tui.timeline.navigator import Navigator
from rnn_tui.timeline.run_state import journal_of
from rnn_tui.training.journal import Position
from rnn_tui.training.trainer import State, Trainer


@dataclass(frozen=True)
class Replayed:
    """The outcome.

    Attributes:
        trained: as if trained for the first time.
        same: whether the parameters are those of the checkpoint; None if it has none of that
            epoch.
    """

    trained: Trained
    same: bool | None

    @property
    def differs(self) -> bool:
        """Whether the parameters are others than those kept."""
        return self.same is False

    def to_json(self) -> dict[str, Any]:
        """What ``--json`` prints."""
        return {**self.trained.to_json(), "same_as_kept": self.same}

    def text(self) -> str:
        """A line or two."""
        compared = {
            True: "the same bits as the run that was kept",
            False: "NOT the same parameters as the run that was kept: another CPU or NumPy?",
            None: "nothing to compare with was kept of that epoch",
        }[self.same]
        return f"{printable(self.trained.moment.line())}\n{compared}"


class Replay:
    """A kept run about to be repeated; it is only read, never held or changed.

    Args:
        store: where it is.
        name: of the run, or the beginning of it.
        branch: number of the branch; None for the one last shown.

    Raises:
        StoreError: if there is no such run or branch, or it is damaged.
    """

    def __init__(self, store: Store, name: str, branch: int | None) -> None:
        use_one_thread()
        self._kept = load_run(store.find(name)).run
        number = self._kept.current if branch is None else branch
        if not 0 <= number < len(self._kept.branches):
            raise StoreError(
                f"the run has no branch {number}; it has 0 to {len(self._kept.branches) - 1}"
            )
        self._branch = self._kept.branches[number]
        self.newest_epoch = self._branch.newest.epoch

    def train(
        self,
        epochs: int,
        poll: Callable[[], None] | None = None,
        progress: Callable[[int], None] | None = None,
    ) -> Replayed:
        """Repeat it up to an epoch.

        Args:
            epochs: how many in all.
            poll: called often; may raise `Interrupted` to end early.
            progress: called after each epoch with its number.
        """
        trainer = Trainer(self._kept.config)
        trainer.journal = journal_of(self._kept, self._branch)
        trainer.restore(_beginning(trainer))
        navigator = Navigator(trainer)
        trained = train(Run(navigator), epochs, poll, progress)
        parameters = navigator.trainer.parameters_of
        newest = self._branch.newest
        same: bool | None = None
        if navigator.epoch == newest.epoch:
            same = parameters(navigator.state).sha256() == parameters(newest).sha256()
        return Replayed(trained, same)


def _beginning(trainer: Trainer) -> State:
    """Epoch 0, with the weights that were set to zero there."""
    parameters = trainer.parameters_of(trainer.state).copy()
    for zeroed in trainer.journal.zeroed_at(Position(0)):
        parameters[zeroed.tensor][zeroed.where] = 0
    return replace(trainer.state, parameters=parameters.flat)
