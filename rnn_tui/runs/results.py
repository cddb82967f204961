"""What a kept run has come to: the figures by which runs are compared.

The run is only read, also while another process trains it.
"""

import math
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

from rnn_tui.model.parameters import Parameters
from rnn_tui.runs.opening import rebuilt, use_one_thread
from rnn_tui.storage.checkpoint.latest import has_checkpoint, load_run
from rnn_tui.storage.curve.losses import Curves
from rnn_tui.storage.curve.reader import HistoryReader
from rnn_tui.storage.disk.errors import StoreError
from rnn_tui.storage.disk.names import HISTORY
from rnn_tui.storage.library.listing import finite, info_of
from rnn_tui.storage.library.own_data import with_data
from rnn_tui.timeline.branch import DEFAULT_BUDGET
from rnn_tui.timeline.loss_curve import LossCurve
from rnn_tui.timeline.run_state import RunState, curve_of
from rnn_tui.training.config import Config
from rnn_tui.training.evaluation import Evaluator
from rnn_tui.training.journal import Change
from rnn_tui.training.trainer import State, Trainer


@dataclass(frozen=True)
class Result:
    """A run at its newest epoch or, where patience ended it, at its best one.

    None is what is not known; numbers that are not finite are None, too.

    Attributes:
        epoch: that epoch.
        loss: over the training sequences, with its parameters, nats per symbol.
        accuracy: the same, 0 to 1.
        training_loss: the training curve's point there, nats per symbol.
        valid_loss: of the validation set, nats per symbol.
        first_solved_epoch: the first one of the training curve without a mistake.
        seconds: spent on training, in all sessions and on all branches.
        parameters_sha256: names its parameters.
    """

    epoch: int
    loss: float | None = None
    accuracy: float | None = None
    training_loss: float | None = None
    valid_loss: float | None = None
    first_solved_epoch: int | None = None
    seconds: float | None = None
    parameters_sha256: str | None = None

    def to_json(self) -> dict[str, Any]:
        """By name; the names are those of ``train --json``."""
        return asdict(self)


class Outcome(NamedTuple):
    """A kept run, as it is compared with others.

    Attributes:
        id: its name.
        config: what it is, but for the interventions.
        changes: the interventions on the branch that it was left on.
        result: what it has come to.
        curve: the training curve of that branch.
        note: what is missing, and why, one line; None if nothing is.
    """

    id: str
    config: Config
    changes: tuple[Change, ...]
    result: Result
    curve: LossCurve
    note: str | None = None


def result_of(folder: Path) -> Result:
    """What the run in a folder has come to.

    Raises:
        StoreError: if nothing can be told of it.
    """
    return outcome_of(folder).result


def outcome_of(folder: Path) -> Outcome:
    """The run in a folder; where its checkpoint cannot be used, what its history tells.

    Raises:
        StoreError: if not even its configuration is known.
    """
    use_one_thread()
    try:
        run, note = load_run(folder, allow_nonfinite=True)
    except StoreError as error:
        return _without_checkpoint(folder, error)
    branch = run.branches[run.current]
    state, result = branch.newest, None
    try:
        run = replace(run, config=with_data(folder, run.config))
        state = _end(folder, run)
        result = _evaluated(run.config, state)
    except StoreError as error:
        note = f"no loss and accuracy: {error}"
    curve = curve_of(run, branch, Curves(folder / HISTORY, run))
    result = replace(
        result or Result(state.epoch, valid_loss=finite(state.valid_loss)),
        training_loss=finite(state.training_loss),
        first_solved_epoch=curve.first_solved,
        seconds=run.seconds,
        parameters_sha256=Parameters(run.config.layout, state.parameters).sha256(),
    )
    return Outcome(folder.name, run.config, branch.interventions, result, curve, note)


def _evaluated(config: Config, state: State) -> Result:
    """What comes of evaluating the parameters of an epoch, as at the end of training."""
    trainer = Trainer(config)
    parameters = trainer.parameters_of(state)
    evaluator = Evaluator(trainer.dataset.training, config.symbols, config)
    evaluation = evaluator.evaluate(parameters)
    valid_loss = state.valid_loss if state.epoch else trainer.validate(parameters)[0]
    return Result(
        state.epoch,
        loss=finite(evaluation.loss),
        accuracy=finite(evaluation.accuracy),
        valid_loss=finite(valid_loss),
    )


def _end(folder: Path, run: RunState) -> State:
    """The newest epoch, or the best one where patience ended the run there."""
    newest = run.branches[run.current].newest
    if run.goal.patience is None or newest.epoch == run.shown_epoch:
        return newest
    navigator, _ = rebuilt(folder, run, DEFAULT_BUDGET)
    best = navigator.timeline.best_epoch
    if best is None or run.goal.reached(newest, best) != "patience":
        return newest
    navigator.go_to(best)
    while not navigator.resting:
        navigator.work()
    return navigator.state


def _without_checkpoint(folder: Path, error: StoreError) -> Outcome:
    info = info_of(folder)
    if info.config is None:
        raise error
    curve, valid_loss = LossCurve(), math.nan
    with suppress(StoreError), HistoryReader(folder / HISTORY) as history:
        known = history.epochs(0)
        last = int(known.epochs[-1]) if len(known.epochs) else 0
        curve = LossCurve.of(last, known.epochs, known.loss, known.accuracy)
        valid_loss = float(known.valid_loss[-1]) if last else math.nan
    result = Result(
        info.epochs,
        training_loss=finite(info.loss),
        valid_loss=finite(valid_loss),
        first_solved_epoch=info.first_solved_epoch,
    )
    is_new = info.held_by is not None and not has_checkpoint(folder)
    why = "it has no checkpoint yet" if is_new else str(error)
    return Outcome(folder.name, info.config, (), result, curve, f"only its curve is known: {why}")
