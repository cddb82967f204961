"""A whole run as one value: enough to go on with the same bits, on every branch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from rnn_tui.training.config import Config
from rnn_tui.training.journal import Intervention, Position
from rnn_tui.training.timeline import Settings
from rnn_tui.training.trainer import Partial, State


@dataclass(frozen=True, eq=False)
class BranchState:
    """One future.

    Attributes:
        number: counts the branches of a run from 0.
        parent: the branch it left, None for the first.
        fork: where it left its parent; (0, 0) for the first.
        name: given by the user, or made up.
        interventions: all that led here, from epoch 0 on, the parent's before the fork too.
        base: the state at the fork where weights were changed by hand, else None.
        newest: the newest epoch reached.
        partial: the progress beyond it.
        edits: settings changed at past epochs, whose next update has not been made.
    """

    number: int
    parent: int | None
    fork: Position
    name: str
    interventions: tuple[Intervention, ...]
    base: State | None
    newest: State
    partial: Partial | None
    edits: Mapping[int, Settings] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class RunState:
    """A run.

    Attributes:
        config: everything needed to repeat it, but for the interventions.
        branches: by number.
        current: number of the branch on the screen.
        shown_epoch: the epoch on the screen.
        generator: state of the generator that drew the sequences, plain JSON values.
    """

    config: Config
    branches: tuple[BranchState, ...]
    current: int
    shown_epoch: int
    generator: dict[str, Any]
