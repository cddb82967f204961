"""Moving through time, as sentences; `test_any_way.py` says the same of any way."""

import math

import numpy as np
import pytest

from rnn_tui.timeline.navigator import Navigator
from rnn_tui.training.journal import Position
from rnn_tui.training.trainer import Diverged, Trainer
from tests.timeline.navigating import (
    RATE,
    RUN,
    TINY,
    finish,
    interrupted_inside,
    rate,
    reached,
    resting_inside_the_past,
    run_to,
    scale_rate,
    straight,
)


def use_rate(navigator: Navigator, value: float) -> None:
    """Also one that nobody may set, to diverge."""
    settings = {**navigator.settings, "lr": value}
    navigator.timeline.set(Position(navigator.epoch), settings)


@pytest.mark.parametrize("way", ["stepped", "run", "there and back"])
def test_fifty_epochs_have_the_same_bits_however_one_gets_there(way: str) -> None:
    navigator = Navigator(Trainer(RUN), TINY)
    if way == "stepped":
        for _ in range(50):
            navigator.step(1)
            finish(navigator)
    elif way == "run":
        run_to(navigator, 50)
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


def test_a_step_on_the_way_begins_where_one_is() -> None:
    navigator = Navigator(Trainer(RUN), TINY)
    navigator.go_to(9)
    navigator.work()
    navigator.step(10)
    assert navigator.target == 11
    assert finish(navigator).epoch == 11


def test_a_rate_set_in_the_past_begins_no_branch_until_the_next_update() -> None:
    navigator = reached(20)
    navigator.step(-10)
    scale_rate(finish(navigator), 2)
    navigator.go_to(15)
    finish(navigator)
    assert np.array_equal(navigator.state.parameters, straight(15))
    assert rate(navigator) == RATE
    navigator.go_to(10)
    finish(navigator)
    assert rate(navigator) == 2 * RATE
    assert navigator.timeline.newest == 20
    assert len(navigator.timelines) == 1
    navigator.step(1)
    finish(navigator)
    assert (navigator.timeline.number, navigator.timeline.newest) == (1, 11)
    assert not np.array_equal(navigator.state.parameters, straight(11))
    navigator.visit(0)
    assert (finish(navigator).epoch, navigator.timeline.newest) == (11, 20)
    assert np.array_equal(navigator.state.parameters, straight(11))
    assert rate(navigator) == RATE


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
    run_to(navigator, 25)
    assert navigator.timeline.changes() == ()
    assert np.array_equal(navigator.state.parameters, straight(25))


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
    assert rate(navigator) == 2 * RATE
    scale_rate(navigator, 0.5)
    navigator.step(1)
    assert np.array_equal(finish(navigator).state.parameters, straight(7))


def test_a_rate_set_inside_an_epoch_of_the_past_stays_with_it() -> None:
    navigator = resting_inside_the_past()
    scale_rate(navigator, 2)
    for target in (0, 1):
        navigator.go_to(target)
        finish(navigator)
    assert rate(navigator) == 2 * RATE
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
    assert rate(navigator) == 2 * RATE


def test_divergence_rests_at_the_last_finite_epoch_and_a_lower_rate_goes_on() -> None:
    navigator = reached(5)
    use_rate(navigator, math.inf)
    navigator.run()
    with pytest.raises(Diverged):
        navigator.work()
    assert navigator.resting and not navigator.running
    assert (navigator.epoch, navigator.timeline.newest) == (5, 5)
    use_rate(navigator, RATE)
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
    assert rate(navigator) == 2 * RATE
    scale_rate(navigator, 0.5)
    run_to(navigator, 20)
    assert np.array_equal(navigator.state.parameters, straight(20))


def test_a_new_future_that_diverges_at_once_begins_no_branch() -> None:
    navigator = reached(20)
    navigator.go_to(5)
    finish(navigator)
    use_rate(navigator, math.inf)
    navigator.step(1)
    with pytest.raises(Diverged):
        navigator.work()
    assert navigator.resting
    assert (navigator.epoch, navigator.timeline.newest) == (5, 20)
    assert len(navigator.timelines) == 1
