"""The training curve of a whole run, in bounded memory."""

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from rnn_tui.timeline.loss_curve import LossHistory


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
    history = LossHistory.of(np.ones(len(accuracies)), np.array(accuracies))
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
