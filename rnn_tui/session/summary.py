"""End-of-run summary: the last line and ``--json``."""

import math
from dataclasses import dataclass
from typing import Any, Literal

from rnn_tui.session.run import Run
from rnn_tui.training.config import Config
from rnn_tui.training.evaluation import Evaluation, Evaluator, percent
from rnn_tui.training.goals import Goal, Reached
from rnn_tui.training.journal import Change, Position
from rnn_tui.training.trainer import Diverged


@dataclass(frozen=True)
class Moment:
    """One epoch of a run, as the last line tells it.

    Attributes:
        config: of the run, with the first learning rate.
        epoch: the epoch.
        newest: the newest epoch reached.
        evaluation: loss and accuracy with its parameters.
        evaluated_on: how many sequences that is over.
        sequences: how many there are.
        parameters_sha256: names its parameters.
        changes: interventions before it.
        run: name under which it is kept, if it is.
        stored: whether all that was to be kept is on disk.
        stored_until: otherwise the newest epoch that is, if that is known.
        valid_loss: of the validation set, nats per symbol; NaN without one.
        valid_accuracy: the same, 0 to 1.
    """

    config: Config
    epoch: int
    newest: int
    evaluation: Evaluation
    evaluated_on: int
    sequences: int
    parameters_sha256: str
    changes: tuple[Change, ...] = ()
    run: str | None = None
    stored: bool = True
    stored_until: int | None = None
    valid_loss: float = math.nan
    valid_accuracy: float = math.nan

    def line(self) -> str:
        """One line for the terminal."""
        evaluation = self.evaluation
        parts = [f"epoch {self.epoch}"]
        if self.newest > self.epoch:
            parts.append(f"newest {self.newest}")
        parts += [
            f"loss {evaluation.loss:.6g} nats/symbol",
            f"accuracy {percent(evaluation.accuracy)}",
        ]
        if self.evaluated_on < self.sequences:
            parts.append(f"evaluated on {self.evaluated_on} of {self.sequences} sequences")
        if not math.isnan(self.valid_loss):
            valid_accuracy = percent(self.valid_accuracy)
            parts.append(f"validation {self.valid_loss:.6g} nats/symbol, {valid_accuracy}")
        parts.append(f"seed {self.config.seed}")
        if self.changes:
            epochs = dict.fromkeys(str(change.position.epoch) for change in self.changes)
            some = list(epochs)[:5]
            parts.append(f"changed at epoch {', '.join(some)}{' …' if len(epochs) > 5 else ''}")
        if self.run is not None:
            parts.append(f"run {self.run}{self._missing()}")
        parts.append(f"parameters_sha256 {self.parameters_sha256[:12]}")
        return " · ".join(parts)

    def _missing(self) -> str:
        if self.stored:
            return ""
        until = "" if self.stored_until is None else f", only up to epoch {self.stored_until}"
        return f" not stored to its end{until}"


def moment_of(run: Run) -> Moment:
    """The epoch shown, once nothing works on the run any more."""
    navigator, scene = run.navigator, run.looking.scene
    trainer, state, timeline = navigator.trainer, navigator.state, navigator.timeline
    scene.at_step = None
    valid_loss, valid_accuracy = scene.validation()
    training, evaluator = trainer.dataset.training, scene.evaluator
    if training.streams:  # of which the screen evaluates fewer characters
        evaluator = Evaluator(training, trainer.config.symbols, trainer.config)
    evaluation = evaluator.evaluate(scene.parameters) if training.streams else scene.evaluation()
    made = timeline.journal.changes  # those that wait for their update changed nothing
    return Moment(
        trainer.config,
        state.epoch,
        timeline.newest,
        evaluation,
        evaluator.evaluated_on,
        len(training),
        trainer.parameters_of(state).sha256(),
        tuple(change for change in made if change.position <= Position(state.epoch)),
        run.recording.name,
        valid_loss=valid_loss,
        valid_accuracy=valid_accuracy,
    )


Stopped = Reached | Literal["interrupted", "diverged"]
"""Why training ended: a part of the goal was reached, it was interrupted, or it diverged."""


@dataclass(frozen=True)
class Trained:
    """The outcome of training without a screen.

    Attributes:
        moment: the last finished epoch; where patience ended, the best one.
        updates: made up to that epoch, in all.
        updates_made: those made just now.
        training_loss: the training curve's point of that epoch, nats per symbol; None at epoch 0.
        first_solved_epoch: the first epoch whose training curve had no mistake; None where the task
            cannot be solved.
        seconds: spent in the training loop.
        scored_symbols: of the training set.
        stopped: why it ended.
        told: the same of a goal that was reached, a phrase; empty for another reason.
        goal: of this training.
        diverged: why it ended early, if it diverged.
    """

    moment: Moment
    updates: int
    updates_made: int
    training_loss: float | None
    first_solved_epoch: int | None
    seconds: float
    scored_symbols: int
    stopped: Stopped
    told: str
    goal: Goal
    diverged: Diverged | None

    def to_json(self) -> dict[str, Any]:
        """What ``--json`` prints."""
        moment, evaluation = self.moment, self.moment.evaluation
        values: dict[str, Any] = {
            "epoch": moment.epoch,
            "newest": moment.newest,
            "updates": self.updates,
            "loss": evaluation.loss,
            "total_loss": evaluation.total_loss,
            "accuracy": evaluation.accuracy,
            "training_loss": self.training_loss,
            "valid_loss": _known(moment.valid_loss),
            "valid_accuracy": _known(moment.valid_accuracy),
            "first_solved_epoch": self.first_solved_epoch,
            "seconds": self.seconds,
            "updates_per_second": self.updates_made / self.seconds if self.seconds > 0 else 0.0,
            "evaluated_on": moment.evaluated_on,
            "scored_symbols": self.scored_symbols,
            "stopped": self.stopped,
            "goal": self.goal.to_json(),
            "seed": moment.config.seed,
            "config": moment.config.to_json(),
            "parameters_sha256": moment.parameters_sha256,
            "run": moment.run,
            "stored": moment.run is not None and moment.stored,
        }
        if self.diverged is not None:
            values["diverged_at"] = moment.epoch
            values["diverged_tensor"] = self.diverged.tensor
        return values


def _known(value: float) -> float | None:
    return None if math.isnan(value) else value
