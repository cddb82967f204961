"""Makes a run again from its description, its interventions and its vectors."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from rnn_tui.storage.checkpoint.interventions import is_clip, is_rate, require_order
from rnn_tui.storage.disk.checks import InvalidValue, fields, items, number, require, text, whole
from rnn_tui.timeline.branch import Settings
from rnn_tui.timeline.run_state import BranchState, RunState
from rnn_tui.training.config import Config
from rnn_tui.training.journal import Intervention, Position
from rnn_tui.training.optimizers.optimizer import Vector
from rnn_tui.training.trainer import Partial, State

_BRANCH = {"parent", "fork", "name", "shared", "own", "base", "newest", "partial"}
_STATE = {"epoch", "previous", "training_loss", "training_accuracy"}
_MOST_REFERENCES = 2_000_000  # from branches to interventions, 16 MB


class Rebuilder:
    """Makes the run from the text, its interventions and its vectors.

    Args:
        config: of the run.
        updates: of an epoch.
        remembered: how many vectors the optimizer remembers.
        vectors: all of them, in the order of the text.
        changes: the interventions that each branch added, in the order of the text.
    """

    def __init__(
        self, config: Config, updates: int, remembered: int,
        vectors: Iterator[Vector], changes: Sequence[Intervention],
    ) -> None:  # fmt: skip
        self._config, self._updates, self._remembered = config, updates, remembered
        self._vectors, self._changes = vectors, changes
        self._taken = self._references = 0

    def run(self, values: dict[str, Any]) -> RunState:
        """The run.

        Raises:
            InvalidValue: what is wrong, the first thing found.
        """
        branches: list[BranchState] = []
        for value in items(values["branches"], "its branches"):
            branches.append(self._branch(value, branches))
        require(bool(branches), "it has no branch")
        require(next(self._vectors, None) is None, "it has vectors that belong to no state")
        require(self._taken == len(self._changes), "it has interventions that belong to no branch")
        current = whole(values["current"], "the branch shown", 0, len(branches) - 1)
        newest = branches[current].newest.epoch
        shown = whole(values["shown_epoch"], "the epoch shown", 0, newest)
        generator = values["generator"]
        require(isinstance(generator, dict), "its generator has no state")
        return RunState(self._config, tuple(branches), current, shown, generator)

    def _branch(self, value: object, before: list[BranchState]) -> BranchState:
        number = len(before)
        what = f"branch {number}"
        values = fields(value, what, _BRANCH, {"edits"})
        parent: BranchState | None = None
        if number == 0:
            require(values["parent"] is None, "branch 0 has a parent")
        else:
            wanted = whole(values["parent"], f"the parent of {what}")
            require(wanted < number, f"{what} left branch {wanted}, which is missing")
            parent = before[wanted]
        epoch, update = items(values["fork"], f"the fork of {what}", 2)
        last = 0 if parent is None else parent.newest.epoch
        fork = Position(
            whole(epoch, f"the epoch at which {what} begins", 0, last),
            whole(update, f"the update at which {what} begins", 0, self._updates if parent else 0),
        )
        interventions = self._interventions(values, what, parent)
        base = None if values["base"] is None else self._state(values["base"], f"{what}'s base")
        newest = self._state(values["newest"], what)
        require(newest.epoch >= fork.epoch, f"{what} ends before it begins")
        require(base is None or base.epoch <= newest.epoch, f"{what} ends before its base")
        partial = None
        if values["partial"] is not None:
            partial = self._partial(values["partial"], what, newest.epoch)
        name = text(values["name"], f"the name of {what}")
        return BranchState(
            number, None if parent is None else parent.number, fork, name, interventions,
            base, newest, partial, self._edits(values.get("edits", []), what, newest.epoch),
        )  # fmt: skip

    def _edits(self, value: object, what: str, newest: int) -> dict[int, Settings]:
        edits = {}
        for edit in items(value, f"the settings that wait in {what}"):
            epoch, rate, clip = items(edit, f"a setting that waits in {what}", 3)
            epoch = whole(epoch, f"the epoch of a setting that waits in {what}", 0, newest)
            rate = number(rate, f"a learning rate that waits in {what}")
            clip = None if clip is None else number(clip, f"a clipping that waits in {what}")
            require(is_rate(rate) and is_clip(clip), f"a setting that waits in {what} cannot be")
            edits[epoch] = Settings(rate, clip)
        return edits

    def _interventions(
        self, values: dict[str, Any], what: str, parent: BranchState | None
    ) -> tuple[Intervention, ...]:
        known = () if parent is None else parent.interventions
        shared = whole(values["shared"], f"what {what} shares with its parent", 0, len(known))
        left = len(self._changes) - self._taken
        own = whole(values["own"], f"the number of interventions in {what}", 0, left)
        self._references += shared + own
        require(self._references <= _MOST_REFERENCES, "it has too many interventions")
        start, self._taken = self._taken, self._taken + own
        interventions = (*known[:shared], *self._changes[start : self._taken])
        require_order(interventions[max(0, shared - 1) :])  # what is shared is in order
        return interventions

    def _state(self, value: object, what: str) -> State:
        values = fields(value, what, _STATE)
        require(isinstance(values["previous"], bool), f"{what} is not described")
        return State(
            epoch=whole(values["epoch"], f"the epoch of {what}"),
            parameters=self._vector(),
            previous=self._vector() if values["previous"] else None,
            optimizer=self._optimizer(),
            training_loss=number(values["training_loss"], f"the loss of {what}"),
            training_accuracy=number(values["training_accuracy"], f"the accuracy of {what}"),
        )

    def _partial(self, value: object, what: str, epoch: int) -> Partial:
        values = fields(value, f"the progress of {what}", {"update", "terms"})
        update = whole(values["update"], f"the update of {what}", 1, self._updates)
        loss, correct = items(values["terms"], f"the sums of {what}", 2)
        terms = (number(loss, f"the sum of {what}"), whole(correct, f"the count of {what}"))
        return Partial(Position(epoch, update), self._vector(), self._optimizer(), terms)

    def _vector(self) -> Vector:
        vector = next(self._vectors, None)
        if vector is None:
            raise InvalidValue("it has fewer vectors than its states need")
        return vector

    def _optimizer(self) -> tuple[Vector, ...]:
        return tuple(self._vector() for _ in range(self._remembered))
