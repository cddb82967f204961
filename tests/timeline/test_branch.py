"""One past and what is known of its future, without training."""

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from rnn_tui.timeline.branch import DEFAULT_BUDGET, Timeline
from rnn_tui.timeline.keyframes import Grid
from rnn_tui.training.journal import Change, Journal, Position
from rnn_tui.training.settings.setting import Value
from rnn_tui.training.trainer import Partial, State
from tests.timeline.navigating import state

INITIAL: dict[str, Value] = {"lr": 1.0, "hold": None, "clip": None}


def timeline_of(epochs: int, budget: int = DEFAULT_BUDGET) -> Timeline:
    timeline = Timeline(state(0), Journal(INITIAL), budget)
    for epoch in range(1, epochs + 1):
        timeline.record(state(epoch))
    return timeline


def forked(timeline: Timeline, position: Position, base: State, number: int = 1) -> Timeline:
    """A branch on which what waits there has come true."""
    wanted = timeline.settings_at(position)
    journal = timeline.journal.with_settings(position, wanted)
    return timeline.forked(position, base, journal, number, DEFAULT_BUDGET)


def settings_of(rate: float, clip: float | None = None) -> dict[str, Value]:
    return {**INITIAL, "lr": rate, "clip": clip}


@settings(deadline=None)
@given(
    newest=st.integers(0, 80),
    until=st.integers(0, 80),
    count=st.integers(1, 9),
    budget=st.sampled_from([1, 10_000, 10**7]),
)
def test_states_are_spread_over_the_past_the_shared_one_too(
    newest: int, until: int, count: int, budget: int
) -> None:
    timeline = timeline_of(newest, budget)
    branch = forked(timeline, Position(newest // 2), timeline.nearest(newest // 2))
    for epoch in range(newest // 2 + 1, newest + 1):
        branch.record(state(epoch))
    until = min(until, newest)
    for one in (timeline, branch):
        epochs = [kept.epoch for kept in one.spread(until, count)]
        assert epochs == sorted(set(epochs))
        assert 1 <= len(epochs) <= count
        assert epochs[0] == 0
        assert epochs[-1] <= until


def test_an_epoch_known_already_changes_nothing() -> None:
    timeline = timeline_of(5)
    timeline.record(state(3))
    assert timeline.nearest(3) is not timeline.nearest(4)
    assert (timeline.newest, timeline.curve.epochs) == (5, 5)


def test_settings_at_the_end_are_written_down_at_once() -> None:
    timeline = timeline_of(5)
    timeline.set(Position(5), settings_of(2.0))
    assert timeline.journal.changes == (Change(Position(5), "lr", 2.0),)
    timeline.set(Position(5), settings_of(2.0, 0.5))
    assert timeline.journal.changes[1:] == (Change(Position(5), "clip", 0.5),)
    assert timeline.edits == {}
    timeline.set(Position(5), settings_of(1.0))
    assert timeline.changes() == ()


def test_settings_in_the_past_wait_and_change_nothing() -> None:
    timeline = timeline_of(5)
    timeline.set(Position(2), settings_of(2.0, 0.5))
    assert timeline.settings_at(Position(2)) == settings_of(2.0, 0.5)
    assert timeline.journal.changes == ()
    assert timeline.changes() == (Change(Position(2), "lr", 2.0), Change(Position(2), "clip", 0.5))
    assert timeline.newest == 5
    timeline.set(Position(2), settings_of(1.0))
    assert timeline.changes() == ()


def test_what_waits_is_told_between_what_was_done_in_order() -> None:
    timeline = timeline_of(5)
    timeline.set(Position(5), settings_of(4.0))
    for epoch in range(6, 9):
        timeline.record(state(epoch))
    for epoch in (7, 2):
        timeline.set(Position(epoch), settings_of(8.0))
    assert [change.position.epoch for change in timeline.changes()] == [2, 5, 7]


def test_a_branch_knows_what_was_done_up_to_there_and_what_waited() -> None:
    timeline = timeline_of(5)
    timeline.set(Position(5), settings_of(4.0))
    timeline.record(state(6))
    timeline.set(Position(2), settings_of(2.0, 0.5))
    branch = forked(timeline, Position(2), state(2))
    assert branch.journal.changes == (
        Change(Position(2), "lr", 2.0),
        Change(Position(2), "clip", 0.5),
    )
    assert (branch.newest, branch.curve.epochs) == (2, 2)
    assert branch.parent is timeline and branch.fork == Position(2)
    assert (timeline.newest, timeline.curve.epochs) == (6, 6)
    assert timeline.journal.changes == (Change(Position(5), "lr", 4.0),)


def test_a_branch_has_its_own_epochs_and_its_parents_before_them() -> None:
    timeline = timeline_of(5)
    branch = forked(timeline, Position(2), timeline.nearest(2))
    for other in (state(3), state(4)):
        branch.record(other)
        assert branch.nearest(other.epoch) is other
        assert timeline.nearest(other.epoch) is not other
    assert branch.nearest(1) is timeline.nearest(1)
    assert branch.nearest(2) is timeline.nearest(2)
    assert branch.curve.buckets().last.tolist() == [1 / 2, 1 / 3, 1 / 4, 1 / 5]


def test_a_branch_of_a_branch_finds_the_state_of_whoever_made_it() -> None:
    first = timeline_of(6)
    second = forked(first, Position(4), state(4))
    second.record(state(5))
    third = forked(second, Position(2), first.nearest(2), 2)
    third.record(state(3))
    assert third.nearest(1) is first.nearest(1)
    assert second.nearest(3) is first.nearest(3)
    assert second.nearest(4) is second.base
    assert third.nearest(9).epoch == 3


def test_the_end_is_where_the_epoch_under_way_was_left() -> None:
    timeline = timeline_of(5)
    timeline.partial = Partial(Position(5, 2), np.zeros(4), (), (0.0, 0))
    assert not timeline.is_end(Position(5, 0))
    assert timeline.is_end(Position(5, 2))
    assert timeline.is_end(Position(5, 3))
    timeline.record(state(6))
    assert timeline.partial is None
    assert timeline.is_end(Position(6))


def test_the_curve_before_the_first_epoch_is_empty() -> None:
    curve = timeline_of(0).curve.buckets()
    assert all(len(column) == 0 for column in curve)


# What was lost of the past.


def test_a_past_that_was_never_left_has_no_gap() -> None:
    for budget in (1, 20_000, 10**7):
        timeline = timeline_of(200, budget)
        assert timeline.first_gap() is None


def test_a_lost_state_of_the_past_is_put_back_where_it_belongs() -> None:
    first = timeline_of(20)
    branch = forked(first, Position(10), state(10))
    for epoch in range(11, 16):
        branch.record(state(epoch))
    for timeline in (first, branch):
        timeline.keyframes.restore(Grid(), timeline.nearest(timeline.newest))
    assert branch.nearest(9).epoch == 0 and branch.nearest(14).epoch == 10
    assert branch.first_gap() == 1 and first.first_gap() == 1
    for epoch in range(1, 16):
        branch.record(state(epoch))
    assert branch.first_gap() is None and first.first_gap() == 10
    assert [branch.nearest(epoch).epoch for epoch in range(16)] == list(range(16))
    assert branch.nearest(10) is branch.base
    assert [first.nearest(epoch).epoch for epoch in (9, 15, 20)] == [9, 9, 20]
    assert (branch.newest, branch.curve.epochs) == (15, 15)


def test_a_branch_has_its_own_validation_losses_and_its_parents_before_them() -> None:
    timeline = timeline_of(0)
    for epoch in range(1, 6):
        timeline.record(replace(state(epoch), valid_loss=10.0 * epoch))
    branch = forked(timeline, Position(2), replace(state(2), valid_loss=20.0))
    branch.record(replace(state(3), valid_loss=33.0))
    found = [one.curve.validation for one in (timeline, branch)]
    assert [None if curve is None else curve.buckets().last.tolist() for curve in found] == [
        [10, 20, 30, 40, 50], [10, 20, 33],
    ]  # fmt: skip
