"""A run trained up to its goal without a screen, interrupted and resumed."""

from pathlib import Path

import pytest

from rnn_tui.model.interruption import Interrupted
from rnn_tui.runs.headless import train_run
from rnn_tui.runs.opening import Opening
from rnn_tui.session.run import Run
from rnn_tui.session.summary import Trained
from rnn_tui.storage.library.store import Store
from rnn_tui.timeline.navigator import Navigator
from rnn_tui.training.config import Config
from rnn_tui.training.goals import Goal
from rnn_tui.training.trainer import Trainer

CONFIG = Config.of(
    task="echo", delay=1, length=5, sequences=3, hidden=8, init="scaled", valid=2, lr=0.3
)
GOALS = [Goal(30), Goal(300, "solved"), Goal(300, "loss=0.3"), Goal(300, None, 6)]


def straight(goal: Goal) -> Trained:
    return train_run(Run(Navigator(Trainer(CONFIG))), goal)


def interrupted_at(run: Run, epoch: int) -> Trained:
    """Trained up to its goal, and interrupted in the epoch after this one, or not at all."""

    def poll() -> None:
        if run.navigator.epoch >= epoch and run.navigator.trainer.update > 0:
            raise Interrupted

    return train_run(run, run.navigator.goal, poll)


@pytest.mark.parametrize("goal", GOALS, ids=Goal.options)
def test_it_ends_for_the_reason_that_it_tells(goal: Goal) -> None:
    trained = straight(goal)
    values = trained.to_json()
    state = Trainer(CONFIG).state
    trainer = Trainer(CONFIG)
    while trainer.epoch < values["epoch"]:
        state = trainer.advance()
    assert values["parameters_sha256"] == trainer.parameters_of(state).sha256()
    assert values["training_loss"] == state.training_loss
    assert values["valid_loss"] == state.valid_loss
    assert values["updates"] == 3 * values["epoch"]
    assert trained.updates_made == 3 * values["newest"]
    assert values["goal"] == goal.to_json()
    assert values["stopped"] == ["epochs", "solved", "loss", "patience"][GOALS.index(goal)]
    if goal.until == "solved":
        assert values["epoch"] == values["first_solved_epoch"] == values["newest"]
    if goal.patience is not None:
        assert values["newest"] - values["epoch"] == goal.patience
        assert "newest" in trained.moment.line()


@pytest.mark.parametrize("goal", GOALS, ids=Goal.options)
@pytest.mark.parametrize("epochs", [(1,), (2, 7, 7, 11)])
def test_a_run_that_is_resumed_goes_on_to_the_same_end(
    goal: Goal, epochs: tuple[int, ...], tmp_path: Path
) -> None:
    expected = straight(goal)
    opening = Opening(Store(tmp_path))
    trained = interrupted_at(opening.new(CONFIG, goal), epochs[0])
    assert trained.stopped == "interrupted"
    for epoch in (*epochs[1:], 10**6):
        run, _ = opening.resume(None)
        assert run.navigator.goal == goal
        trained = interrupted_at(run, epoch)
    assert trained.stopped == expected.stopped
    assert trained.moment.epoch == expected.moment.epoch
    assert trained.moment.newest == expected.moment.newest
    assert trained.moment.parameters_sha256 == expected.moment.parameters_sha256


@pytest.mark.parametrize("goal", GOALS[1:], ids=Goal.options)
def test_once_it_is_there_nothing_more_is_trained(goal: Goal, tmp_path: Path) -> None:
    opening = Opening(Store(tmp_path))
    before = interrupted_at(opening.new(CONFIG, goal), 10**6)
    run, _ = opening.resume(None)
    again = interrupted_at(run, 10**6)
    assert (again.stopped, again.updates_made) == (before.stopped, 0)
    assert again.moment.epoch == before.moment.epoch
    assert again.moment.parameters_sha256 == before.moment.parameters_sha256


def test_a_resumed_run_can_be_given_another_goal_in_part(tmp_path: Path) -> None:
    opening = Opening(Store(tmp_path))
    interrupted_at(opening.new(CONFIG, Goal(5, "loss=1e-9")), 10**6)
    run, _ = opening.resume(None, {"epochs": 8})
    assert run.navigator.goal == Goal(8, "loss=1e-9")
    assert interrupted_at(run, 10**6).moment.epoch == 8
    run, _ = opening.resume(None, {"until": None})
    assert run.navigator.goal == Goal(8)
    run.recording.let_go()


def test_a_run_without_a_goal_goes_to_the_end_of_its_schedule(tmp_path: Path) -> None:
    opening = Opening(Store(tmp_path))
    config = CONFIG.with_options(schedule="linear", epochs=12)
    train_run(opening.new(config), Goal(3))
    run, _ = opening.resume(None)
    assert run.navigator.goal == Goal(12)
    run.recording.let_go()


def test_who_is_interrupted_on_the_way_back_ends_at_the_newest_epoch() -> None:
    expected = straight(GOALS[3])
    run = Run(Navigator(Trainer(CONFIG), budget=1))  # next to no state is kept

    def poll() -> None:
        if run.goal.reached == "patience":
            raise Interrupted

    trained = train_run(run, GOALS[3], poll)
    assert (trained.stopped, trained.told) == ("interrupted", "")
    assert trained.moment.epoch == trained.moment.newest == expected.moment.newest
