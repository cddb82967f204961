"""What the screen may see of one moment: copies and plain values, never live arrays."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from rnn_tui.timeline.loss_curve import Reduced
from rnn_tui.training.config import Config
from rnn_tui.training.evaluation import Evaluation
from rnn_tui.training.journal import Intervention

Activity = Literal["paused", "running", "replaying", "going", "diverged"]
Severity = Literal["information", "warning", "error"]


class TensorView(NamedTuple):
    """One tensor at the epoch shown.

    Attributes:
        name: its letter, such as ``W``.
        role: what it connects, such as ``x→h``; empty for a bias.
        shape: rows and columns, or how many numbers.
        norm: ‖P‖.
        trace: (n,) norms at epochs spread over the past, the oldest first.
        gradient_norm: ‖∂L/∂P‖, summed over time, averaged over the sequences.
        update_ratio: ‖P_N − P_N−1‖ / ‖P_N‖; None at epoch 0, or where P is zero.
    """

    name: str
    role: str
    shape: tuple[int, ...]
    norm: float
    trace: NDArray[np.float64]
    gradient_norm: float
    update_ratio: float | None


@dataclass(frozen=True, eq=False)
class SequenceSeen:
    """One training sequence under the parameters shown.

    Attributes:
        index: its number, from 0.
        count: how many there are.
        inputs: (T,) symbols as they are written.
        targets: (T,) symbols as they are written.
        predictions: (T,) symbols as they are written.
        confidence: (T,) probability of each predicted symbol.
        gradient_norms: (T,) ‖∂L/∂s_h,t‖ of this sequence's loss.
    """

    index: int
    count: int
    inputs: tuple[str, ...]
    targets: tuple[str, ...]
    predictions: tuple[str, ...]
    confidence: NDArray[np.float64]
    gradient_norms: NDArray[np.float64]


class BranchView(NamedTuple):
    """One branch of the run.

    Attributes:
        number: counts the branches from 0.
        name: for the user.
        parent: number of the branch it left, None for the first.
        fork: the epoch at which it left it, 0 for the first.
        newest: its newest epoch.
        changes: all interventions that led there.
        curve: its training curve from the fork on.
    """

    number: int
    name: str
    parent: int | None
    fork: int
    newest: int
    changes: tuple[Intervention, ...]
    curve: Reduced


@dataclass(frozen=True, eq=False)
class Observation:
    """Everything that is a function of the parameters of one epoch, and of its past.

    Attributes:
        epoch: the epoch shown.
        newest: the newest epoch reached when this was seen.
        evaluation: loss and accuracy with exactly these parameters.
        evaluated_on: how many sequences that is over.
        tensors: norms.
        sequence: the sequence shown.
        curve: the training curve of the whole run.
        first_solved: the first epoch whose training curve had no mistake, if any.
        learning_rate: what the next update will use.
        clip: largest norm of the gradient in the next update; None for no limit.
        changes: interventions so far.
        branches: all of the run, by number.
        branch: number of the one shown.
    """

    epoch: int
    newest: int
    evaluation: Evaluation
    evaluated_on: int
    tensors: tuple[TensorView, ...]
    sequence: SequenceSeen
    curve: Reduced
    first_solved: int | None
    learning_rate: float
    clip: float | None
    changes: tuple[Intervention, ...]
    branches: tuple[BranchView, ...]
    branch: int


@dataclass(frozen=True)
class Notice:
    """Something to tell the user once.

    Attributes:
        number: counts up, so that the same words twice are two notices.
        severity: information, warning or error.
    """

    number: int
    text: str
    severity: Severity = "information"


@dataclass(frozen=True, eq=False)
class Snapshot:
    """One moment of a session.

    Attributes:
        config: of the run.
        task_title: such as ``successor mod 3``.
        task_note: one line about the task.
        chance: nats per symbol, if known, and how it is written.
        optimum: nats per symbol, if known.
        activity: what the session is doing.
        target: the epoch it is on its way to, if any.
        pace: epochs per second wanted; None is unlimited.
        measured: epochs per second reached; None while paused.
        remaining: seconds until the target, if there is one and it can be told.
        observation: the epoch shown.
        notice: the last thing told.
    """

    config: Config
    task_title: str
    task_note: str
    chance: float | None
    chance_label: str
    optimum: float | None
    activity: Activity
    target: int | None
    pace: float | None
    measured: float | None
    remaining: float | None
    observation: Observation
    notice: Notice | None = field(default=None)
