"""Changing the past: branches, each with the same bits whenever one comes back to it."""

import numpy as np
import pytest

from rnn_tui.timeline.navigator import Navigator
from rnn_tui.training.journal import ZERO, Change, Position
from tests.timeline.navigating import (
    RATE,
    finish,
    interrupted_inside,
    reached,
    resting_inside_the_past,
    scale_rate,
    straight,
)


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
    assert branch.changes() == (Change(Position(10), "lr", 2 * RATE),)
    assert first.changes() == ()
    assert branch.name != first.name


def test_a_branch_shares_its_past_and_not_its_future() -> None:
    first, branch = with_a_branch().timelines
    old, new = first.curve.buckets().last, branch.curve.buckets().last
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
    assert navigator.timeline.changes() == (Change(Position(1, 2), "lr", 2 * RATE),)


def test_weights_set_to_zero_begin_a_branch_at_once() -> None:
    navigator = reached(6)
    navigator.zero("U")
    assert (navigator.epoch, navigator.timeline.number, navigator.resting) == (6, 1, True)
    assert not navigator.trainer.parameters_of(navigator.state)["U"].any()
    assert navigator.timeline.changes() == (Change(Position(6), ZERO, "U"),)
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
    navigator.zero("V[1]")
    navigator.step(1)
    assert finish(navigator).trainer.parameters_of(navigator.state)["V"][1].any()


@pytest.mark.parametrize("weights", ["X", "U[3]", "b_h[0, 0]", ""])
def test_weights_that_are_not_there_cannot_be_set_to_zero(weights: str) -> None:
    navigator = reached(2)
    with pytest.raises(ValueError, match=r"there is|has|write a name"):
        navigator.zero(weights)
    assert len(navigator.timelines) == 1
    assert np.array_equal(navigator.state.parameters, straight(2))


def test_thousands_of_branches_of_branches_find_their_way_home() -> None:
    navigator = reached(1)
    for _ in range(700):
        navigator.zero("b_o[0]")
    navigator.go_to(0)
    assert finish(navigator).epoch == 0
    assert np.array_equal(navigator.state.parameters, straight(0))


def test_the_states_of_all_branches_share_one_budget() -> None:
    budget = 200_000
    navigator = reached(100, budget)
    for number in range(4):
        navigator.go_to(50 + number)
        scale_rate(finish(navigator), 2)
        navigator.step(100)
        finish(navigator)
    kept = {
        id(state): state.nbytes
        for timeline in navigator.timelines
        for state in map(timeline.nearest, range(timeline.newest + 1))
    }
    assert sum(kept.values()) <= budget
