"""What a recorder is told, and what a run does when it cannot be stored."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import pytest

from rnn_tui.model.interruption import Interrupted
from rnn_tui.session import commands as c
from rnn_tui.session.recording import Recording, grids
from rnn_tui.session.run import Run
from rnn_tui.timeline.branch import Timeline
from rnn_tui.timeline.keyframes import Grid
from rnn_tui.timeline.navigator import Navigator
from rnn_tui.timeline.run_state import RunState
from rnn_tui.training.journal import Journal
from rnn_tui.training.trainer import State, Trainer
from tests.session.playing import RUN, Driver, Shelf, do, look, straight, told

Drive = Callable[..., Driver]


def kept(shelf: Shelf) -> Run:
    return Run(Navigator(Trainer(RUN)), recording=Recording(recorder=shelf))


def test_every_new_epoch_of_every_branch_is_told_once() -> None:
    shelf = Shelf()
    do(kept(shelf), c.GoTo(4), c.GoTo(2), c.GoTo(4), c.Step(-2), c.ScaleRate(2), c.Step(3))
    assert [(e.branch, e.epoch, e.learning_rate) for e in shelf.epochs] == [
        *[(0, epoch, 0.05) for epoch in (1, 2, 3, 4)],
        *[(1, epoch, 0.1) for epoch in (3, 4, 5)],
    ]
    assert shelf.epochs[1].loss == straight(RUN, 2).training_loss


def test_the_validation_loss_of_every_epoch_is_told() -> None:
    shelf, config = Shelf(), RUN.with_options(valid=0.4)
    do(Run(Navigator(Trainer(config)), recording=Recording(recorder=shelf)), c.GoTo(3))
    states = [straight(config, epoch) for epoch in (1, 2, 3)]
    assert [(epoch.valid_loss, epoch.valid_accuracy) for epoch in shelf.epochs] == [
        (state.valid_loss, state.valid_accuracy) for state in states
    ]


def test_a_run_is_kept_from_its_first_epoch_on() -> None:
    opened: list[Shelf] = []

    def make(_: Navigator) -> Shelf:
        opened.append(Shelf())
        return opened[-1]

    run = do(Run(Navigator(Trainer(RUN)), open_recorder=make), c.ScaleRate(2), c.Step(-1))
    assert opened == [] and run.recording.name is None
    do(run, c.Step(2))
    assert [epoch.epoch for epoch in opened[0].epochs] == [1, 2]
    do(run, c.Restart(1), c.Step(1))
    assert [len(shelf.epochs) for shelf in opened] == [2, 1]
    assert opened[0].calls[-1] == "close"


def test_a_run_that_can_be_found_can_be_resumed() -> None:
    shelf = Shelf()
    run = Run(Navigator(Trainer(RUN)), open_recorder=lambda _: shelf)
    run.navigator.run()
    run.work()
    assert len(shelf.epochs) == 1 and shelf.calls == ["save"]


def test_a_run_that_is_left_in_its_first_epoch_is_kept_too() -> None:
    shelf, polls = Shelf(), iter(range(2))

    def poll() -> None:
        if next(polls, None) is None:
            raise Interrupted

    run = Run(Navigator(Trainer(RUN)), open_recorder=lambda _: shelf)
    run.navigator.run()
    with pytest.raises(Interrupted):
        run.work(poll)
    assert shelf.calls == [] and run.recording.finish(run.navigator, 1)
    assert shelf.calls == ["save", "save_keyframes", "close"] and shelf.epochs == []


def test_of_a_long_epoch_the_positions_inside_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    class Inside(Shelf):
        def save(self, run: RunState) -> None:
            branch = run.branches[run.current]
            saved.append(branch.partial.position if branch.partial else branch.newest.epoch)

    monkeypatch.setattr("rnn_tui.session.checkpoints.SAVE_EVERY", 0)
    saved: list[object] = []
    run = Run(Navigator(Trainer(RUN)), open_recorder=lambda _: Inside())
    run.navigator.run()
    run.work(lambda: None)
    assert saved == [(0, 1), (0, 2), 1]
    run.navigator.go_to(0)
    run.navigator.set("lr", 0.25)  # the next update begins another branch
    run.navigator.run()
    run.work(lambda: None)
    assert saved == [(0, 1), (0, 2), 1, 1]


@pytest.mark.parametrize(
    ("failing", "goes_on", "severity"), [(False, True, "warning"), (True, False, "error")]
)
def test_only_what_is_not_on_disk_pauses_training(
    failing: bool, goes_on: bool, severity: str
) -> None:
    shelf = Shelf()
    shelf.problems, shelf.failing = ["the history was set aside"], failing
    run = kept(shelf)
    run.navigator.run()
    assert run.tell_problems()
    assert run.navigator.running is goes_on
    assert told(run).severity == severity
    assert "set aside" in told(run).text
    assert not run.tell_problems()


def test_what_is_not_stored_is_told_as_long_as_it_is_so() -> None:
    shelf = Shelf()
    run = do(kept(shelf), c.GoTo(3))
    assert look(run).is_stored
    shelf.fail("the disk is full")
    run.tell_problems()
    for command in (c.Step(1), c.ShowSequence(1), c.Run(), c.Pause()):
        assert not look(do(run, command)).is_stored
    shelf.failing = False
    assert look(run).is_stored


def test_once_the_disk_takes_it_again_it_is_stored_again() -> None:
    shelf = Shelf()
    run = do(kept(shelf), c.GoTo(3))
    shelf.fail("the disk is full")
    run.tell_problems()
    shelf.failing = False
    shelf.calls.clear()
    do(run, c.Step(1), c.Run())
    run.recording.save(run.navigator)
    assert "save" in shelf.calls and "pause_storing" not in shelf.calls
    assert [epoch.epoch for epoch in shelf.epochs] == [1, 2, 3, 4]


def test_epochs_wait_for_a_place_and_come_when_there_is_one() -> None:
    places: list[Shelf] = []

    def make(_: Navigator) -> Shelf:
        if not places:
            raise OSError("no such folder")
        return places[0]

    run = do(Run(Navigator(Trainer(RUN)), open_recorder=make), c.GoTo(3))
    run.tell_problems()
    assert "no such folder" in told(run).text
    assert not look(run).is_stored
    places.append(Shelf())
    do(run, c.Save())
    assert [epoch.epoch for epoch in places[0].epochs] == [1, 2, 3]
    assert look(run).is_stored


@pytest.mark.parametrize("branches", [1, 4, 60])
def test_the_states_on_disk_fit_into_a_budget_for_all_branches(branches: int) -> None:
    def chained(count: int) -> Iterator[State]:
        before = State(0, np.zeros(10_000), None, (), 1.0, 0.0)
        for epoch in range(1, count):
            yield before
            before = replace(before, epoch=epoch, parameters=np.zeros(10_000))

    first, *rest = chained(300)
    timelines = []
    for number in range(branches):
        timelines.append(Timeline(first, Journal(RUN.settings), number=number))
        timelines[-1].keyframes.grid = Grid(rest)
        timelines[-1].newest = 1 << 20
    stored = [2 * 10_000 * 8 * len(grid) for grid in grids(timelines).values()]
    assert 2**23 // 2 < sum(stored) <= 2**24


# In a session.


def test_running_pauses_where_it_cannot_be_stored_and_space_goes_on(drive: Drive) -> None:
    shelf = Shelf()
    driver = drive(recording=Recording(recorder=shelf))
    driver.send(c.ChangePace(99), c.Run())
    driver.until(lambda s: s.observation.epoch > 3)
    shelf.fail("the disk is full")
    paused = driver.until(lambda s: s.activity == "paused")
    assert paused.notice is not None and not paused.is_stored
    assert paused.notice.text.startswith("the disk is full · space continues")
    driver.send(c.Run())
    driver.until(lambda s: s.observation.epoch > paused.observation.epoch + 3)


def test_at_rest_it_is_seen_that_a_run_is_stored_again(
    drive: Drive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rnn_tui.session.session.LOOK_EVERY", 0.01)
    shelf = Shelf()
    driver = drive(recording=Recording(recorder=shelf))
    driver.at(0)
    shelf.fail("the disk is full")
    driver.until(lambda s: not s.is_stored)
    shelf.failing = False
    driver.until(lambda s: s.is_stored)
