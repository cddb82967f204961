"""Moving through time, as sentences; `test_any_way.py` says the same of any way."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from rnn_tui.model.interruption import Interrupted
from rnn_tui.timeline.branch import Settings
from rnn_tui.timeline.navigator import Navigator
from rnn_tui.training.config import Config
from rnn_tui.training.journal import Position, ZeroedWeights
from rnn_tui.training.trainer import Diverged, Trainer

RUN = Config.of(sequences=5, length=3, hidden=3, batch=2, lr=0.05)
UPDATES = 3  # an epoch of it
TINY = 9_000  # bytes: only some of the epochs are kept


def finish(navigator: Navigator, poll: Callable[[], None] | None = None) -> Navigator:
    while not navigator.resting:
        navigator.work(poll)
    return navigator


def reached(epoch: int, budget: int = TINY) -> Navigator:
    navigator = Navigator(Trainer(RUN), budget)
    navigator.go_to(epoch)
    return finish(navigator)


def scale_rate(navigator: Navigator, factor: float) -> None:
    navigator.set_rate(navigator.settings.rate * factor)


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


def test_a_rate_set_in_the_past_begins_no_branch_until_the_next_update() -> None:
    navigator = reached(20)
    navigator.step(-10)
    scale_rate(finish(navigator), 2)
    navigator.go_to(15)
    finish(navigator)
    assert np.array_equal(navigator.state.parameters, straight(15))
    assert navigator.settings.rate == RUN.lr
    navigator.go_to(10)
    finish(navigator)
    assert navigator.settings.rate == 2 * RUN.lr
    assert navigator.timeline.newest == 20
    assert len(navigator.timelines) == 1
    navigator.step(1)
    finish(navigator)
    assert (navigator.timeline.number, navigator.timeline.newest) == (1, 11)
    assert not np.array_equal(navigator.state.parameters, straight(11))
    navigator.visit(0)
    assert (finish(navigator).epoch, navigator.timeline.newest) == (11, 20)
    assert np.array_equal(navigator.state.parameters, straight(11))
    assert navigator.settings.rate == RUN.lr


def test_a_new_future_is_what_is_found_on_the_way_back_and_forth() -> None:
    navigator = reached(20)
    navigator.go_to(10)
    scale_rate(finish(navigator), 2)
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
        scale_rate(navigator, factor)
    navigator.run()
    while navigator.epoch < 25:
        navigator.work()
    assert navigator.timeline.changes() == ()
    assert np.array_equal(navigator.state.parameters, straight(25))


@pytest.mark.parametrize(("factor", "clamped"), [(0.5, 1e-12), (2, 1e6)])
def test_the_rate_is_clamped(factor: float, clamped: float) -> None:
    navigator = Navigator(Trainer(RUN), TINY)
    for _ in range(60):
        scale_rate(navigator, factor)
    assert navigator.settings.rate == clamped


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
    scale_rate(navigator, 2)
    for target in (3, 6):
        navigator.go_to(target)
        finish(navigator)
    assert navigator.trainer.position == Position(6, 2)
    assert navigator.settings.rate == 2 * RUN.lr
    scale_rate(navigator, 0.5)
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
    scale_rate(navigator, 2)
    for target in (0, 1):
        navigator.go_to(target)
        finish(navigator)
    assert navigator.settings.rate == 2 * RUN.lr
    navigator.step(1)
    finish(navigator)
    assert navigator.timeline.newest == 2


def test_a_rate_waiting_at_an_epoch_is_shown_where_a_replay_was_left_there() -> None:
    navigator = reached(40, budget=1)
    navigator.go_to(1)
    scale_rate(finish(navigator), 2)
    navigator.go_to(3)
    interrupted_inside(navigator, 2)
    navigator.rest()
    assert navigator.epoch == 1
    assert navigator.settings.rate == 2 * RUN.lr


def test_divergence_rests_at_the_last_finite_epoch_and_a_lower_rate_goes_on() -> None:
    navigator = reached(5)
    navigator.timeline.set(Position(5), Settings(float("inf"), None))
    navigator.run()
    with pytest.raises(Diverged):
        navigator.work()
    assert navigator.resting and not navigator.running
    assert (navigator.epoch, navigator.timeline.newest) == (5, 5)
    navigator.timeline.set(Position(5), Settings(RUN.lr, None))
    navigator.step(1)
    assert np.array_equal(finish(navigator).state.parameters, straight(6))


def test_no_step_at_all_is_no_step() -> None:
    navigator = reached(5)
    navigator.step(0)
    assert finish(navigator).epoch == 5
    assert navigator.timeline.newest == 5


def test_leaving_before_the_first_update_of_a_new_future_begins_no_branch() -> None:
    navigator = reached(20)
    navigator.go_to(5)
    scale_rate(finish(navigator), 2)
    navigator.run()
    interrupted_inside(navigator, 0)
    navigator.rest()
    assert navigator.timeline.newest == 20
    assert len(navigator.timelines) == 1
    assert navigator.settings.rate == 2 * RUN.lr
    scale_rate(navigator, 0.5)
    navigator.run()
    while navigator.epoch < 20:
        navigator.work()
    assert np.array_equal(navigator.state.parameters, straight(20))


def test_a_new_future_that_diverges_at_once_begins_no_branch() -> None:
    navigator = reached(20)
    navigator.go_to(5)
    finish(navigator)
    navigator.timeline.set(Position(5), Settings(float("inf"), None))
    navigator.step(1)
    with pytest.raises(Diverged):
        navigator.work()
    assert navigator.resting
    assert (navigator.epoch, navigator.timeline.newest) == (5, 20)
    assert len(navigator.timelines) == 1


# Branches.


def with_a_branch() -> Navigator:
    """20 epochs, and a branch from epoch 10 to 15 with twice the rate."""
    navigator = reached(20)
    navigator.go_to(10)
    scale_rate(finish(navigator), 2)
    navigator.step(5)
    return finish(navigator)


def test_a_branch_knows_where_it_comes_from_and_what_was_done() -> None:
    first, branch = with_a_branch().timelines
    assert branch.parent is first
    assert branch.fork == Position(10)
    assert branch.changes() == (Change(Position(10), "lr", 2 * RUN.lr),)
    assert first.changes() == ()
    assert branch.name != first.name


def test_a_branch_shares_its_past_and_not_its_future() -> None:
    first, branch = with_a_branch().timelines
    old, new = first.history.reduced().last, branch.history.reduced().last
    assert np.array_equal(old[:10], new[:10])
    assert not np.isin(old[10:], new[10:]).any()
    assert branch.nearest(3) is first.nearest(3)


def test_visiting_a_shorter_branch_ends_at_its_newest_epoch() -> None:
    navigator = with_a_branch()
    navigator.visit(0)
    navigator.go_to(20)
    finish(navigator).visit(1)
    assert (finish(navigator).epoch, navigator.timeline.number) == (15, 1)


def test_both_branches_go_on() -> None:
    navigator = with_a_branch()
    for number, newest in [(0, 25), (1, 18), (0, 30)]:
        navigator.visit(number)
        navigator.go_to(newest)
        finish(navigator)
    assert [timeline.newest for timeline in navigator.timelines] == [30, 18]
    assert np.array_equal(navigator.state.parameters, straight(30))


def test_progress_inside_an_epoch_is_there_again_after_a_visit() -> None:
    navigator = with_a_branch()
    navigator.run()
    interrupted_inside(navigator, 2)
    navigator.visit(0)
    finish(navigator).visit(1)
    assert finish(navigator).trainer.position == Position(15, 2)


def test_visiting_the_branch_one_is_on_stays_there() -> None:
    navigator = with_a_branch()
    navigator.visit(1)
    assert finish(navigator).epoch == 15


def test_a_change_inside_an_epoch_of_the_past_branches_off_there() -> None:
    navigator = resting_inside_the_past()
    scale_rate(navigator, 2)
    navigator.step(1)
    finish(navigator)
    assert navigator.timeline.fork == Position(1, 2)
    assert navigator.timeline.changes() == (Change(Position(1, 2), "lr", 2 * RUN.lr),)


def test_weights_set_to_zero_begin_a_branch_at_once() -> None:
    navigator = reached(6)
    navigator.zero("U")
    assert (navigator.epoch, navigator.timeline.number, navigator.resting) == (6, 1, True)
    assert not navigator.trainer.parameters_of(navigator.state)["U"].any()
    assert navigator.timeline.changes() == (ZeroedWeights(Position(6), "U"),)
    navigator.visit(0)
    assert np.array_equal(finish(navigator).state.parameters, straight(6))


def test_weights_set_to_zero_are_so_on_the_way_back_and_forth() -> None:
    navigator = reached(6)
    navigator.zero("U")
    zeroed = navigator.state.parameters
    for target in (8, 3, 5):
        navigator.go_to(target)
        finish(navigator)
    navigator.step(1)
    assert np.array_equal(finish(navigator).state.parameters, zeroed)


def test_weights_set_to_zero_train_on() -> None:
    navigator = reached(6)
    navigator.zero("V", (1,))
    navigator.step(1)
    assert finish(navigator).trainer.parameters_of(navigator.state)["V"][1].any()


@pytest.mark.parametrize(
    ("tensor", "where", "error"),
    [("X", (), KeyError), ("U", (3,), IndexError), ("b_h", (0, 0), IndexError)],
)
def test_weights_that_are_not_there_cannot_be_set_to_zero(
    tensor: str, where: tuple[int, ...], error: type[Exception]
) -> None:
    navigator = reached(2)
    with pytest.raises(error):
        navigator.zero(tensor, where)
    assert len(navigator.timelines) == 1
    assert np.array_equal(navigator.state.parameters, straight(2))


def test_thousands_of_branches_of_branches_find_their_way_home() -> None:
    navigator = reached(1)
    for _ in range(1500):
        navigator.zero("b_o", (0,))
    navigator.go_to(0)
    assert finish(navigator).epoch == 0
    assert np.array_equal(navigator.state.parameters, straight(0))


def test_the_states_of_all_branches_share_one_budget() -> None:
    budget = 100_000
    navigator = reached(100, budget)
    for number in range(4):
        navigator.go_to(50 + number)
        scale_rate(finish(navigator), 2)
        navigator.step(100)
        finish(navigator)
    kept = {
        id(state): state.nbytes
        for timeline in navigator.timelines
        for state in (*timeline.keyframes._recent, *timeline.keyframes.grid)
    }
    assert sum(kept.values()) <= budget
