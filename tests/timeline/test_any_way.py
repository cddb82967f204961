"""Whatever the way through time: the navigator against a model that keeps every update."""

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnn_tui.model.interruption import Interrupted
from rnn_tui.timeline.navigator import Navigator
from rnn_tui.training.config import Config
from rnn_tui.training.journal import Position
from rnn_tui.training.settings.learning_rate import clamp
from rnn_tui.training.settings.setting import Value
from rnn_tui.training.trainer import Trainer
from tests.timeline.navigating import RUN, TINY, rebuilt
from tests.timeline.plain import PlainRun, live, make_updates


class Checked:
    """Both, compared after every command."""

    def __init__(self, config: Config, budget: int) -> None:
        self.navigator = Navigator(Trainer(config), budget)
        self.plain = PlainRun(config)
        self.crashed = False

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

    def set(self, name: str, value: Value) -> None:
        began = self.plain.set(self.position, {name: value})
        assert self.navigator.set(name, value) == began
        assert self.navigator.settings[name] == value

    def scale_rate(self, factor: float) -> None:
        rate = self.plain.branch.shown(self.position)["lr"]
        self.set("lr", clamp(float(rate or 0) * factor))

    def change_back_there(self, back: int, factor: float, interrupt_at: int | None) -> None:
        self.step_back(back, None)
        self.scale_rate(factor)
        self.walk(3, interrupt_at)

    def zero(self, weights: str) -> None:
        self.plain.zero(self.position, weights)
        self.navigator.zero(weights)
        assert self.navigator.resting

    def crash(self) -> None:
        """The run is opened again, all states to go back to are lost, and made again."""
        self.navigator = rebuilt(self.navigator, budget=self.navigator.budget)
        self.navigator.rebuild_past()
        self.crashed = True
        assert self.navigator.timeline.first_gap() is None

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
        assert np.array_equal(live(navigator.trainer), branch.parameters_at(position))
        assert len(navigator.timelines) == len(self.plain.branches)
        for number in range(len(self.plain.branches)):
            self.check_branch(number)

    def check_branch(self, number: int) -> None:
        """What is known of a branch, wherever one is."""
        timeline, branch = self.navigator.timelines[number], self.plain.branches[number]
        assert (timeline.number, timeline.newest) == (number, branch.newest)
        assert timeline.first_gap() is None or self.crashed
        assert timeline.edits == branch.waiting
        assert timeline.curve.epochs == branch.newest
        losses = [epoch.loss for epoch in branch.epochs[1:]]
        assert timeline.curve.buckets().last.tolist() == pytest.approx(losses, rel=1e-12)
        solved = [number for number, epoch in enumerate(branch.epochs) if epoch.solved]
        assert timeline.curve.first_solved == (solved[0] if solved else None)
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
            trainer.restore(trainer.initial_state())
            for epoch in branch.epochs[1:]:
                state = trainer.advance()
                assert np.array_equal(state.parameters, epoch.parameters)
            make_updates(trainer, len(branch.under_way))
            assert np.array_equal(live(trainer), branch.parameters_at(branch.end))


WEIGHTS = ["U", "W", "V", "b_h, b_o", "U[0]", "W[2], U[1, 2]", "V[2, 0]"]
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
    st.tuples(st.just("set"), st.just("clip"), st.sampled_from([None, 0.5, 2.0])),
    st.tuples(st.just("set"), st.just("hold"), st.sampled_from([None, None, *WEIGHTS])),
    st.tuples(st.just("zero"), st.sampled_from(WEIGHTS)),
    st.tuples(st.just("crash")),
)


@pytest.mark.parametrize("at_steps", [False, True], ids=["between updates", "at time steps"])
def test_whatever_the_way_an_epoch_is_what_plain_training_makes_of_it(
    effort: int, at_steps: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if at_steps:
        monkeypatch.setattr("rnn_tui.training.trainer._LONG_UPDATE", 0)

    @settings(max_examples=12 if effort == 1 else 500, deadline=None)
    @given(
        options=st.sampled_from(
            [{"batch": 1}, {"batch": 2}, {"batch": 2, "symbols": 17}, {"hold": "U"}]
        ),
        budget=st.sampled_from([1, TINY, 10**7]),
        commands=st.lists(COMMANDS, min_size=10, max_size=25),
    )
    def holds(options: dict[str, Any], budget: int, commands: list[tuple[Any, ...]]) -> None:
        checked = Checked(RUN.with_options(**options), budget)
        for name, *arguments in commands:
            getattr(checked, name)(*arguments)
            checked.check()
        checked.check_that_the_journals_repeat_the_run()
        checked.check_that_every_branch_can_be_visited()

    holds()
