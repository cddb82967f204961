"""Moving through time, against a plain model that keeps every update of every future."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnn_tui.model.rnn import Interrupted
from rnn_tui.training.config import Config
from rnn_tui.training.journal import Journal, Position
from rnn_tui.training.navigator import Navigator
from rnn_tui.training.trainer import Diverged, Partial, State, Trainer

RUN = Config(sequences=5, length=3, hidden=3, batch=2, lr=0.05)
UPDATES = 3  # an epoch of it
TINY = 9_000  # bytes: only some of the epochs are kept


@dataclass(frozen=True)
class Epoch:
    """The end of an epoch."""

    parameters: Any
    loss: float


@dataclass
class PlainPast:
    """Every epoch's parameters in a list, and the rate of every update in another.

    Attributes:
        epochs: epoch 0, 1, 2, …
        rates: of every update made, in order.
        waiting: rates set at an epoch in the past, until the update there is made.
        rate: of the next update at the end of it all.
        under_way: after each update made beyond the newest epoch.
    """

    epochs: list[Epoch]
    rate: float = RUN.lr
    rates: list[float] = field(default_factory=list)
    waiting: dict[int, float] = field(default_factory=dict)
    under_way: list[Partial] = field(default_factory=list)

    @property
    def newest(self) -> int:
        return len(self.epochs) - 1

    def rate_at(self, epoch: int) -> float:
        if epoch == self.newest:
            return self.rate
        return self.waiting.get(epoch, self.rates[epoch * UPDATES])

    def set_rate(self, epoch: int, rate: float) -> None:
        if epoch == self.newest:
            self.rate = rate
        else:
            self.waiting[epoch] = rate
            if rate == self.rates[epoch * UPDATES]:
                del self.waiting[epoch]

    def begin_future(self, epoch: int) -> None:
        if epoch in self.waiting:
            self.rate = self.waiting.pop(epoch)
            self.waiting = {e: rate for e, rate in self.waiting.items() if e < epoch}
            del self.epochs[epoch + 1 :], self.rates[epoch * UPDATES :], self.under_way[:]

    def train_update(self) -> None:
        after = one_update(self.epochs[-1], self.under_way, self.rate)
        self.rates.append(self.rate)
        if isinstance(after, State):
            self.epochs.append(Epoch(after.parameters, after.training_loss))
            self.under_way.clear()
        else:
            self.under_way.append(after)


ORACLE = Trainer(RUN)


def one_update(start: Epoch, under_way: list[Partial], rate: float) -> Partial | State:
    """The next update by a trainer that knows nothing of what was before."""
    updates = iter([None])
    ORACLE.journal = Journal(rate)
    state = State(0, start.parameters, None, (), start.loss, 0.0)
    ORACLE.restore(state, under_way[-1] if under_way else None)

    def only_one() -> None:
        if next(updates, Interrupted) is Interrupted:
            raise Interrupted

    try:
        return ORACLE.advance(only_one)
    except Interrupted:
        partial = ORACLE.partial()
        assert partial is not None
        return partial


class Checked:
    """A navigator and the plain model beside it, compared after every command."""

    def __init__(self, budget: int) -> None:
        self.navigator = Navigator(Trainer(RUN), budget)
        initial = self.navigator.state
        self.past = PlainPast([Epoch(initial.parameters.copy(), initial.training_loss)])

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

    def follow(self, start: int) -> None:
        """Train the plain model onwards from an epoch to where the navigator stands."""
        position = self.navigator.trainer.position
        for epoch in range(start, position.epoch + (position.update > 0)):
            self.past.begin_future(epoch)
            while epoch == self.past.newest:
                if Position(epoch, len(self.past.under_way)) >= position:
                    break
                self.past.train_update()

    def check(self) -> None:
        navigator, past = self.navigator, self.past
        timeline, state = navigator.timeline, navigator.state
        assert timeline.newest == past.newest
        assert timeline.history.epochs == past.newest
        shown = past.epochs[navigator.epoch]
        assert np.array_equal(state.parameters, shown.parameters)
        assert np.array_equal([state.training_loss], [shown.loss], equal_nan=True)
        if navigator.epoch:
            before = past.epochs[navigator.epoch - 1].parameters
            assert state.previous is not None and np.array_equal(state.previous, before)
        curve = timeline.history.reduced()
        assert curve.last.tolist() == [epoch.loss for epoch in past.epochs[1:]]
        if navigator.epoch == past.newest:
            under_way = past.under_way
            assert navigator.trainer.update == len(under_way)
            live = under_way[-1].parameters if under_way else shown.parameters
            assert np.array_equal(navigator.trainer._parameters.flat, live)
        assert navigator.learning_rate == past.rate_at(navigator.epoch)

    # Commands.

    def walk(self, epochs: int, interrupt_at: int | None) -> None:
        start = self.navigator.epoch
        self.navigator.step(epochs)
        self.work(interrupt_at)
        self.navigator.rest()
        self.follow(start)
        if interrupt_at is None:
            assert self.navigator.epoch == start + epochs

    def run(self, interrupt_at: int | None) -> None:
        start = self.navigator.epoch
        self.navigator.run()
        assert self.navigator.running
        self.work(interrupt_at)
        self.navigator.rest()
        self.follow(start)

    def go_to(self, epoch: int, interrupt_at: int | None) -> None:
        newest = self.past.newest
        self.navigator.go_to(epoch)
        self.work(interrupt_at)
        self.navigator.rest()
        self.follow(newest)
        if interrupt_at is None:
            assert self.navigator.epoch == epoch

    def step_back(self, epochs: int, interrupt_at: int | None) -> None:
        target = max(0, self.navigator.epoch - epochs)
        self.navigator.step(-epochs)
        self.work(interrupt_at)
        self.navigator.rest()
        assert self.navigator.epoch <= target
        if interrupt_at is None:
            assert self.navigator.epoch == target

    def scale_rate(self, factor: float) -> None:
        epoch = self.navigator.epoch
        rate = self.past.rate_at(epoch) * factor
        assert self.navigator.scale_rate(factor) == rate
        self.past.set_rate(epoch, rate)


POLLS = st.one_of(st.none(), st.integers(0, 30))
COMMANDS = st.one_of(
    st.tuples(st.just("walk"), st.integers(1, 12), POLLS),
    st.tuples(st.just("run"), POLLS),
    st.tuples(st.just("go_to"), st.integers(0, 45), POLLS),
    st.tuples(st.just("step_back"), st.integers(1, 12), POLLS),
    st.tuples(st.just("scale_rate"), st.sampled_from([0.5, 2.0])),
)


def test_whatever_the_way_an_epoch_is_what_plain_training_makes_of_it(effort: int) -> None:
    @settings(max_examples=60 * effort, deadline=None)
    @given(
        budget=st.sampled_from([1, TINY, 10**7]),
        commands=st.lists(COMMANDS, min_size=1, max_size=25),
    )
    def holds(budget: int, commands: list[tuple[Any, ...]]) -> None:
        checked = Checked(budget)
        for name, *arguments in commands:
            getattr(checked, name)(*arguments)
            checked.check()

    holds()


# The same as sentences.


def finish(navigator: Navigator, poll: Callable[[], None] | None = None) -> Navigator:
    while not navigator.resting:
        navigator.work(poll)
    return navigator


def reached(epoch: int, budget: int = TINY) -> Navigator:
    navigator = Navigator(Trainer(RUN), budget)
    navigator.go_to(epoch)
    return finish(navigator)


def straight(epochs: int) -> Any:
    trainer = Trainer(RUN)
    for _ in range(epochs):
        trainer.advance()
    return trainer.state.parameters


@pytest.mark.parametrize("way", ["stepped", "run", "there and back"])
def test_fifty_epochs_have_the_same_bits_however_one_gets_there(way: str) -> None:
    navigator = Navigator(Trainer(RUN), TINY)
    if way == "stepped":
        for _ in range(50):
            navigator.step(1)
            finish(navigator)
    elif way == "run":
        navigator.run()
        while navigator.epoch < 50:
            navigator.work()
    else:
        navigator = reached(50)
        for _ in range(30):
            navigator.step(-1)
            finish(navigator)
        assert navigator.epoch == 20
        for _ in range(30):
            navigator.step(1)
            finish(navigator)
    assert navigator.epoch == 50
    assert np.array_equal(navigator.state.parameters, straight(50))


def test_home_keeps_the_future_and_running_replays_it_before_going_on() -> None:
    navigator = reached(20)
    navigator.go_to(0)
    assert finish(navigator).epoch == 0
    assert navigator.timeline.newest == 20
    navigator.run()
    for _ in range(22):
        navigator.work()
    assert (navigator.epoch, navigator.timeline.newest) == (22, 22)
    assert np.array_equal(navigator.state.parameters, straight(22))


def test_a_step_back_of_more_than_there_is_ends_at_epoch_zero() -> None:
    navigator = reached(3)
    navigator.step(-10)
    assert finish(navigator).epoch == 0


def test_steps_pressed_on_the_way_add_up() -> None:
    navigator = Navigator(Trainer(RUN), TINY)
    for epochs in (1, 10, 10, -1):
        navigator.step(epochs)
    assert navigator.target == 20
    assert finish(navigator).epoch == 20
    navigator.step(-10)
    navigator.step(-1)
    navigator.step(3)
    assert finish(navigator).epoch == 12


def test_a_rate_set_in_the_past_discards_nothing_until_the_next_update() -> None:
    navigator = reached(20)
    navigator.step(-10)
    finish(navigator).scale_rate(2)
    navigator.go_to(15)
    finish(navigator)
    assert np.array_equal(navigator.state.parameters, straight(15))
    assert navigator.learning_rate == RUN.lr
    navigator.go_to(10)
    finish(navigator)
    assert navigator.learning_rate == 2 * RUN.lr
    assert navigator.timeline.newest == 20
    navigator.step(1)
    finish(navigator)
    assert navigator.timeline.newest == 11
    assert not np.array_equal(navigator.state.parameters, straight(11))


def test_a_new_future_is_what_is_found_on_the_way_back_and_forth() -> None:
    navigator = reached(20)
    navigator.go_to(10)
    finish(navigator).scale_rate(2)
    navigator.step(5)
    parameters = finish(navigator).state.parameters
    for target in (11, 15):
        navigator.go_to(target)
        finish(navigator)
    assert navigator.timeline.newest == 15
    assert np.array_equal(navigator.state.parameters, parameters)


def test_a_rate_set_back_before_the_next_update_never_happened() -> None:
    navigator = reached(20)
    navigator.go_to(5)
    finish(navigator)
    for factor in (2, 2, 0.5, 0.5):
        navigator.scale_rate(factor)
    navigator.run()
    while navigator.epoch < 25:
        navigator.work()
    assert navigator.timeline.changes() == ()
    assert np.array_equal(navigator.state.parameters, straight(25))


@pytest.mark.parametrize(("factor", "clamped"), [(0.5, 1e-12), (2, 1e6)])
def test_the_rate_is_clamped(factor: float, clamped: float) -> None:
    navigator = Navigator(Trainer(RUN), TINY)
    for _ in range(60):
        navigator.scale_rate(factor)
    assert navigator.learning_rate == clamped


def interrupted_inside(navigator: Navigator, polls: int) -> None:
    calls = iter(range(1000))

    def poll() -> None:
        if next(calls) == polls:
            raise Interrupted

    with pytest.raises(Interrupted):
        finish(navigator, poll)


def test_progress_inside_the_newest_epoch_is_there_again_after_a_way_back() -> None:
    navigator = reached(6)
    navigator.run()
    interrupted_inside(navigator, 2)
    navigator.rest()
    assert navigator.trainer.position == Position(6, 2)
    navigator.scale_rate(2)
    for target in (3, 6):
        navigator.go_to(target)
        finish(navigator)
    assert navigator.trainer.position == Position(6, 2)
    assert navigator.learning_rate == 2 * RUN.lr
    navigator.scale_rate(0.5)
    navigator.step(1)
    assert np.array_equal(finish(navigator).state.parameters, straight(7))


def resting_inside_the_past() -> Navigator:
    """At epoch 1 of 40, two updates on: a replay was left half-way."""
    navigator = reached(40, budget=1)
    navigator.go_to(3)
    interrupted_inside(navigator, UPDATES + 2)
    navigator.rest()
    assert navigator.epoch == 1
    return navigator


def test_a_rate_set_inside_an_epoch_of_the_past_stays_with_it() -> None:
    navigator = resting_inside_the_past()
    navigator.scale_rate(2)
    for target in (0, 1):
        navigator.go_to(target)
        finish(navigator)
    assert navigator.learning_rate == 2 * RUN.lr
    navigator.step(1)
    finish(navigator)
    assert navigator.timeline.newest == 2


def test_a_rate_waiting_at_an_epoch_is_shown_where_a_replay_was_left_there() -> None:
    navigator = reached(40, budget=1)
    navigator.go_to(1)
    finish(navigator).scale_rate(2)
    navigator.go_to(3)
    interrupted_inside(navigator, 2)
    navigator.rest()
    assert navigator.epoch == 1
    assert navigator.learning_rate == 2 * RUN.lr


def test_divergence_rests_at_the_last_finite_epoch_and_a_lower_rate_goes_on() -> None:
    navigator = reached(5)
    navigator.timeline.set_rate(Position(5), float("inf"))
    navigator.run()
    with pytest.raises(Diverged):
        navigator.work()
    assert navigator.resting and not navigator.running
    assert (navigator.epoch, navigator.timeline.newest) == (5, 5)
    navigator.timeline.set_rate(Position(5), RUN.lr)
    navigator.step(1)
    assert np.array_equal(finish(navigator).state.parameters, straight(6))


def test_no_step_at_all_is_no_step() -> None:
    navigator = reached(5)
    navigator.step(0)
    assert finish(navigator).epoch == 5
    assert navigator.timeline.newest == 5


def test_leaving_before_the_first_update_of_a_new_future_discards_nothing() -> None:
    navigator = reached(20)
    navigator.go_to(5)
    finish(navigator).scale_rate(2)
    navigator.run()
    interrupted_inside(navigator, 0)
    navigator.rest()
    assert navigator.timeline.newest == 20
    assert navigator.learning_rate == 2 * RUN.lr
    navigator.scale_rate(0.5)
    navigator.run()
    while navigator.epoch < 20:
        navigator.work()
    assert np.array_equal(navigator.state.parameters, straight(20))


def test_a_new_future_that_diverges_at_once_discards_nothing() -> None:
    navigator = reached(20)
    navigator.go_to(5)
    finish(navigator)
    navigator.timeline.set_rate(Position(5), float("inf"))
    navigator.step(1)
    with pytest.raises(Diverged):
        navigator.work()
    assert navigator.resting
    assert (navigator.epoch, navigator.timeline.newest) == (5, 20)
