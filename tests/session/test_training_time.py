"""How long a run has been trained: new epochs alone count."""

import pytest

from rnn_tui.model.interruption import Interrupted
from rnn_tui.session import commands as c
from rnn_tui.session.run import Run
from rnn_tui.timeline.navigator import Navigator
from rnn_tui.training.trainer import Trainer
from tests.session.playing import RUN, at, do


def seconds(run: Run) -> float:
    found = run.navigator.seconds
    assert found is not None
    return found


def test_what_was_never_trained_took_no_time() -> None:
    assert seconds(at(0)) == 0
    assert seconds(at(1)) > 0


@pytest.mark.parametrize("commands", [[c.Home(), c.End()], [c.Step(-3), c.Step(2)], [c.GoTo(1)]])
def test_going_through_the_past_takes_no_training_time(commands: list[c.Command]) -> None:
    run = at(5)
    before = seconds(run)
    assert seconds(do(run, *commands)) == before
    assert seconds(do(run, c.GoTo(6))) > before


def test_a_new_future_takes_training_time() -> None:
    run = at(5)
    before = seconds(run)
    do(run, c.GoTo(2), c.SetSetting("lr", 0.01))
    assert seconds(run) == before
    assert seconds(do(run, c.Step(1))) > before


def test_an_epoch_that_is_left_half_way_counts() -> None:
    run = at(0)
    run.execute(c.GoTo(1))

    def leave() -> None:
        raise Interrupted

    with pytest.raises(Interrupted):
        run.work(leave)
    assert seconds(run) > 0


def test_of_a_run_that_was_begun_before_time_was_kept_it_stays_unknown() -> None:
    navigator = Navigator(Trainer(RUN))
    navigator.seconds = None
    assert do(Run(navigator), c.GoTo(2)).navigator.seconds is None
