"""Learning rate schedules: their factors, by hand and for any run."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnn_tui.training.schedules import SCHEDULES, factor

RUNS = st.integers(1, 10_000)
any_schedule = st.sampled_from(list(SCHEDULES))


@pytest.mark.parametrize(
    ("schedule", "factors"),
    [
        ("constant", [1] * 8),
        ("linear", [1, 7 / 8, 6 / 8, 5 / 8, 4 / 8, 3 / 8, 2 / 8, 1 / 8]),
        ("cosine", [1, 0.96194, 0.853553, 0.691342, 0.5, 0.308658, 0.146447, 0.03806]),
        ("step", [1, 1, 1, 1, 0.1, 0.1, 0.01, 0.01]),
    ],
)
def test_the_factors_of_eight_updates_and_the_last_one_beyond(
    schedule: str, factors: list[float]
) -> None:
    found = [factor(schedule, 0, update, 8) for update in range(12)]
    assert found == pytest.approx([*factors, *factors[-1:] * 4], abs=1e-5)


def test_a_warm_up_makes_the_first_factors_smaller_and_no_others() -> None:
    warm = [factor("constant", 4, update, None) for update in range(6)]
    assert warm == [1 / 4, 2 / 4, 3 / 4, 1, 1, 1]
    for schedule in SCHEDULES:
        plain, warm = ([factor(schedule, w, update, 8) for update in range(10)] for w in (0, 4))
        assert warm == [f * min(1, (i + 1) / 4) for i, f in enumerate(plain)]


@given(any_schedule, st.integers(0, 100), st.integers(0, 20_000), RUNS)
def test_a_factor_is_above_0_and_at_most_1(s: str, warmup: int, update: int, updates: int) -> None:
    assert 0 < factor(s, warmup, update, updates) <= 1


@given(any_schedule, RUNS, st.integers(0, 20_000))
def test_without_a_warm_up_it_never_rises(schedule: str, updates: int, update: int) -> None:
    assert factor(schedule, 0, 0, updates) == 1
    assert factor(schedule, 0, update + 1, updates) <= factor(schedule, 0, update, updates)


@pytest.mark.parametrize("schedule", SCHEDULES)
@pytest.mark.parametrize("updates", [0, 1])
def test_a_run_of_one_update_or_none_keeps_the_whole_rate(schedule: str, updates: int) -> None:
    assert [factor(schedule, 0, update, updates) for update in (0, 1, 9)] == [1, 1, 1]


@pytest.mark.parametrize("schedule", [name for name in SCHEDULES if name != "constant"])
def test_a_schedule_that_ends_needs_the_end_of_the_run(schedule: str) -> None:
    with pytest.raises(ValueError, match=f"^--schedule {schedule} needs --epochs"):
        factor(schedule, 0, 0, None)
