"""What the screen may see of one moment: copies and plain values, never live arrays."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple, TypeVar, cast

from rnn_tui.model.parameters import Tensor
from rnn_tui.session.lenses.curves import BranchView
from rnn_tui.session.lenses.lens import Lens, Scene
from rnn_tui.tasks.task import Task
from rnn_tui.timeline.loss_curve import Buckets
from rnn_tui.training.config import Config
from rnn_tui.training.evaluation import Evaluation
from rnn_tui.training.goals import NO_GOAL, Goal
from rnn_tui.training.journal import Change
from rnn_tui.training.settings.setting import Settings

Activity = Literal["paused", "running", "replaying", "going", "diverged"]
Severity = Literal["information", "warning", "error"]
T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class Observation:
    """Everything that is a function of the parameters of one epoch, and of its past.

    Attributes:
        epoch: the epoch shown.
        newest: the newest epoch reached when this was seen.
        evaluation: loss and accuracy with exactly these parameters.
        mistakes: how many scored symbols are wrong that can be known.
        evaluated_on: how many sequences that is over.
        valid_loss: of the validation set, nats per symbol; None without one.
        curve: the training curve of the whole run.
        valid_curve: its validation curve; None before there is a point of it.
        settings: what the next update will use.
        rate_factor: what the schedule multiplies the learning rate of that update by.
        changes: interventions so far.
        branches: all of the run, by number.
        branch: number of the one shown.
        tensors: names, roles and shapes of the weights.
        first_solved: the first epoch in which every prediction of the training curve was right;
            None if there is none.
        sequence: index of the sequence shown.
        step: the time step of it that is looked at, from 0.
        sequences: how many there are.
        seen: what the lenses saw.
    """

    epoch: int
    newest: int
    evaluation: Evaluation
    mistakes: int
    evaluated_on: int
    valid_loss: float | None
    curve: Buckets
    valid_curve: Buckets | None
    settings: Settings
    rate_factor: float
    changes: tuple[Change, ...]
    branches: tuple[BranchView, ...]
    branch: int
    tensors: tuple[Tensor, ...]
    first_solved: int | None
    sequence: int
    step: int
    sequences: int
    seen: Mapping[Lens, object]

    def see(self, lens: Callable[[Scene], T]) -> T:
        """What a lens saw.

        Raises:
            KeyError: if nobody asked for it; see `commands.Watch`.
        """
        return cast(T, self.seen[lens])


class Ghost(NamedTuple):
    """The training curve of another run, to compare with.

    Attributes:
        name: such as ``before r``, ``seed 1``, or that of a kept run.
        curve: all of it.
        label: what the chart calls it: of a kept run rather its learning rate than its name.
        is_kept: whether it is of a kept run, laid over by hand.
        kind: then its task and cell, such as ``successor mod 3`` and ``rnn 10``.
    """

    name: str
    curve: Buckets
    label: str
    is_kept: bool = False
    kind: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Notice:
    """Something to tell the user once; the same words twice are two notices.

    Attributes:
        text: what is told.
        severity: how much it matters.
        shorter: what is told where that does not fit, the longest text first.
    """

    text: str
    severity: Severity = "information"
    shorter: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Snapshot:
    """One moment of a session.

    Attributes:
        config: of the run.
        task: what is trained.
        activity: what the session is doing.
        target: the epoch it is on its way to, if any.
        pace: epochs per second wanted; None is unlimited.
        measured: epochs per second reached; None while paused.
        remaining: seconds until the target, if there is one and it can be told.
        observation: the epoch shown.
        notice: the last thing told, while it is true.
        is_stored: whether nothing is missing on disk that should be there.
        executed: how many of the commands sent have been executed or dropped.
        run: name under which the run is kept, if it is yet.
        opened_at: the newest epoch of a run that was opened, when that was; 0 for a new one.
        is_current: whether the observation shows all that was asked for; else one that does follows
            at once.
        ghosts: curves of other runs to compare with, the latest last.
        goal: what of the run's goal is ahead: where running pauses.
    """

    config: Config
    task: Task
    activity: Activity
    target: int | None
    pace: float | None
    measured: float | None
    remaining: float | None
    observation: Observation
    notice: Notice | None = None
    is_stored: bool = True
    executed: int = 0
    run: str | None = None
    opened_at: int = 0
    is_current: bool = True
    ghosts: tuple[Ghost, ...] = ()
    goal: Goal = NO_GOAL
