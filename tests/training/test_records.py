"""What a run remembers of itself: journal, keyframes, timeline, the training curve."""

from bisect import bisect_right
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from rnn_tui.timeline.branch import Settings, Timeline, with_settings
from rnn_tui.timeline.keyframes import Keyframes
from rnn_tui.timeline.loss_curve import LossHistory
from rnn_tui.training.journal import (
    Intervention,
    Journal,
    Position,
    ZeroedWeights,
)
from rnn_tui.training.trainer import Partial, State

POSITIONS = st.builds(Position, st.integers(0, 6), st.integers(0, 2))
RATES = st.sampled_from([0.5, 1.0, 2.0, 4.0])


def state(epoch: int, numbers: int = 4) -> State:
    flat = np.full(numbers, float(epoch))
    return State(epoch, flat, flat - 1 if epoch else None, (), 1 / (epoch + 1), 0.5)


# Journal.


def test_without_changes_the_first_rate_holds_for_ever() -> None:
    journal = Journal(0.1)
    assert journal.rate_at(Position(0)) == journal.rate_at(Position(10**9, 3)) == 0.1
    assert journal.next_change(Position(0)) is None


@pytest.mark.parametrize(
    ("at", "rate", "following"),
    [
        (Position(0), 1, Position(2, 1)),
        (Position(2, 0), 1, Position(2, 1)),
        (Position(2, 1), 2, Position(5, 0)),
        (Position(4, 9), 2, Position(5, 0)),
        (Position(5, 0), 3, None),
        (Position(9), 3, None),
    ],
)
def test_a_change_holds_from_its_position_on(
    at: Position, rate: float, following: Position | None
) -> None:
    journal = Journal(1).with_rate(Position(2, 1), 2).with_rate(Position(5), 3)
    assert journal.rate_at(at) == rate
    assert journal.next_change(at) == following


@given(edits=st.lists(st.tuples(POSITIONS, RATES), max_size=12))
def test_a_journal_is_the_rate_of_every_update_and_no_entry_changes_nothing(
    edits: list[tuple[Position, float]],
) -> None:
    journal = Journal(1.0)
    every = [Position(epoch, update) for epoch in range(8) for update in range(3)]
    plain = dict.fromkeys(every, 1.0)
    for position, rate in edits:
        journal = journal.with_rate(position, rate)
        index = every.index(position)
        for later in every[index:]:
            plain[later] = rate
        assert [journal.rate_at(p) for p in every] == list(plain.values())
        assert list(journal.changes) == sorted(journal.changes)
        rates = [journal.initial_rate, *(change.rate for change in journal.changes)]
        assert all(one != other for one, other in pairwise(rates))


@given(edits=st.lists(st.tuples(POSITIONS, RATES), max_size=8), at=POSITIONS)
def test_until_forgets_what_was_done_at_a_position_and_after(
    edits: list[tuple[Position, float]], at: Position
) -> None:
    journal = Journal(1.0)
    for position, rate in sorted(edits):
        journal = journal.with_rate(position, rate)
    past = journal.until(at)
    assert list(past.changes) == [change for change in journal.changes if change.position < at]


def test_setting_a_rate_back_at_its_position_leaves_no_entry() -> None:
    journal = Journal(1).with_rate(Position(3), 2).with_rate(Position(3), 1)
    assert journal.changes == ()


CLIPS = st.sampled_from([None, 0.5, 2.0])


@given(edits=st.lists(st.tuples(POSITIONS, RATES, CLIPS), max_size=12))
def test_rate_and_clipping_are_journalled_each_for_itself(
    edits: list[tuple[Position, float, float | None]],
) -> None:
    both, rates, clips = Journal(1.0), Journal(1.0), Journal(1.0)
    for position, rate, clip in sorted(edits, key=lambda edit: edit[0]):
        both = with_settings(both, position, Settings(rate, clip))
        rates, clips = rates.with_rate(position, rate), clips.with_clip(position, clip)
    for position in (Position(epoch, update) for epoch in range(8) for update in range(3)):
        assert both.rate_at(position) == rates.rate_at(position)
        assert both.clip_at(position) == clips.clip_at(position)
    assert set(both.changes) == {*rates.changes, *clips.changes}


def test_what_was_zeroed_is_found_at_its_position_only() -> None:
    changes: tuple[Intervention, ...] = (
        ZeroedWeights(Position(2), "U"),
        Change(Position(2), "lr", 2.0),
        ZeroedWeights(Position(2), "W", (1,)),
        ZeroedWeights(Position(4), "V", (0, 1)),
    )
    journal = Journal(1.0, changes)
    assert journal.zeroed_at(Position(2)) == (changes[0], changes[2])
    assert journal.zeroed_at(Position(2, 1)) == journal.zeroed_at(Position(3)) == ()
    assert journal.with_rate(Position(2), 4.0).zeroed_at(Position(2)) == (changes[0], changes[2])
    assert journal.with_rate(Position(1), 4.0).zeroed_at(Position(2)) == ()
    assert journal.through(Position(2)).changes == changes[:3]


# Training curve.


@settings(deadline=None)
@given(
    losses=st.lists(st.floats(0, 100), min_size=1, max_size=200),
    capacity=st.sampled_from([2, 4, 16]),
    until=st.integers(0, 250),
)
def test_the_curve_loses_no_spike_and_no_epoch_in_bounded_memory(
    losses: list[float], capacity: int, until: int
) -> None:
    history = LossHistory(capacity)
    for loss in losses:
        history.append(loss, solved=False)
    curve = history.reduced()
    assert history.epochs == len(losses)
    assert len(curve.epochs) <= capacity
    ends = curve.epochs.astype(int).tolist()
    assert ends[-1] == len(losses)
    for start, end, low, high, last in zip(
        [0, *ends], ends, curve.low, curve.high, curve.last, strict=False
    ):
        bucket = losses[start:end]
        assert (min(bucket), max(bucket), bucket[-1]) == (low, high, last)
    cut = history.reduced(until)
    assert len(cut.epochs) == 0 if until == 0 else cut.epochs[-1] == min(until, len(losses))


def test_many_epochs_cost_no_more_memory_than_a_few_thousand() -> None:
    history = LossHistory()
    for epoch in range(50_000):
        history.append(1000.0 if epoch == 34_567 else 1.0, solved=False)
    curve = history.reduced()
    assert len(curve.epochs) <= 4096
    assert curve.high.max() == 1000
    assert (curve.high == 1000).sum() == 1


def test_what_was_handed_out_does_not_change_afterwards() -> None:
    history = LossHistory(4)
    for loss in (3.0, 2.0):
        history.append(loss, solved=False)
    curve = history.reduced()
    for _ in range(9):
        history.append(99.0, solved=False)
    assert curve.last.tolist() == [3, 2]


@pytest.mark.parametrize(
    ("accuracies", "first"),
    [
        ([0.5, np.nan, 1.0], None),
        ([np.nan, np.nan], None),
        ([0.5, 1.0, np.nan], 2),
        ([0.5, 0.5], 3),
    ],
)
def test_where_epochs_before_it_were_lost_the_first_solved_one_is_unknown(
    accuracies: list[float], first: int | None
) -> None:
    known = np.flatnonzero(~np.isnan(accuracies))
    history = LossHistory.of(
        len(accuracies), known + 1, np.ones(len(known)), np.array(accuracies)[known]
    )
    history.append(1.0, solved=True)
    assert history.first_solved == first
    assert history.cut(len(accuracies) + 1, 1.0).first_solved == first


@pytest.mark.parametrize("solved", [[], [3], [3, 7]])
def test_the_first_solved_epoch_is_remembered(solved: list[int]) -> None:
    history = LossHistory(2)
    for epoch in range(1, 10):
        history.append(1.0, solved=epoch in solved)
    first = solved[0] if solved else None
    assert history.first_solved == first
    assert history.cut(2, 1.0).first_solved is None
    assert history.cut(3, 1.0).first_solved == first


@given(
    count=st.integers(1, 60),
    at=st.integers(0, 60),
    more=st.sampled_from([0, 0, 1, 5, 60]),
    capacity=st.sampled_from([2, 8, 64]),
)
@example(count=4, at=3, more=0, capacity=2)
def test_a_cut_curve_goes_on_as_if_what_was_cut_had_never_been(
    count: int, at: int, more: int, capacity: int
) -> None:
    history = LossHistory(capacity)
    for epoch in range(1, count + 1):
        history.append(float(epoch), solved=False)
    before = history.reduced()
    kept = min(at, count)
    cut = history.cut(at, float(kept))
    for epoch in range(kept + 1, kept + more + 1):
        cut.append(1000.0 + epoch, solved=False)
    curve, ends = cut.reduced(), cut.reduced().epochs.astype(int).tolist()
    assert cut.epochs == kept + more
    losses = [float(e) for e in range(1, kept + 1)]
    losses += [1000.0 + e for e in range(kept + 1, kept + more + 1)]
    for start, end, low, high, last in zip(
        [0, *ends], ends, curve.low, curve.high, curve.last, strict=False
    ):
        bucket = losses[start:end]
        assert last == bucket[-1]
        # A bucket that the cut went through may keep an extreme of what was cut.
        assert low <= min(bucket) and high >= max(bucket)
        if not start < kept < end or end - start == 1:
            assert low == min(bucket)
    assert np.array_equal(history.reduced().last, before.last)


# Keyframes.


@settings(deadline=None)
@given(
    budget=st.integers(1, 40_000),
    moves=st.lists(st.tuples(st.integers(1, 60), st.floats(0, 1)), min_size=1, max_size=4),
)
def test_keyframes_hold_the_newest_states_and_a_grid_within_a_budget_that_may_shrink(
    budget: int, moves: list[tuple[int, float]]
) -> None:
    initial = state(0)
    keyframes = Keyframes(initial, budget)
    newest = 0
    for grown, left in moves:
        for epoch in range(newest + 1, newest + grown + 1):
            keyframes.add(state(epoch))
        newest += grown
        budget = int(budget * left)
        keyframes.budget = budget
        keyframes.trim()
        kept = {id(s): s for s in (*keyframes._recent, *keyframes.grid)}
        assert len(keyframes._recent) <= max(2, budget // 2 // initial.nbytes)
        assert sum(s.nbytes for s in kept.values()) <= budget + 10 * initial.nbytes
        assert all(s.epoch % keyframes.grid.stride == 0 for s in keyframes.grid)
        epochs = sorted({0, *(s.epoch for s in kept.values())})
        for epoch in range(newest + 1):
            nearest = keyframes.nearest(epoch)
            assert nearest.epoch == epochs[bisect_right(epochs, epoch) - 1]
            assert nearest.parameters[0] == nearest.epoch
        assert keyframes.nearest(newest).epoch == newest


def test_small_steps_back_find_every_state() -> None:
    keyframes = Keyframes(state(0), budget=64 * state(0).nbytes)
    for epoch in range(1, 1001):
        keyframes.add(state(epoch))
    assert [keyframes.nearest(epoch).epoch for epoch in range(980, 1001)] == list(range(980, 1001))
    assert len({keyframes.nearest(epoch).epoch for epoch in range(500)}) >= 4


def test_the_last_ten_thousand_epochs_of_the_default_run_are_kept_exactly() -> None:
    numbers = 10 * (2 * 3 + 10 + 1) + 3
    timeline = Timeline(state(0, numbers), Journal(0.001))
    for epoch in range(1, 10_501):
        timeline.record(state(epoch, numbers))
    assert all(timeline.nearest(epoch).epoch == epoch for epoch in range(500, 10_501))


# Timeline.


def timeline_of(epochs: int, rate: float = 1.0) -> Timeline:
    timeline = Timeline(state(0), Journal(rate))
    for epoch in range(1, epochs + 1):
        timeline.record(state(epoch))
    return timeline


def forked(timeline: Timeline, position: Position, base: State, number: int = 1) -> Timeline:
    """A branch on which what waits there has come true."""
    wanted = timeline.settings_at(position)
    journal = with_settings(timeline.journal, position, wanted)
    return timeline.forked(position, base, journal, number)


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
    timeline = Timeline(state(0), Journal(1.0), budget)
    for epoch in range(1, newest + 1):
        timeline.record(state(epoch))
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
    timeline.record(state(9))
    assert (timeline.newest, timeline.history.epochs) == (5, 5)


def test_settings_at_the_end_are_written_down_at_once() -> None:
    timeline = timeline_of(5)
    timeline.set(Position(5), Settings(2.0, None))
    assert timeline.journal.changes == (Change(Position(5), "lr", 2.0),)
    timeline.set(Position(5), Settings(2.0, 0.5))
    assert timeline.journal.changes[1:] == (Change(Position(5), "clip", 0.5),)
    assert timeline.edits == {}
    timeline.set(Position(5), Settings(1.0, None))
    assert timeline.changes() == ()


def test_settings_in_the_past_wait_and_change_nothing() -> None:
    timeline = timeline_of(5)
    timeline.set(Position(2), Settings(2.0, 0.5))
    assert timeline.settings_at(Position(2)) == (2.0, 0.5)
    assert timeline.recorded(Position(2)) == (1.0, None)
    assert timeline.journal.changes == ()
    assert timeline.changes() == (Change(Position(2), "lr", 2.0), Change(Position(2), "clip", 0.5))
    assert timeline.newest == 5
    timeline.set(Position(2), Settings(1.0, None))
    assert timeline.changes() == ()


def test_what_waits_is_told_between_what_was_done_in_order() -> None:
    timeline = timeline_of(5)
    timeline.set(Position(5), Settings(4.0, None))
    for epoch in range(6, 9):
        timeline.record(state(epoch))
    for epoch in (7, 2):
        timeline.set(Position(epoch), Settings(8.0, None))
    assert [change.position.epoch for change in timeline.changes()] == [2, 5, 7]


def test_a_branch_knows_what_was_done_up_to_there_and_what_waited() -> None:
    timeline = timeline_of(5)
    timeline.set(Position(5), Settings(4.0, None))
    timeline.record(state(6))
    timeline.set(Position(2), Settings(2.0, 0.5))
    branch = forked(timeline, Position(2), state(2))
    assert branch.journal.changes == (
        Change(Position(2), "lr", 2.0),
        Change(Position(2), "clip", 0.5),
    )
    assert (branch.newest, branch.history.epochs) == (2, 2)
    assert branch.parent is timeline and branch.fork == Position(2)
    assert (timeline.newest, timeline.history.epochs) == (6, 6)
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
    assert branch.history.reduced().last.tolist() == [1 / 2, 1 / 3, 1 / 4, 1 / 5]


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
    curve = timeline_of(0).history.reduced()
    assert all(len(column) == 0 for column in curve)
