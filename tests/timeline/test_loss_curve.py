"""The training curve of a whole run, in bounded memory."""

import math

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from rnn_tui.timeline.loss_curve import LossCurve


@settings(deadline=None)
@given(
    losses=st.lists(st.floats(0, 100), min_size=1, max_size=200),
    capacity=st.sampled_from([2, 4, 16]),
)
def test_the_curve_loses_no_spike_and_no_epoch_in_bounded_memory(
    losses: list[float], capacity: int
) -> None:
    history = LossCurve(capacity)
    for loss in losses:
        history.append(loss, accuracy=0.5)
    curve = history.buckets()
    assert history.epochs == len(losses)
    assert len(curve.epochs) <= capacity
    ends = curve.epochs.astype(int).tolist()
    assert ends[-1] == len(losses)
    for start, end, low, high, last in zip(
        [0, *ends], ends, curve.low, curve.high, curve.last, strict=False
    ):
        bucket = losses[start:end]
        assert (min(bucket), max(bucket), bucket[-1]) == (low, high, last)


def test_many_epochs_cost_no_more_memory_than_a_few_thousand() -> None:
    history = LossCurve()
    for epoch in range(50_000):
        history.append(1000.0 if epoch == 34_567 else 1.0, accuracy=0.5)
    curve = history.buckets()
    assert len(curve.epochs) <= 4096
    assert curve.high.max() == 1000
    assert (curve.high == 1000).sum() == 1


def test_what_was_handed_out_does_not_change_afterwards() -> None:
    history = LossCurve(4)
    for loss in (3.0, 2.0):
        history.append(loss, accuracy=0.5)
    curve = history.buckets()
    for _ in range(9):
        history.append(99.0, accuracy=0.5)
    assert curve.last.tolist() == [3, 2]


@settings(deadline=None)
@given(
    losses=st.lists(st.floats(0, 100), min_size=1, max_size=200),
    capacity=st.sampled_from([2, 4, 16]),
    lost=st.sets(st.integers(1, 200)),
)
def test_a_curve_made_at_once_is_that_made_epoch_by_epoch_but_for_what_was_lost(
    losses: list[float], capacity: int, lost: set[int]
) -> None:
    plain = LossCurve(capacity)
    for loss in losses:
        plain.append(loss, accuracy=0.5)
    known = np.array([e for e in range(1, len(losses) + 1) if e not in lost], np.int64)
    of_known = np.array(losses)[known - 1]
    curve = LossCurve.of(len(losses), known, of_known, np.zeros(len(known)), capacity).buckets()
    assert curve.epochs.tolist() == plain.buckets().epochs.tolist()
    start = 0
    for end, low, high in zip(curve.epochs.astype(int), curve.low, curve.high, strict=True):
        bucket = [losses[e - 1] for e in range(start + 1, end + 1) if e not in lost]
        if bucket:
            assert (low, high) == (min(bucket), max(bucket))
        else:
            assert np.isnan(low) and np.isnan(high)
        start = end


@pytest.mark.parametrize("count", [10**10, 10**15])
def test_a_count_of_epochs_from_a_file_allocates_nothing(count: int) -> None:
    none = np.empty(0)
    history = LossCurve.of(count, np.empty(0, np.int64), none, none)
    history.append(1.0, accuracy=1.0)
    assert (history.epochs, history.first_solved) == (count + 1, None)
    assert len(history.buckets().epochs) <= 4096


@pytest.mark.parametrize(
    ("known", "accuracies", "first"),
    [
        ([1, 3], [0.5, 1.0], None),
        ([], [], None),
        ([1, 2], [0.5, 1.0], 2),
        ([1, 2, 3], [0.5, np.nan, 1.0], None),
        ([1, 2, 3], [0.5, 0.5, 0.5], 4),
    ],
)
def test_where_epochs_before_it_were_lost_the_first_solved_one_is_unknown(
    known: list[int], accuracies: list[float], first: int | None
) -> None:
    epochs = np.array(known, np.int64)
    history = LossCurve.of(3, epochs, np.ones(len(known)), np.array(accuracies))
    history.append(1.0, accuracy=1.0)
    assert history.first_solved == first
    assert history.cut(4, 1.0, 0.5).first_solved == first


@pytest.mark.parametrize("solved", [[], [3], [3, 7]])
def test_the_first_solved_epoch_is_remembered(solved: list[int]) -> None:
    history = LossCurve(2)
    for epoch in range(1, 10):
        history.append(1.0, accuracy=float(epoch in solved))
    first = solved[0] if solved else None
    assert history.first_solved == first
    assert history.cut(2, 1.0, 0.5).first_solved is None
    assert history.cut(3, 1.0, 1.0).first_solved == first


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
    history = LossCurve(capacity)
    for epoch in range(1, count + 1):
        history.append(float(epoch), accuracy=0.5)
    before = history.buckets()
    kept = min(at, count)
    cut = history.cut(at, float(kept), 0.5)
    for epoch in range(kept + 1, kept + more + 1):
        cut.append(1000.0 + epoch, accuracy=0.5)
    curve, ends = cut.buckets(), cut.buckets().epochs.astype(int).tolist()
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
    assert np.array_equal(history.buckets().last, before.last)


@settings(deadline=None)
@given(
    accuracies=st.lists(st.sampled_from([0.0, 0.25, 0.9, 1.0]), min_size=1, max_size=120),
    at=st.integers(1, 120),
    more=st.lists(st.sampled_from([0.5, 1.0]), max_size=60),
    capacity=st.sampled_from([2, 8, 64]),
    at_once=st.booleans(),
)
def test_each_bucket_has_the_accuracy_of_its_last_epoch(
    accuracies: list[float], at: int, more: list[float], capacity: int, at_once: bool
) -> None:
    """After merging, after a cut and when read back from a file."""
    history, count = LossCurve(capacity), len(accuracies)
    if at_once:
        known, given = np.arange(1, count + 1), np.array(accuracies)
        history = LossCurve.of(count, known, np.ones(count), given, capacity)
    else:
        for accuracy in accuracies:
            history.append(1.0, accuracy)
    cut = history.cut(at, 1.0, accuracies[min(at, count) - 1])
    for accuracy in more:
        cut.append(1.0, accuracy)
    for curve, expected in ((history, accuracies), (cut, accuracies[:at] + more)):
        buckets = curve.buckets()
        assert buckets.accuracy.tolist() == [expected[int(e) - 1] for e in buckets.epochs]
        first = expected.index(1.0) + 1 if 1.0 in expected else None
        assert curve.first_solved == first


def test_the_accuracy_of_an_epoch_that_was_lost_is_unknown() -> None:
    known, ones = np.array([1, 3]), np.ones(2)
    history = LossCurve.of(3, known, ones, np.array([0.5, 0.75]))
    assert np.array_equal(history.buckets().accuracy, [0.5, np.nan, 0.75], equal_nan=True)


# With a validation set.


def validated(count: int, capacity: int) -> LossCurve:
    """Of so many epochs, whose validation loss is ten times the training loss."""
    history = LossCurve(capacity)
    for epoch in range(1, count + 1):
        history.append(float(epoch), accuracy=0.5, valid_loss=10.0 * epoch)
    return history


@pytest.mark.parametrize("count", [1, 5, 40])
def test_the_validation_curve_lies_in_the_same_buckets_beside_the_training_curve(
    count: int,
) -> None:
    history = validated(count, 4)
    assert history.validation is not None
    curve, valid = history.buckets(), history.validation.buckets()
    assert valid.epochs.tolist() == curve.epochs.tolist()
    for one, other in zip(valid[1:4], curve[1:4], strict=True):
        assert one.tolist() == (10 * other).tolist()


def test_without_a_validation_set_nothing_is_kept_of_it() -> None:
    history = LossCurve(4)
    history.append(1.0, accuracy=0.5)
    history.append(1.0, accuracy=0.5, valid_loss=math.nan)
    assert history.validation is None and history.cut(1, 1.0, 0.5).validation is None
    nan, epochs, ones = np.full(2, np.nan), np.arange(1, 3), np.ones(2)
    assert LossCurve.of(2, epochs, ones, ones, valid_losses=nan).validation is None
    assert LossCurve.of(2, epochs, ones, ones).validation is None


def test_a_cut_cuts_the_validation_curve_too() -> None:
    cut = validated(9, 16).cut(4, 4.0, 0.5, 44.0)
    cut.append(1.0, accuracy=0.5, valid_loss=2.0)
    assert cut.validation is not None
    assert cut.buckets().last.tolist() == [1, 2, 3, 4, 1]
    assert cut.validation.buckets().last.tolist() == [10, 20, 30, 44, 2]


def test_a_validation_curve_read_at_once_goes_on_where_it_ended() -> None:
    known = np.array([1, 3])
    losses, valid = np.array([1.0, 3.0]), np.array([10.0, 30.0])
    history = LossCurve.of(3, known, losses, np.zeros(2), 4, valid)
    history.append(4.0, accuracy=0.5, valid_loss=40.0)
    assert history.validation is not None
    last = history.validation.buckets().last
    assert np.array_equal(last, [10, np.nan, 30, 40], equal_nan=True)


def test_where_the_past_of_the_validation_curve_was_lost_it_begins_at_the_next_epoch() -> None:
    none = np.empty(0)
    history = LossCurve.of(2, np.empty(0, np.int64), none, none)
    history.append(4.0, accuracy=0.5, valid_loss=40.0)
    assert history.validation is not None
    last = history.validation.buckets().last
    assert np.array_equal(last, [np.nan, np.nan, 40], equal_nan=True)


def first_lowest(losses: list[float]) -> int | None:
    numbers = [loss for loss in losses if loss < math.inf]
    return losses.index(min(numbers)) + 1 if numbers else None


LOSSES = st.lists(st.sampled_from([0.5, 1.0, 2.0, math.nan, math.inf]), max_size=40)


@given(losses=LOSSES, more=LOSSES, capacity=st.sampled_from([2, 4, 64]))
def test_the_best_epoch_is_the_first_with_the_lowest_loss(
    losses: list[float], more: list[float], capacity: int
) -> None:
    known = np.arange(1, len(losses) + 1)
    at_once = LossCurve.of(len(losses), known, np.array(losses), np.zeros(len(losses)), capacity)
    one_by_one = LossCurve(capacity)
    for loss in losses:
        one_by_one.append(loss, 0.5)
    for curve in (at_once, one_by_one):
        assert curve.best == first_lowest(losses)
        for loss in more:
            curve.append(loss, 0.5)
        assert curve.best == first_lowest(losses + more)


@given(losses=LOSSES, at=st.integers(0, 40), last=st.floats(0, 3))
def test_a_cut_has_the_best_epoch_of_what_is_left(
    losses: list[float], at: int, last: float
) -> None:
    curve = LossCurve(64)
    for loss in losses:
        curve.append(loss, 0.5)
    cut = curve.cut(at, last, 0.5)
    left = [*losses[: cut.epochs - 1], last] if cut.epochs else []
    assert cut.best == first_lowest(left)


def test_in_wide_buckets_the_best_epoch_before_a_cut_is_known_to_the_width_of_one() -> None:
    curve = LossCurve(4)
    for epoch in range(1, 17):
        curve.append(1.0 if epoch == 6 else 0.1 if epoch == 15 else 2.0, 0.5)
    assert curve.best == 15
    assert curve.cut(14, 2.0, 0.5).best == 8
    assert curve.cut(16, 2.0, 0.5).best == 15
