"""Makes a run from its description and its vectors.

A digest says that rnn-tui wrote the file, or somebody who wants it to look so. What is checked
is what would crash or hang the program later; where a value is missing or of another type,
Python's own exception says so, and `read_checkpoint` makes one line of it.
"""

import math
from collections.abc import Iterator
from itertools import islice
from typing import Any

from rnn_tui.model.buffers import Array
from rnn_tui.model.option import is_number
from rnn_tui.storage.checkpoint.changes import MOST_SHARED, check_value, from_rows
from rnn_tui.storage.checkpoint.vectors import carried_states, optimizer_vectors
from rnn_tui.storage.disk.checks import InvalidValue, brief, require, whole
from rnn_tui.timeline.run_state import BranchState, RunState
from rnn_tui.training.config import Config
from rnn_tui.training.goals import Goal
from rnn_tui.training.journal import Change, Journal, Position
from rnn_tui.training.optimizers.optimizer import Vector
from rnn_tui.training.settings.setting import Settings
from rnn_tui.training.trainer import Partial, State


class Decoder:
    """Takes one vector after another as the description names them."""

    def __init__(self, config: Config, vectors: Iterator[Vector], carried: Iterator[Array]) -> None:
        self._config, self._vectors, self._states = config, vectors, carried
        self._carried = carried_states(config)
        self._updates, self._remembered = config.updates_per_epoch, optimizer_vectors(config)
        self._references = 0  # to interventions, of all branches

    def run(self, values: dict[str, Any]) -> RunState:
        """The run with this description."""
        branches: list[BranchState] = []
        for value in values["branches"]:
            branches.append(self._branch(value, branches))
        require(next(self._vectors, None) is None, "it has vectors that belong to no state")
        require(next(self._states, None) is None, "it has carried states that nothing goes on with")
        current = whole(values["current"], "the branch shown", 0, len(branches) - 1)
        newest = branches[current].newest.epoch
        return RunState(
            config=self._config,
            branches=tuple(branches),
            current=current,
            shown_epoch=whole(values["shown_epoch"], "the epoch shown", 0, newest),
            engine=whole(values["engine"], "its engine", 1),
            goal=Goal.from_json(values.get("goal", {})).check(self._config),
            seconds=_seconds(values.get("seconds")),
        )

    def _branch(self, value: dict[str, Any], before: list[BranchState]) -> BranchState:
        number = len(before)
        what = f"branch {number}"
        parent: BranchState | None = None
        if number > 0:
            parent = before[whole(value["parent"], f"the parent of {what}", 0, number - 1)]
        epoch, update = value["fork"]
        fork = Position(
            whole(epoch, f"the fork of {what}", 0, parent.newest.epoch if parent else 0),
            whole(update, f"the update of {what}'s fork", 0, self._updates if parent else 0),
        )
        changes = self._changes(value, parent)
        base = None if value["base"] is None else self._state(value["base"])
        newest = self._state(value["newest"])
        first = fork.epoch if base is None else base.epoch
        require(max(first, fork.epoch) <= newest.epoch, f"{what} ends before it begins")
        partial = None if value["partial"] is None else self._partial(value["partial"], newest)
        return BranchState(
            number, None if parent is None else parent.number, fork, str(value["name"]), changes,
            base, newest, partial, self._edits(value["edits"], changes, newest),
        )  # fmt: skip

    def _changes(self, value: dict[str, Any], parent: BranchState | None) -> tuple[Change, ...]:
        known = () if parent is None else parent.interventions
        shared = known[: whole(value["shared"], "the number of shared changes", 0, len(known))]
        changes = shared + from_rows(value["changes"], self._updates, self._config.tensors)
        self._references += len(changes)
        require(self._references <= MOST_SHARED, "its branches have too many changes")
        positions = [change.position for change in changes]
        require(positions == sorted(positions), "its changes are not in order")
        return changes

    def _edits(
        self, values: dict[str, Any], changes: tuple[Change, ...], newest: State
    ) -> dict[int, Settings]:
        """Settings that wait for their update; those not mentioned are as the journal has them."""
        edits: dict[int, Settings] = {}
        if not values:
            return edits
        journal = Journal(self._config.settings, changes)
        for key, edit in values.items():
            epoch = whole(int(key), "the epoch of a setting that waits", 0, newest.epoch)
            checked = {n: check_value(n, value, self._config.tensors) for n, value in edit.items()}
            edits[epoch] = {**journal.at(Position(epoch)), **checked}
        return edits

    def _state(self, value: dict[str, Any]) -> State:
        return State(
            epoch=whole(value["epoch"], "an epoch"),
            parameters=self._vector(),
            previous=self._vector() if value["previous"] else None,
            optimizer=self._memory(),
            training_loss=float(value["training_loss"]),
            training_accuracy=float(value["training_accuracy"]),
            valid_loss=float(value.get("valid_loss", math.nan)),
            valid_accuracy=float(value.get("valid_accuracy", math.nan)),
        )

    def _partial(self, value: dict[str, Any], newest: State) -> Partial:
        update = whole(value["update"], "the update under way", 1, self._updates)
        loss, correct = value["terms"]
        position = Position(newest.epoch, update)
        terms = float(loss), whole(correct, "the number of right predictions")
        carried = tuple(islice(self._states, self._carried))
        require(len(carried) == self._carried, "it lacks the state carried along the text")
        return Partial(position, self._vector(), self._memory(), terms, carried)

    def _memory(self) -> tuple[Vector, ...]:
        return tuple(self._vector() for _ in range(self._remembered))

    def _vector(self) -> Vector:
        vector = next(self._vectors, None)
        if vector is None:
            raise InvalidValue("it has fewer vectors than its states need")
        return vector


def _seconds(value: object) -> float | None:
    """The training time; None where an older rnn-tui did not keep it."""
    if value is None:
        return None
    if not is_number(value) or value < 0:
        raise InvalidValue(f"its training time is {brief(value)}")
    return float(value)
