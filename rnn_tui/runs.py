"""Opens a run: configuration, trainer, session and storage wired together.

The same for the screen and for ``rnn-tui train``.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rnn_tui.model.rnn import Interrupted
from rnn_tui.storage.parameters import check_writable, write_beside, write_parameters
from rnn_tui.training.config import Config
from rnn_tui.training.evaluation import Evaluation
from rnn_tui.training.journal import Intervention, Position
from rnn_tui.training.observer import Observer
from rnn_tui.training.session import Session
from rnn_tui.training.trainer import Diverged, State, Trainer


def use_one_thread() -> None:
    """One BLAS thread: faster at these sizes, and the same bits everywhere."""
    from threadpoolctl import threadpool_limits

    threadpool_limits(1)


@dataclass(frozen=True)
class Moment:
    """One epoch of a run, as the last line tells it.

    Attributes:
        config: of the run, with the first learning rate.
        epoch: the epoch.
        newest: the newest epoch reached.
        evaluation: loss and accuracy with its parameters.
        evaluated_on: how many sequences that is over.
        parameters_sha256: names its parameters.
        changes: interventions before it.
    """

    config: Config
    epoch: int
    newest: int
    evaluation: Evaluation
    evaluated_on: int
    parameters_sha256: str
    changes: tuple[Intervention, ...] = ()

    def line(self) -> str:
        """One line for the terminal."""
        evaluation = self.evaluation
        parts = [f"epoch {self.epoch}"]
        if self.newest > self.epoch:
            parts.append(f"newest {self.newest}")
        parts += [
            f"loss {evaluation.loss:.6g} nats/symbol",
            f"accuracy {percent(evaluation.accuracy)}",
            f"seed {self.config.seed}",
        ]
        if self.changes:
            epochs = dict.fromkeys(str(change.position.epoch) for change in self.changes)
            some = list(epochs)[:5]
            parts.append(f"changed at epoch {', '.join(some)}{' …' if len(epochs) > 5 else ''}")
        parts.append(f"parameters_sha256 {self.parameters_sha256[:12]}")
        return " · ".join(parts)


def percent(accuracy: float) -> str:
    """Rounded, but 100 % only when there is no mistake and 0 % only when nothing is right.

    >>> percent(0.9996)
    '99.9 %'
    """
    whole = f"{100 * accuracy:.1f}"
    if whole == "100.0" and accuracy < 1:
        whole = "99.9"
    if whole == "0.0" and accuracy > 0:
        whole = "0.1"
    return f"{whole.removesuffix('.0')} %"


def moment_of(
    trainer: Trainer,
    state: State,
    newest: int,
    changes: tuple[Intervention, ...] = (),
    observer: Observer | None = None,
) -> Moment:
    """A state of a trainer, evaluated."""
    observer = observer or Observer(trainer)
    return Moment(
        trainer.config,
        state.epoch,
        newest,
        observer.evaluate(state),
        observer.evaluated_on,
        trainer.parameters_of(state).sha256(),
        tuple(change for change in changes if change.position <= Position(state.epoch)),
    )


def save_to(path: Path, trainer: Trainer, state: State) -> None:
    """Write a state's parameters under a name the user gave, in the place of what is there.

    Raises:
        UnwritableFile: if that is not possible.
    """
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


def open_session(config: Config, goal: int | None, save: Path | None) -> Session:
    """A session on a new run, not started yet.

    Raises:
        UnwritableFile: if ``save`` could not be written at the end.
    """
    if save is not None:
        check_writable(save)
    use_one_thread()
    return Session(Trainer(config), save=Saver(save), goal=goal)


def moment_of_session(session: Session) -> Moment:
    """The epoch on the screen, once the session's thread has ended."""
    navigator = session.navigator
    return moment_of(
        navigator.trainer,
        navigator.state,
        navigator.timeline.newest,
        navigator.timeline.changes(),
        session.run.observer,
    )


@dataclass(frozen=True)
class Trained:
    """The outcome of training without a screen.

    Attributes:
        moment: the last finished epoch.
        updates: made in finished epochs.
        training_loss: the training curve's last point, nats per symbol; None at epoch 0.
        first_solved_epoch: the first epoch whose training curve had no mistake.
        seconds: spent in the training loop.
        diverged: why it ended early, if it diverged.
    """

    moment: Moment
    updates: int
    training_loss: float | None
    first_solved_epoch: int | None
    seconds: float
    diverged: Diverged | None

    def to_json(self) -> dict[str, Any]:
        """What ``--json`` prints."""
        moment, evaluation = self.moment, self.moment.evaluation
        values: dict[str, Any] = {
            "epoch": moment.epoch,
            "updates": self.updates,
            "loss": evaluation.loss,
            "total_loss": evaluation.total_loss,
            "accuracy": evaluation.accuracy,
            "training_loss": self.training_loss,
            "first_solved_epoch": self.first_solved_epoch,
            "seconds": self.seconds,
            "updates_per_second": self.updates / self.seconds if self.seconds > 0 else 0.0,
            "evaluated_on": moment.evaluated_on,
            "seed": moment.config.seed,
            "config": moment.config.to_json(),
            "parameters_sha256": moment.parameters_sha256,
        }
        if self.diverged is not None:
            values["diverged_at"] = moment.epoch
            values["diverged_tensor"] = self.diverged.tensor
        return values


def train(
    config: Config,
    epochs: int,
    poll: Callable[[], None] | None = None,
    progress: Callable[[int], None] | None = None,
) -> tuple[Trained, Trainer]:
    """Train without a screen.

    Args:
        config: the run.
        epochs: how many in all.
        poll: called often; may raise `Interrupted` to end early.
        progress: called after each epoch with its number.
    """
    use_one_thread()
    trainer = Trainer(config)
    first_solved: int | None = None
    diverged: Diverged | None = None
    start = time.perf_counter()
    try:
        while trainer.epoch < epochs:
            state = trainer.advance(poll, poll)
            if first_solved is None and state.training_accuracy == 1:
                first_solved = state.epoch
            if progress is not None:
                progress(state.epoch)
    except Interrupted:
        pass
    except Diverged as error:
        diverged = error
    seconds = time.perf_counter() - start
    state = trainer.state
    trained = Trained(
        moment=moment_of(trainer, state, state.epoch),
        updates=state.epoch * trainer.updates_per_epoch,
        training_loss=state.training_loss if state.epoch else None,
        first_solved_epoch=first_solved,
        seconds=seconds,
        diverged=diverged,
    )
    return trained, trainer
