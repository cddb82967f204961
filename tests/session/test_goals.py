"""A run that comes to its goal: each part of it pauses running once."""

import math
from collections.abc import Callable

import numpy as np
import pytest

from rnn_tui.session import commands as c
from rnn_tui.session.run import Run
from rnn_tui.timeline.navigator import Navigator
from rnn_tui.training.config import Config
from rnn_tui.training.goals import Goal
from rnn_tui.training.trainer import State, Trainer
from rnn_tui.training.words import count
from tests.session.playing import RUN, Driver, do, look, straight, told

LEARNS = Config.of(sequences=5, length=5, hidden=8, lr=0.2, init="scaled", valid=1)
"""Solved, and its validation loss falls."""
FORGETS = Config.of(
    task="echo", delay=1, length=5, sequences=3, hidden=8, init="scaled", valid=2, lr=0.3
)
"""Its validation loss soon rises."""


def valid_losses(config: Config, epochs: int) -> list[float]:
    trainer = Trainer(config)
    return [trainer.advance().valid_loss for _ in range(epochs)]


def best_and_end(config: Config, patience: int) -> tuple[int, int]:
    """The epoch with the lowest validation loss, and the one where patience ends."""
    lowest, best = math.inf, 0
    for epoch, loss in enumerate(valid_losses(config, 400), 1):
        if loss < lowest:
            lowest, best = loss, epoch
        if epoch - best >= patience:
            return best, epoch
    raise AssertionError("it goes on and on")


def new(config: Config, goal: Goal) -> Run:
    return Run(Navigator(Trainer(config)), goal=goal)


def run_on(run: Run, most: int = 1000) -> Run:
    """`space`, and what follows until it rests."""
    run.execute(c.Run())
    for _ in range(most):
        if run.navigator.resting:
            return run
        run.work()
    return run


def first(config: Config, reached: Callable[[State], bool]) -> int:
    trainer = Trainer(config)
    while not reached(trainer.state):
        trainer.advance()
    return trainer.epoch


def test_running_pauses_where_the_training_curve_has_no_mistake() -> None:
    solved = first(LEARNS, lambda state: state.training_accuracy == 1)
    run = run_on(new(LEARNS, Goal(until="solved")))
    assert run.navigator.epoch == solved == look(run).observation.first_solved
    assert told(run).text == f"solved: no mistake in epoch {solved}; space continues"
    run_on(run, 20)
    assert run.navigator.running and run.navigator.epoch == solved + 20


def test_running_pauses_where_the_training_loss_is_low_enough() -> None:
    low = first(LEARNS, lambda state: state.training_loss <= 0.5)
    run = run_on(new(LEARNS, Goal(until="loss=0.5")))
    assert run.navigator.epoch == low > 1
    assert told(run).text.startswith("training loss 0.")
    assert run_on(run, 3).navigator.running


@pytest.mark.parametrize("patience", [1, 4])
def test_patience_that_ends_goes_back_to_the_best_epoch(patience: int) -> None:
    best, end = best_and_end(FORGETS, patience)
    run = run_on(new(FORGETS, Goal(patience=patience)))
    navigator = run.navigator
    assert (navigator.epoch, navigator.timeline.newest) == (best, end)
    assert np.array_equal(navigator.state.parameters, straight(FORGETS, best).parameters)
    waited = f"no lower validation loss for {count(patience, 'epoch')}"
    assert told(run).text == f"back at epoch {best}: {waited}; space continues"
    assert len(navigator.timelines) == 1 and not navigator.timeline.changes()
    run_on(run, end - best + 10)
    assert navigator.running and navigator.epoch == navigator.timeline.newest == end + 10
    assert np.array_equal(navigator.state.parameters, straight(FORGETS, end + 10).parameters)


def test_every_part_of_a_goal_pauses_by_itself() -> None:
    solved = first(LEARNS, lambda state: state.training_accuracy == 1)
    run = new(LEARNS, Goal(solved + 5, "solved"))
    assert look(run_on(run)).observation.epoch == solved
    assert look(run).goal == Goal(solved + 5)
    assert look(run_on(run)).observation.epoch == solved + 5
    assert run_on(run, 9).navigator.running


def test_who_goes_to_an_epoch_is_not_held_up_and_passes_the_number_of_epochs() -> None:
    run = do(new(LEARNS, Goal(10, "solved")), c.GoTo(300))
    assert run.navigator.epoch == 300 and look(run).goal == Goal(None, "solved")
    assert run_on(run).navigator.epoch == 301, "it is solved, which has not been told yet"


def test_what_the_newest_epoch_has_reached_is_behind_a_run_that_is_opened() -> None:
    run = do(new(FORGETS, Goal()), c.GoTo(100))
    run.navigator.goal = Goal(100, "loss=1000", 5)
    assert Run(run.navigator).goal.ahead == Goal()
    run.navigator.goal = Goal(101, "loss=1e-9", 500)
    assert Run(run.navigator).goal.ahead == run.navigator.goal


def test_a_new_run_has_the_same_goal_ahead() -> None:
    run = run_on(new(RUN, Goal(3)))
    assert look(run).goal == Goal()
    assert look(do(run, c.Restart(1))).goal == Goal(3)


def test_another_branch_is_measured_by_its_own_past() -> None:
    """The lowest validation loss beyond the fork is not its own."""
    run = do(new(FORGETS, Goal()), c.GoTo(60), c.GoTo(2), c.ScaleRate(2.0**-9), c.Step(10))
    timeline = run.navigator.timeline
    assert (timeline.number, timeline.newest) == (1, 12)
    losses = [timeline.nearest(epoch).valid_loss for epoch in range(1, 13)]
    assert timeline.best_epoch == 1 + int(np.argmin(losses))


def test_the_screen_goes_back_to_the_best_epoch() -> None:
    best, end = best_and_end(FORGETS, 4)
    driver = Driver(new(FORGETS, Goal(patience=4))).start()
    try:
        driver.send(c.ChangePace(99), c.Run())
        snapshot = driver.until(lambda s: s.activity == "paused" and s.observation.newest == end)
        snapshot = driver.until(lambda s: s.is_current and s.observation.epoch == best)
        assert snapshot.notice is not None and "no lower validation loss" in snapshot.notice.text
    finally:
        driver.stopped()
