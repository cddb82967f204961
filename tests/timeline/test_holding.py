"""Holding weights at zero on the way through time: what it begins, and what it leaves alone."""

from typing import Any

import numpy as np
import pytest

from rnn_tui.timeline.navigator import Navigator
from rnn_tui.training.journal import ZERO, Change, Position
from rnn_tui.training.trainer import Trainer
from tests.timeline.navigating import (
    RUN,
    TINY,
    finish,
    interrupted_inside,
    reached,
    rebuilt,
    scale_rate,
    straight,
)


def weights(navigator: Navigator, name: str = "U") -> Any:
    return navigator.trainer.parameters_of(navigator.state)[name]


def gone_to(navigator: Navigator, epoch: int) -> Navigator:
    navigator.go_to(epoch)
    return finish(navigator)


def by_the_journal(navigator: Navigator) -> Any:
    """The parameters shown, trained from the start by nothing but the journal."""
    trainer = Trainer(navigator.trainer.config)
    trainer.journal = navigator.timeline.journal
    trainer.restore(trainer.initial_state())
    while trainer.epoch < navigator.epoch:
        trainer.advance()
    return trainer.state.parameters


def test_they_are_zero_at_once_on_a_new_branch() -> None:
    navigator = reached(6)
    assert navigator.set("hold", "U")
    assert (navigator.epoch, navigator.timeline.number, navigator.resting) == (6, 1, True)
    assert not weights(navigator).any() and weights(navigator, "V").all()
    assert navigator.settings["hold"] == "U"
    assert navigator.timeline.changes() == (Change(Position(6), "hold", "U"),)
    navigator.visit(0)
    assert np.array_equal(finish(navigator).state.parameters, straight(6))
    assert navigator.settings["hold"] is None


def test_at_a_past_epoch_they_are_zero_at_once_too_and_its_future_is_kept() -> None:
    navigator = gone_to(reached(20), 10)
    assert navigator.set("hold", "b_h, U[1]")
    base = navigator.timeline.base
    assert (navigator.timeline.fork, navigator.timeline.newest) == (Position(10), 10)
    assert not weights(navigator, "b_h").any() and not weights(navigator)[1].any()
    gone_to(navigator, 15)
    assert gone_to(navigator, 10).state is base
    assert np.array_equal(gone_to(navigator, 9).state.parameters, straight(9))
    navigator.visit(0)
    assert np.array_equal(gone_to(navigator, 20).state.parameters, straight(20))


def test_they_stay_zero_back_and_forth_with_the_bits_that_the_journal_gives() -> None:
    navigator = reached(6)
    navigator.set("clip", 0.5)
    navigator.set("hold", "U")
    for target in (12, 3, 9, 6, 7):
        gone_to(navigator, target)
        assert weights(navigator).any() == (target < 6)
        assert np.array_equal(navigator.state.parameters, by_the_journal(navigator))


def test_released_at_the_newest_epoch_they_go_on_from_zero_on_the_same_branch() -> None:
    navigator = reached(6)
    navigator.set("hold", "U")
    gone_to(navigator, 9)
    assert not navigator.set("hold", None)
    assert not weights(navigator).any()
    navigator.step(1)
    assert weights(finish(navigator)).all()
    assert navigator.timeline.number == 1
    assert navigator.timeline.changes()[-1] == (Position(9), "hold", None)
    assert np.array_equal(navigator.state.parameters, by_the_journal(navigator))


def test_released_where_they_were_set_to_zero_they_are_zero_there_all_the_same() -> None:
    navigator = reached(6)
    navigator.set("hold", "U")
    navigator.set("hold", None)
    assert navigator.timeline.changes() == (Change(Position(6), ZERO, "U"),)
    gone_to(navigator, 8)
    assert np.array_equal(navigator.state.parameters, by_the_journal(navigator))


def test_held_from_the_start_and_released_at_once_they_are_zero_at_epoch_zero() -> None:
    navigator = Navigator(Trainer(RUN.with_options(hold="U")), TINY)
    navigator.set("hold", None)
    gone_to(navigator, 2)
    assert weights(navigator).all()
    assert np.array_equal(navigator.state.parameters, by_the_journal(navigator))


def test_released_in_the_past_they_wait_for_the_next_update() -> None:
    navigator = reached(6)
    navigator.set("hold", "U")
    gone_to(navigator, 12)
    gone_to(navigator, 8).set("hold", None)
    assert (navigator.timeline.number, navigator.timeline.newest) == (1, 12)
    assert not weights(gone_to(navigator, 10)).any()
    gone_to(navigator, 8)
    assert navigator.settings["hold"] is None
    navigator.step(1)
    assert weights(finish(navigator)).all()
    assert (navigator.timeline.number, navigator.timeline.fork) == (2, Position(8))


def test_what_is_zero_already_is_held_without_a_branch() -> None:
    navigator = reached(6)
    navigator.zero("U")
    assert not navigator.set("hold", "U[2]")
    assert navigator.timeline.number == 1
    navigator.step(2)
    finish(navigator)
    assert not weights(navigator)[2].any() and weights(navigator)[1].all()
    assert np.array_equal(navigator.state.parameters, by_the_journal(navigator))


def test_held_inside_an_epoch_a_branch_begins_where_that_epoch_did() -> None:
    navigator = reached(6)
    navigator.step(1)
    interrupted_inside(navigator, 2)
    navigator.rest()
    scale_rate(navigator, 2)
    navigator.set("hold", "U")
    assert navigator.trainer.position == navigator.timeline.fork == Position(6)
    navigator.step(1)
    finish(navigator)
    assert np.array_equal(navigator.state.parameters, by_the_journal(navigator))
    assert float(navigator.settings["lr"] or 0) == 0.1
    navigator.visit(0)
    finish(navigator)
    assert gone_to(navigator, 6).trainer.position == Position(6, 2)


def test_what_waited_at_an_epoch_comes_along() -> None:
    navigator = gone_to(reached(20), 10)
    scale_rate(navigator, 2)
    navigator.set("hold", "U")
    assert navigator.timeline.changes() == (
        Change(Position(10), "lr", 0.1), Change(Position(10), "hold", "U")
    )  # fmt: skip
    assert navigator.timelines[0].changes() == ()


def test_held_from_the_start_is_no_intervention() -> None:
    navigator = Navigator(Trainer(RUN.with_options(hold="U")), TINY)
    assert not weights(navigator).any()
    assert not navigator.set("hold", " U ")
    assert not weights(gone_to(navigator, 5)).any()
    assert navigator.timeline.changes() == () and len(navigator.timelines) == 1


@pytest.mark.parametrize("value", ["X", "U[3]", "", 3])
def test_what_cannot_be_held_changes_nothing(value: Any) -> None:
    navigator = reached(3)
    with pytest.raises(ValueError, match=r"\w"):
        navigator.set("hold", value)
    assert navigator.settings == RUN.settings and len(navigator.timelines) == 1


def test_a_run_that_was_kept_holds_what_it_held() -> None:
    navigator = reached(6)
    navigator.set("hold", "U")
    gone_to(navigator, 9)
    again = rebuilt(navigator)
    assert again.settings["hold"] == "U"
    for target in (12, 7, 3):
        there, here = gone_to(navigator, target).state, gone_to(again, target).state
        assert np.array_equal(there.parameters, here.parameters)
