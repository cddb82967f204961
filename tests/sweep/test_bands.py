"""The band of a setting: median and quartiles of its runs' training curves, epoch by epoch."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnn_tui.sweep.bands import MOST_POINTS, RunCurve, band, thinned


def curve(*losses: float, beyond: float = np.nan) -> RunCurve:
    return RunCurve(np.arange(1.0, len(losses) + 1), np.array(losses, dtype=float), beyond)


losses = st.lists(st.floats(0, 1e6), min_size=3, max_size=3)


@given(st.lists(losses, min_size=1, max_size=12))
def test_over_runs_of_one_length_it_has_the_quartiles_of_numpy(runs: list[list[float]]) -> None:
    found = band([curve(*run) for run in runs])
    expected = np.quantile(runs, [0.25, 0.5, 0.75], axis=0)
    np.testing.assert_allclose(
        [found.low, found.median, found.high], expected, rtol=1e-12, atol=1e-300
    )
    assert found.runs.tolist() == [len(runs)] * 3


@given(st.permutations(range(5)))
def test_the_order_of_the_runs_does_not_matter(order: list[int]) -> None:
    runs = [curve(*np.linspace(2, k, 4 + k)) for k in range(5)]
    one, other = band(runs), band([runs[k] for k in order])
    assert all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))


def test_without_a_run_or_an_epoch_it_is_empty() -> None:
    assert len(band([]).epochs) == len(band([curve()]).epochs) == 0


def test_a_run_under_way_counts_up_to_its_last_epoch() -> None:
    found = band([curve(4, 4, 4, 4), curve(2, 2)])
    assert found.median.tolist() == [3, 3, 4, 4]
    assert found.runs.tolist() == [2, 2, 1, 1]


def test_a_run_that_reached_its_goal_keeps_its_last_loss() -> None:
    found = band([curve(4, 4, 4, 4), curve(3, 2, beyond=2)])
    assert found.median.tolist() == [3.5, 3, 3, 3]


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_a_diverged_run_is_infinitely_bad_from_then_on(bad: float) -> None:
    runs = [curve(1, 1, 1, 1), curve(2, 2, 2, 2), curve(3, 3, bad, beyond=np.inf)]
    found = band(runs)
    assert found.median.tolist() == [2, 2, 2, 2]
    assert found.high.tolist() == [2.5, 2.5, np.inf, np.inf]
    assert found.runs.tolist() == [3, 3, 3, 3]


def test_where_most_diverged_the_median_is_infinite() -> None:
    found = band([curve(1, 1), curve(2, beyond=np.inf), curve(2, beyond=np.inf)])
    assert found.median.tolist() == [2, np.inf] and found.low.tolist() == [1.5, np.inf]


@given(st.integers(1, 5000))
def test_of_a_long_curve_few_epochs_are_kept_with_their_very_losses(length: int) -> None:
    whole = curve(*np.sin(np.arange(length)))
    few = thinned(whole)
    assert len(few.epochs) <= MOST_POINTS + 2
    assert few.epochs[0] == 1 and few.epochs[-1] == length
    assert np.array_equal(few.losses, whole.losses[few.epochs.astype(int) - 1])


@given(st.lists(st.integers(1, 3000), min_size=1, max_size=5))
def test_runs_of_any_length_meet_at_epochs_that_they_all_keep(lengths: list[int]) -> None:
    runs = [curve(*np.cos(np.arange(n) / 50)) for n in lengths]
    found = band(runs)
    assert found.epochs[-1] == max(lengths) and len(found.epochs) <= MOST_POINTS + 2 * len(runs)
    at = found.epochs[found.epochs % 8 == 0].astype(int)
    np.testing.assert_allclose(
        found.median[found.epochs % 8 == 0], np.cos((at - 1) / 50), rtol=1e-9, atol=1e-12
    )
