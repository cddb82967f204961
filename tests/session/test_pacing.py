"""Keeping a pace and measuring one, by a clock that is told the time."""

import pytest

from rnn_tui.session.pacing import Meter, Pacer


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def epochs_in(seconds: float, pace: float | None, work: float, late: float = 0) -> int:
    """How many epochs of so much work fit, if each sleep is this much longer than told."""
    clock = Clock()
    pacer, end, count = Pacer(clock), clock.now + seconds, 0
    while clock.now < end:
        wait = pacer.wait(pace)
        if wait > 0:
            clock.now += wait + late
            continue
        clock.now += work
        count += 1
    return count


@pytest.mark.parametrize("pace", [1, 2, 20, 100, 1000])
def test_a_pace_is_kept_without_drift_whatever_an_epoch_costs(pace: float) -> None:
    for share in (0.01, 0.5, 0.9):
        assert epochs_in(10, pace, share / pace) == pytest.approx(10 * pace, abs=1)


@pytest.mark.parametrize("pace", [1, 20, 100])
@pytest.mark.parametrize("late", [0.001, 0.3, 0.9])
def test_waking_up_late_is_made_up_for(pace: float, late: float) -> None:
    count = epochs_in(1000 / pace, pace, 0.05 / pace, late=min(late / pace, 0.1))
    assert count == pytest.approx(1000, abs=2)


def test_a_pace_that_is_too_fast_is_as_fast_as_can_be() -> None:
    assert epochs_in(10, 100, 0.1) == pytest.approx(100, abs=1)


def test_without_a_limit_there_is_never_a_wait() -> None:
    assert Pacer(Clock()).wait(None) == 0


def test_a_long_pause_is_not_made_up_for() -> None:
    clock = Clock()
    pacer = Pacer(clock)
    assert pacer.wait(10) == 0
    clock.now += 1000
    at_once = 0
    while pacer.wait(10) == 0:
        at_once += 1
    assert at_once <= 4


def test_after_a_reset_the_next_epoch_is_due_now() -> None:
    pacer = Pacer(Clock())
    assert pacer.wait(1) == 0
    assert pacer.wait(1) == pytest.approx(1)
    pacer.reset()
    assert pacer.wait(1) == 0


def test_the_rate_is_measured_over_the_last_moments() -> None:
    clock = Clock()
    meter = Meter(clock)
    for epoch in range(200):
        clock.now += 0.02
        meter.count(epoch)
    assert meter.rate == pytest.approx(50, rel=0.05)
    assert meter.remaining(200, 300) == pytest.approx(2, rel=0.05)
    assert meter.remaining(300, 200) == 0
    assert meter.remaining(200, None) is None


def test_nothing_is_told_before_it_is_measured() -> None:
    meter = Meter(Clock())
    meter.count(1)
    assert meter.rate is None
    assert meter.remaining(1, 5) is None
    meter.rate = 3.0
    meter.reset()
    assert meter.rate is None
