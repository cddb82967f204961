"""A run that diverges: what is told, and how one leaves it."""

import math

import numpy as np
import pytest

from rnn_tui.session import commands as c
from rnn_tui.session.run import Run
from rnn_tui.training.journal import Position
from tests.session.playing import RUN, at, do, look, straight, told


def diverged(epoch: int = 5) -> Run:
    """At an epoch, of five."""
    run = do(at(5), c.GoTo(epoch))
    settings = {**run.navigator.settings, "lr": math.inf}
    run.navigator.timeline.set(Position(epoch), settings)
    run.execute(c.Run())
    run.work()
    return run


def test_it_is_an_error_that_names_the_tensor_and_what_to_do() -> None:
    run = diverged()
    assert told(run).severity == "error"
    text = told(run).text
    assert text.startswith("diverged after epoch 5: the parameter W became NaN or infinite first")
    assert "halves the learning rate" in text and "clips" in text and "r restarts" in text
    assert (look(run).activity, look(run).observation.epoch) == ("diverged", 5)
    assert run.navigator.resting
    assert run.diverged is not None and run.diverged.tensor == "parameter W"


LEAVING: list[c.Command] = [
    c.Step(-1), c.Home(), c.GoTo(0), c.End(), c.ZeroWeights("U"), c.SetSetting("hold", "U"),
]  # fmt: skip


@pytest.mark.parametrize("command", LEAVING, ids=str)
@pytest.mark.parametrize("epoch", [1, 5])
def test_it_is_left_by_going_elsewhere(command: c.Command, epoch: int) -> None:
    run = diverged(epoch)
    assert look(run).activity == "diverged"
    assert look(do(run, command)).activity == "paused"


STAYING: list[c.Command] = [c.ShowSequence(1), c.ChangePace(1), c.Save(), c.NameBranch(0, "a")]


@pytest.mark.parametrize("command", STAYING, ids=str)
def test_it_is_not_left_by_looking_or_saving(command: c.Command) -> None:
    assert look(do(diverged(), command)).activity == "diverged"


def test_a_lower_rate_goes_on() -> None:
    run = do(diverged(), c.SetSetting("lr", 0.05), c.Step(1))
    assert np.array_equal(run.navigator.state.parameters, straight(RUN, 6).parameters)
    assert look(run).activity == "paused"
