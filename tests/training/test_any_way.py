"""Whatever the way through time: the navigator against a model that keeps every update."""

from dataclasses import dataclass, field, replace
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnn_tui.model.batch import Batch
from rnn_tui.model.interruption import Interrupted
from rnn_tui.model.network import network_for
from rnn_tui.model.parameters import Parameters
from rnn_tui.timeline.branch import Settings
from rnn_tui.timeline.navigator import Navigator
from rnn_tui.training.config import Config
from rnn_tui.training.journal import Position
from rnn_tui.training.trainer import Trainer

RUN = Config.of(sequences=5, length=3, hidden=3, batch=2, lr=0.05)
TINY = 9_000  # bytes: only some of the epochs are kept

# The plain model.


@dataclass(frozen=True, eq=False)
class Epoch:
    """The end of an epoch."""

    parameters: Any
    loss: float
    solved: bool = False


@dataclass(frozen=True, eq=False)
class Updated:
    """What one update made, and what was predicted just before it."""

    parameters: Any
    loss: float
    right: int


class Rule:
    """(parameters, number of the update in its epoch, settings) → parameters."""

    def __init__(self, config: Config) -> None:
        inputs, targets, alphabet = Trainer(config).sequences
        cuts = [slice(i, i + config.batch) for i in range(0, len(inputs), config.batch)]
        self.batches = [Batch.of_sequences(inputs[c], targets[c], len(alphabet)) for c in cuts]
        self.symbols = inputs.size
        self.network = network_for(config.batch, len(alphabet), config.hidden, config.dtype)
        self.gradient = Parameters.zeros(self.network.layout, config.dtype)

    def __call__(self, parameters: Any, update: int, settings: Settings) -> Updated:
        network, batch = self.network, self.batches[update]
        weights = Parameters(network.layout, parameters)
        outputs = network.forward(weights, batch)
        network.backward(weights, batch, self.gradient)
        targets, logits = batch.targets.ravel(), outputs.logits.reshape(batch.symbols, -1).T
        of_targets = logits[np.arange(len(targets)), targets]
        losses = np.log(np.exp(logits - logits.max(1)[:, None]).sum(1))
        losses += logits.max(1) - of_targets
        gradient, norm = self.gradient.flat, float(np.linalg.norm(self.gradient.flat))
        if settings.clip is not None and norm > settings.clip:
            gradient = gradient * (settings.clip / norm)
        return Updated(
            parameters - settings.rate * gradient,
            float(losses.sum()),
            int((logits.argmax(1) == targets).sum()),
        )


rule_of = cache(Rule)


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
            if len(self.under_way) == len(self.rule.batches):
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
        trainer = Trainer(config)
        self.layout = trainer.layout
        start = Epoch(trainer.state.parameters.copy(), float("nan"))
        settings = Settings(config.lr, config.clip)
        self.branches = [PlainBranch(rule_of(config), [start], [[]], [], settings)]
        self.current = 0

    @property
    def branch(self) -> PlainBranch:
        return self.branches[self.current]

    def fork(self, position: Position, settings: Settings) -> None:
        self.branches.append(self.branch.forked(position, settings))
        self.current = len(self.branches) - 1

    def walk(self, start: Position, end: Position) -> None:
        """Through the known future, then onwards; settings that wait on the way come true."""
        position = start
        while position < end:
            if position.epoch in self.branch.waiting:
                self.fork(position, self.branch.waiting[position.epoch])
            position = min(end, Position(position.epoch + 1))
            self.branch.train_until(position)

    def zero(self, position: Position, tensor: str, where: tuple[int, ...]) -> None:
        self.fork(Position(position.epoch), self.branch.shown(position))
        epoch = self.branch.epochs[-1]
        edited = epoch.parameters.copy()
        Parameters(self.layout, edited)[tensor][where] = 0
        self.branch.epochs[-1] = Epoch(edited, epoch.loss, epoch.solved)


# The navigator beside it.


class Checked:
    """Both, compared after every command."""

    def __init__(self, config: Config, budget: int) -> None:
        self.navigator = Navigator(Trainer(config), budget)
        self.plain = PlainRun(config)

    @property
    def position(self) -> Position:
        return self.navigator.trainer.position

    def work(self, interrupt_at: int | None) -> None:
        """To the end of the way, or left there half-way."""
        polls = iter(range(10_000))

        def poll() -> None:
            if next(polls) == interrupt_at:
                raise Interrupted

        start = self.navigator.epoch
        try:
            for _ in range(200):
                if self.navigator.resting:
                    break
                if self.navigator.running and self.navigator.epoch >= start + 4:
                    break
                self.navigator.work(poll)
            else:
                raise AssertionError("the way has no end")
        except Interrupted:
            pass
        self.navigator.rest()

    # Commands.

    def walk(self, epochs: int, interrupt_at: int | None) -> None:
        start = self.position
        self.navigator.step(epochs)
        self.work(interrupt_at)
        self.plain.walk(start, self.position)
        if interrupt_at is None:
            assert self.navigator.epoch == start.epoch + epochs

    def run(self, interrupt_at: int | None) -> None:
        start = self.position
        self.navigator.run()
        assert self.navigator.running
        self.work(interrupt_at)
        self.plain.walk(start, self.position)

    def go_to(self, epoch: int, interrupt_at: int | None) -> None:
        end = self.plain.branch.end
        self.navigator.go_to(epoch)
        self.work(interrupt_at)
        self.plain.walk(end, self.position)
        if interrupt_at is None:
            assert self.navigator.epoch == epoch

    def step_back(self, epochs: int, interrupt_at: int | None) -> None:
        target = max(0, self.navigator.epoch - epochs)
        self.navigator.step(-epochs)
        self.work(interrupt_at)
        assert self.navigator.epoch <= target
        if interrupt_at is None:
            assert self.navigator.epoch == target

    def visit(self, which: int, interrupt_at: int | None) -> None:
        number, epoch = which % len(self.plain.branches), self.navigator.epoch
        self.navigator.visit(number)
        self.work(interrupt_at)
        self.plain.current = number
        if interrupt_at is None:
            assert self.navigator.epoch == min(epoch, self.plain.branch.newest)

    def scale_rate(self, factor: float) -> None:
        shown = self.plain.branch.shown(self.position)
        wanted = shown._replace(rate=shown.rate * factor)
        assert self.navigator.set_rate(wanted.rate) == wanted.rate
        self.plain.branch.set(self.position, wanted)

    def change_back_there(self, back: int, factor: float, interrupt_at: int | None) -> None:
        self.step_back(back, None)
        self.scale_rate(factor)
        self.walk(3, interrupt_at)

    def clip(self, norm: float | None) -> None:
        wanted = self.plain.branch.shown(self.position)._replace(clip=norm)
        self.navigator.set_clip(norm)
        self.plain.branch.set(self.position, wanted)

    def zero(self, tensor: str, where: tuple[int, ...]) -> None:
        self.plain.zero(self.position, tensor, where)
        self.navigator.zero(tensor, where)
        assert self.navigator.resting
        assert not self.navigator.trainer.parameters_of(self.navigator.state)[tensor][where].any()

    # What must be so.

    def check(self) -> None:
        navigator, branch = self.navigator, self.plain.branch
        state, position = navigator.state, self.position
        assert navigator.timeline is navigator.timelines[self.plain.current]
        assert navigator.settings == branch.shown(position)
        shown = branch.epochs[navigator.epoch]
        assert np.array_equal(state.parameters, shown.parameters)
        assert state.training_loss == pytest.approx(shown.loss, rel=1e-12, nan_ok=True)
        if navigator.epoch:
            before = branch.epochs[navigator.epoch - 1].parameters
            assert state.previous is not None and np.array_equal(state.previous, before)
        if navigator.epoch == branch.newest:
            assert position == branch.end
        live = navigator.trainer._parameters.flat
        assert np.array_equal(live, branch.parameters_at(position))
        assert len(navigator.timelines) == len(self.plain.branches)
        for number in range(len(self.plain.branches)):
            self.check_branch(number)

    def check_branch(self, number: int) -> None:
        """What is known of a branch, wherever one is."""
        timeline, branch = self.navigator.timelines[number], self.plain.branches[number]
        assert (timeline.number, timeline.newest) == (number, branch.newest)
        assert timeline.edits == branch.waiting
        assert timeline.history.epochs == branch.newest
        losses = [epoch.loss for epoch in branch.epochs[1:]]
        assert timeline.history.reduced().last.tolist() == pytest.approx(losses, rel=1e-12)
        solved = [number for number, epoch in enumerate(branch.epochs) if epoch.solved]
        assert timeline.history.first_solved == (solved[0] if solved else None)
        for epoch in range(branch.newest + 1):
            kept = timeline.nearest(epoch)
            assert kept.epoch <= epoch
            assert np.array_equal(kept.parameters, branch.epochs[kept.epoch].parameters)
        positions = [change.position for change in timeline.changes()]
        assert all(one <= other for one, other in pairwise(positions))

    def check_that_every_branch_can_be_visited(self) -> None:
        for number, branch in enumerate(self.plain.branches):
            self.visit(number, None)
            for epoch in (0, branch.newest // 2, branch.newest):
                self.go_to(epoch, None)
                self.check()

    def check_that_the_journals_repeat_the_run(self) -> None:
        """What ``rnn-tui replay`` does."""
        for timeline, branch in zip(self.navigator.timelines, self.plain.branches, strict=True):
            trainer = Trainer(self.navigator.trainer.config)
            trainer.journal = timeline.journal
            # Weights set to zero at an epoch are zero in it; at epoch 0 from the first update on.
            for epoch in branch.epochs[1:]:
                state = trainer.advance()
                assert np.array_equal(state.parameters, epoch.parameters)
            assert timeline.history.reduced().last[-1:].tolist() == (
                [trainer.state.training_loss] if branch.newest else []
            )
            interrupt_at(trainer, len(branch.under_way))
            assert np.array_equal(trainer._parameters.flat, branch.parameters_at(branch.end))


def interrupt_at(trainer: Trainer, updates: int) -> None:
    """Make so many updates of the next epoch."""
    polls = iter(range(updates + 1))

    def poll() -> None:
        if next(polls) == updates:
            raise Interrupted

    with pytest.raises(Interrupted):
        trainer.advance(poll)


POLLS = st.one_of(st.none(), st.integers(0, 6), st.integers(0, 30))
COMMANDS = st.one_of(
    st.tuples(st.just("walk"), st.integers(1, 12), POLLS),
    st.tuples(st.just("run"), POLLS),
    st.tuples(st.just("go_to"), st.integers(0, 45), POLLS),
    st.tuples(st.just("step_back"), st.integers(1, 12), POLLS),
    st.tuples(st.just("visit"), st.integers(0, 9), POLLS),
    st.tuples(st.just("scale_rate"), st.sampled_from([0.5, 2.0])),
    st.tuples(
        st.just("change_back_there"),
        st.integers(1, 5),
        st.sampled_from([0.5, 2.0]),
        st.one_of(st.none(), st.integers(0, 6)),
    ),
    st.tuples(st.just("clip"), st.sampled_from([None, 0.5, 2.0])),
    st.tuples(st.just("zero"), st.sampled_from(["U", "W", "V", "b_h", "b_o"]), st.just(())),
    st.tuples(
        st.just("zero"),
        st.sampled_from(["U", "W", "V"]),
        st.sampled_from([(0,), (2,), (1, 2), (2, 0)]),
    ),
)


@pytest.mark.parametrize("at_steps", [False, True], ids=["between updates", "at time steps"])
def test_whatever_the_way_an_epoch_is_what_plain_training_makes_of_it(
    effort: int, at_steps: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if at_steps:
        monkeypatch.setattr("rnn_tui.training.trainer._LONG_UPDATE", 0)

    @settings(max_examples=30 if effort == 1 else 500, deadline=None)
    @given(
        options=st.sampled_from([{"batch": 1}, {"batch": 2}, {"batch": 2, "symbols": 17}]),
        budget=st.sampled_from([1, TINY, 10**7]),
        commands=st.lists(COMMANDS, min_size=10, max_size=25),
    )
    def holds(options: dict[str, Any], budget: int, commands: list[tuple[Any, ...]]) -> None:
        checked = Checked(replace(RUN, **options), budget)
        for name, *arguments in commands:
            getattr(checked, name)(*arguments)
            checked.check()
        checked.check_that_the_journals_repeat_the_run()
        checked.check_that_every_branch_can_be_visited()

    holds()
