"""The plain model that `test_any_way.py` compares the navigator with: it keeps every update."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import pytest

from rnn_tui.model.interruption import Interrupted
from rnn_tui.training.config import Config
from rnn_tui.training.journal import Journal, Position
from rnn_tui.training.settings.setting import Settings, Value
from rnn_tui.training.trainer import Partial, State, Trainer
from rnn_tui.training.weights import parse_weights, set_to_zero


@dataclass(frozen=True, eq=False)
class Epoch:
    """The end of an epoch."""

    parameters: Any
    loss: float
    solved: bool = False


@dataclass(frozen=True, eq=False)
class Updated:
    """What one update made, and what was predicted just before it: nats, and how many right."""

    parameters: Any
    loss: float
    right: int


class Rule:
    """(parameters, number of the update in its epoch, settings) → what the update makes."""

    def __init__(self, config: Config) -> None:
        self._trainer = Trainer(config)
        self.updates = self._trainer.updates_per_epoch
        self.symbols = self._trainer.symbols_per_epoch

    def zeroed(self, parameters: Any, weights: Value) -> Any:
        """A copy in which these weights are zero."""
        copy = parameters.copy()
        if weights is not None:
            named = parse_weights(str(weights), self._trainer.layout.tensors)
            set_to_zero(self._trainer.parameters_of(State(0, copy, None, (), 0, 0)), named)
        return copy

    def __call__(self, parameters: Any, update: int, settings: Settings) -> Updated:
        trainer = self._trainer
        start = self.zeroed(parameters, settings["hold"])
        state = State(1, start, start, (), 0, 0)
        partial = Partial(Position(1, update), start, (), (0.0, 0)) if update else None
        trainer.journal = Journal(settings)
        trainer.restore(state, partial)
        make_updates(trainer, 1)
        if (made := trainer.partial()) is not None:
            return Updated(made.parameters, *made.terms)
        end = trainer.state
        loss, right = end.training_loss * self.symbols, end.training_accuracy * self.symbols
        return Updated(end.parameters, loss, round(right))


rule_of = cache(Rule)


def make_updates(trainer: Trainer, count: int) -> None:
    """Make so many updates, at most to the end of the epoch."""
    polls = iter(range(count + 1))

    def poll() -> None:
        if next(polls) == count:
            raise Interrupted

    if trainer.update + count == trainer.updates_per_epoch:
        trainer.advance(poll)
    else:
        with pytest.raises(Interrupted):
            trainer.advance(poll)


def live(trainer: Trainer) -> Any:
    """The parameters that the next update changes."""
    partial = trainer.partial()
    return trainer.state.parameters if partial is None else partial.parameters


@dataclass
class PlainBranch:
    """One branch, with all it shares.

    Attributes:
        rule: makes an update.
        epochs: epoch 0, 1, 2, …
        used: the settings of every update made, by epoch.
        under_way: the updates made beyond the newest epoch.
        now: the settings of the next one.
        waiting: settings set at an epoch in the past, until an update is made with them.
    """

    rule: Rule
    epochs: list[Epoch]
    used: list[list[Settings]]
    under_way: list[Updated]
    now: Settings
    waiting: dict[int, Settings] = field(default_factory=dict)

    @property
    def newest(self) -> int:
        return len(self.epochs) - 1

    @property
    def end(self) -> Position:
        return Position(self.newest, len(self.under_way))

    def recorded(self, position: Position) -> Settings:
        return self.used[position.epoch][position.update] if position < self.end else self.now

    def shown(self, position: Position) -> Settings:
        return self.waiting.get(position.epoch, self.recorded(position))

    def updates_before(self, position: Position) -> list[Updated]:
        """Those of its epoch, made again."""
        parameters, made = self.epochs[position.epoch].parameters, []
        for update, using in enumerate(self.used[position.epoch][: position.update]):
            made.append(self.rule(parameters, update, using))
            parameters = made[-1].parameters
        return made

    def parameters_at(self, position: Position) -> Any:
        made = self.updates_before(position)
        return made[-1].parameters if made else self.epochs[position.epoch].parameters

    def set(self, position: Position, settings: Settings) -> None:
        if position == self.end:
            self.now = settings
        elif settings == self.recorded(position):
            self.waiting.pop(position.epoch, None)
        else:
            self.waiting[position.epoch] = settings

    def train_until(self, position: Position) -> None:
        while self.end < position:
            made = self.rule(self.parameters_at(self.end), len(self.under_way), self.now)
            self.under_way.append(made)
            self.used[-1].append(self.now)
            if len(self.under_way) == self.rule.updates:
                loss = sum(update.loss for update in self.under_way) / self.rule.symbols
                right = sum(update.right for update in self.under_way)
                self.epochs.append(Epoch(made.parameters, loss, right == self.rule.symbols))
                self.used.append([])
                self.under_way = []

    def forked(self, position: Position, settings: Settings) -> "PlainBranch":
        self.waiting.pop(position.epoch, None)
        epoch, update = position
        return PlainBranch(
            self.rule,
            self.epochs[: epoch + 1],
            [*map(list, self.used[:epoch]), self.used[epoch][:update]],
            self.updates_before(position),
            settings,
        )


class PlainRun:
    """All branches, and the one it is on."""

    def __init__(self, config: Config) -> None:
        start = Epoch(Trainer(config).state.parameters.copy(), float("nan"))
        self.branches = [PlainBranch(rule_of(config), [start], [[]], [], config.settings)]
        self.current = 0

    @property
    def branch(self) -> PlainBranch:
        return self.branches[self.current]

    def walk(self, start: Position, end: Position) -> None:
        """Through the known future, then onwards; settings that wait on the way come true."""
        position = start
        while position < end:
            if position.epoch in self.branch.waiting:
                self._fork(position, self.branch.waiting[position.epoch])
            position = min(end, Position(position.epoch + 1))
            self.branch.train_until(position)

    def set(self, position: Position, change: Mapping[str, Value]) -> bool:
        """Change a setting; whether that begins a branch, because it changes the weights."""
        wanted = {**self.branch.shown(position), **change}
        shown = [self.branch.epochs[position.epoch].parameters, self.branch.parameters_at(position)]
        if any((self.branch.rule.zeroed(p, wanted["hold"]) != p).any() for p in shown):
            self._edit(position, wanted, wanted["hold"])
            return True
        self.branch.set(position, wanted)
        return False

    def zero(self, position: Position, weights: str) -> None:
        self._edit(position, self.branch.shown(position), weights)

    def _edit(self, position: Position, settings: Settings, zeroed: Value) -> None:
        self._fork(Position(position.epoch), settings)
        epoch = self.branch.epochs[-1]
        edited = self.branch.rule.zeroed(epoch.parameters, zeroed)
        self.branch.epochs[-1] = Epoch(edited, epoch.loss, epoch.solved)

    def _fork(self, position: Position, settings: Settings) -> None:
        self.branches.append(self.branch.forked(position, settings))
        self.current = len(self.branches) - 1
