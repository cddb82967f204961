"""A run whose states to go back to were lost, as after a crash: they are made again once."""

from itertools import count

import numpy as np
import pytest

from rnn_tui.model.interruption import Interrupted
from rnn_tui.timeline.keyframes import Grid
from rnn_tui.timeline.navigator import Navigator
from rnn_tui.training.journal import Position
from rnn_tui.training.trainer import Trainer
from tests.timeline.navigating import (
    RUN,
    TINY,
    UPDATES,
    finish,
    interrupted_inside,
    reached,
    rebuilt,
    scale_rate,
    straight,
)


def updates_to(navigator: Navigator, epoch: int) -> int:
    """How many updates going there takes."""
    polls = count()
    navigator.go_to(epoch)
    finish(navigator, lambda: next(polls) and None)
    return next(polls)


def rebuild_past(navigator: Navigator) -> int:
    """How many updates that takes."""
    polls = count()
    navigator.rebuild_past(lambda: next(polls) and None)
    return next(polls)


def live(navigator: Navigator) -> tuple[object, ...]:
    """Everything that training goes on from."""
    partial = navigator.trainer.partial()
    inside = () if partial is None else (partial.parameters.tobytes(), partial.terms)
    return navigator.trainer.position, navigator.state, *inside


def test_a_run_that_was_never_left_has_nothing_to_rebuild() -> None:
    assert rebuild_past(reached(60)) == 0


def test_the_past_is_trained_once_and_then_going_back_is_quick() -> None:
    navigator = rebuilt(reached(60))
    assert rebuild_past(navigator) <= 60 * UPDATES
    assert navigator.timeline.first_gap() is None
    assert rebuild_past(navigator) == 0
    for epoch in (59, 30, 3):
        assert updates_to(navigator, epoch) <= 8 * UPDATES
        assert np.array_equal(navigator.state.parameters, straight(epoch))


def test_only_what_is_missing_is_trained() -> None:
    navigator = reached(60, budget=10**7)
    grid = Grid((s for s in navigator.timeline.keyframes.grid if s.epoch <= 40), 1)
    again = rebuilt(navigator, {0: grid}, budget=10**7)
    assert rebuild_past(again) == (60 - 1 - 40) * UPDATES
    assert [again.timeline.nearest(epoch).epoch for epoch in range(61)] == list(range(61))


def test_one_way_back_already_rebuilds_what_it_passes() -> None:
    navigator = rebuilt(reached(60))
    assert updates_to(navigator, 59) == 59 * UPDATES
    assert updates_to(navigator, 58) <= 8 * UPDATES
    assert updates_to(navigator, 30) <= 8 * UPDATES


def test_running_through_the_past_rebuilds_it_too() -> None:
    navigator = rebuilt(reached(60))
    updates_to(navigator, 0)
    navigator.run()
    while navigator.epoch < 62:
        navigator.work()
    assert navigator.timeline.first_gap() is None
    assert navigator.timeline.newest == 62


def inside_an_epoch() -> Navigator:
    """After 60 epochs and two updates."""
    navigator = reached(60)
    navigator.step(1)
    interrupted_inside(navigator, 2)
    navigator.rest()
    return navigator


@pytest.mark.parametrize("shown", [60, 25])
def test_where_one_is_stays_as_it_is_to_the_bit(shown: int) -> None:
    navigator = rebuilt(inside_an_epoch())
    updates_to(navigator, shown)
    before = live(navigator)
    rebuild_past(navigator)
    assert live(navigator) == before
    assert navigator.trainer.position == Position(shown, 2 if shown == 60 else 0)
    assert navigator.resting and not navigator.running
    updates_to(navigator, 61)
    assert np.array_equal(navigator.state.parameters, straight(61))


def test_left_anywhere_it_is_where_it_was_and_goes_on_later() -> None:
    navigator, made = rebuilt(inside_an_epoch()), 0
    before = live(navigator)
    while navigator.timeline.first_gap() is not None:
        polls = count()

        def poll(polls: "count[int]" = polls) -> None:
            if next(polls) == 10 * UPDATES:
                raise Interrupted

        try:
            navigator.rebuild_past(poll)
        except Interrupted:
            assert live(navigator) == before
        made += next(polls) - 1
        assert made <= 100 * UPDATES, "it does not get on"
    assert live(navigator) == before


def test_a_branch_and_those_it_comes_from_are_rebuilt() -> None:
    navigator = reached(30, budget=10**7)
    navigator.go_to(20)
    scale_rate(finish(navigator), 2)
    navigator.step(10)
    finish(navigator).zero("U")
    navigator.step(10)
    right = finish(navigator).timeline
    again = rebuilt(navigator, budget=10**7)
    rebuild_past(again)
    for epoch in range(41):
        found = again.timeline.nearest(epoch)
        assert found.epoch == epoch
        assert np.array_equal(found.parameters, right.nearest(epoch).parameters)
    assert updates_to(again, 10) == updates_to(again, 25) == 0
    again.visit(0)
    assert finish(again).timeline.first_gap() == 26  # the way there is part of its past


def test_the_states_rebuilt_fit_into_the_budget() -> None:
    navigator = rebuilt(reached(200), budget=TINY)
    rebuild_past(navigator)
    kept = {id(s): s.nbytes for s in map(navigator.timeline.nearest, range(201))}
    assert sum(kept.values()) <= TINY + 10 * navigator.state.nbytes


def test_the_validation_curve_of_every_branch_comes_back() -> None:
    navigator = Navigator(Trainer(RUN.with_options(valid=0.4)), TINY)
    navigator.go_to(9)
    finish(navigator).go_to(4)
    scale_rate(finish(navigator), 2)
    navigator.step(3)
    finish(navigator)

    def curves(of: Navigator) -> list[list[float]]:
        found = [timeline.curve.validation for timeline in of.timelines]
        return [[] if curve is None else curve.buckets().last.tolist() for curve in found]

    again = rebuilt(navigator)
    assert [len(losses) for losses in curves(navigator)] == [9, 7]
    assert curves(again) == curves(navigator)
    assert again.state.valid_loss == curves(navigator)[1][-1]
