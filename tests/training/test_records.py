"""What a run remembers of itself: journal, keyframes, timeline, the training curve."""

from bisect import bisect_right
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from rnn_tui.training.history import LossHistory
from rnn_tui.training.journal import Journal, Position, RateChange
from rnn_tui.training.keyframes import Keyframes
from rnn_tui.training.timeline import Timeline
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
def test_keyframes_hold_the_newest_states_and_a_grid_within_the_budget(
    budget: int, moves: list[tuple[int, float]]
) -> None:
    initial = state(0)
    keyframes = Keyframes(initial, budget)
    newest = 0
    for grown, back in moves:
        for epoch in range(newest + 1, newest + grown + 1):
            keyframes.add(state(epoch))
        newest += grown
        kept = {id(s): s for s in (*keyframes._recent, *keyframes._grid)}
        assert len(keyframes._recent) <= max(2, budget // 2 // initial.nbytes)
        assert sum(s.nbytes for s in kept.values()) <= budget + 10 * initial.nbytes
        epochs = sorted({0, *(s.epoch for s in kept.values())})
        for epoch in range(newest + 1):
            nearest = keyframes.nearest(epoch)
            assert nearest.epoch == epochs[bisect_right(epochs, epoch) - 1]
            assert nearest.parameters[0] == nearest.epoch
        assert keyframes.nearest(newest).epoch == newest or back < 1
        spread = keyframes.spread(newest, 5)
        assert [s.epoch for s in spread] == sorted({s.epoch for s in spread})
        assert 1 <= len(spread) <= 5
        newest = int(newest * back)
        keyframes.cut(newest)
        assert all(s.epoch <= newest for s in (*keyframes._recent, *keyframes._grid))


def test_small_steps_back_find_every_state() -> None:
    keyframes = Keyframes(state(0), budget=64 * state(0).nbytes)
    for epoch in range(1, 1001):
        keyframes.add(state(epoch))
    assert [keyframes.nearest(epoch).epoch for epoch in range(980, 1001)] == list(range(980, 1001))
    assert len({keyframes.nearest(epoch).epoch for epoch in range(500)}) >= 4


def test_the_last_ten_thousand_epochs_of_the_default_run_are_kept_exactly() -> None:
    numbers = 10 * (2 * 3 + 10 + 1) + 3
    timeline = Timeline(state(0, numbers), 0.001)
    for epoch in range(1, 10_501):
        timeline.record(state(epoch, numbers))
    assert all(timeline.nearest(epoch).epoch == epoch for epoch in range(500, 10_501))


# Timeline.


def timeline_of(epochs: int, rate: float = 1.0) -> Timeline:
    timeline = Timeline(state(0), rate)
    for epoch in range(1, epochs + 1):
        timeline.record(state(epoch))
    return timeline


def test_an_epoch_known_already_changes_nothing() -> None:
    timeline = timeline_of(5)
    timeline.record(state(3))
    timeline.record(state(9))
    assert (timeline.newest, timeline.history.epochs) == (5, 5)


def test_a_rate_set_at_the_end_is_written_down_at_once() -> None:
    timeline = timeline_of(5)
    timeline.set_rate(Position(5), 2.0)
    assert timeline.journal.changes == (RateChange(Position(5), 2.0),)
    assert timeline.edits == {}
    timeline.set_rate(Position(5), 1.0)
    assert timeline.changes() == ()


def test_a_rate_set_in_the_past_waits_and_discards_nothing() -> None:
    timeline = timeline_of(5)
    timeline.set_rate(Position(2), 2.0)
    assert timeline.rate_at(Position(2)) == 2
    assert timeline.journal.changes == ()
    assert timeline.changes() == (RateChange(Position(2), 2.0),)
    assert timeline.newest == 5
    timeline.set_rate(Position(2), 1.0)
    assert timeline.changes() == ()


def test_the_future_begins_anew_only_where_a_rate_waits() -> None:
    timeline = timeline_of(5)
    timeline.set_rate(Position(4), 4.0)
    timeline.set_rate(Position(1), 8.0)
    timeline.set_rate(Position(2), 2.0)
    timeline.begin_future(Position(3), 0.25)
    assert timeline.newest == 5
    timeline.begin_future(Position(2), 0.25)
    assert (timeline.newest, timeline.history.epochs) == (2, 2)
    assert timeline.journal.changes == (RateChange(Position(2), 2.0),)
    assert timeline.edits == {Position(1): 8.0}
    assert timeline.history.reduced().last.tolist() == [0.5, 0.25]
    timeline.record(state(3))
    assert timeline.newest == 3


def test_a_new_future_replaces_the_old_ones_epochs() -> None:
    timeline = timeline_of(5)
    timeline.set_rate(Position(2), 2.0)
    timeline.begin_future(Position(2), 0.25)
    for other in (state(3), state(4)):
        timeline.record(other)
        assert timeline.nearest(other.epoch) is other
    assert timeline.nearest(2).epoch == 2


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
