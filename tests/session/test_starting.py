"""Another run begins in the same session; the present one is kept."""

from rnn_tui.session import commands as c
from rnn_tui.session.run import ASK_AFTER, Run
from rnn_tui.timeline.navigator import Navigator
from rnn_tui.training.config import Config
from rnn_tui.training.goals import Goal
from rnn_tui.training.trainer import Trainer
from tests.session.playing import RUN, Shelf, at, do, look, told

OTHER = c.Start(Config.of(task="echo", cell="gru", hidden=4), Goal(3))


def kept(epoch: int) -> tuple[Run, list[Shelf]]:
    """A run of so many epochs, and the shelves on which runs were put."""
    shelves: list[Shelf] = []

    def shelve(navigator: Navigator) -> Shelf:
        shelves.append(Shelf())
        return shelves[-1]

    return at(epoch, open_recorder=shelve), shelves


def test_another_run_begins_at_epoch_0_with_its_own_options() -> None:
    run = do(at(4), c.Look(2, 1), OTHER)
    snapshot = look(run)
    assert snapshot.config == OTHER.config and snapshot.task.name == "echo"
    seen = snapshot.observation
    assert (seen.epoch, seen.newest, seen.sequence, seen.step) == (0, 0, 0, 3)
    assert told(run).text == "a new run: echo 3 mod 3"
    straight = Trainer(OTHER.config).advance().parameters
    assert do(run, c.Step(1)).navigator.state.parameters.tobytes() == straight.tobytes()


def test_it_pauses_once_at_its_goal() -> None:
    run = do(at(4), OTHER, c.Run())
    while run.navigator.running:
        run.work()
    assert run.navigator.epoch == 3


def test_the_present_run_is_stored_to_its_end_and_the_new_one_beside_it() -> None:
    run, shelves = kept(ASK_AFTER + 1)
    do(run, OTHER, c.Step(2))
    assert len(shelves) == 2 and "close" in shelves[0].calls
    assert [record.epoch for record in shelves[0].epochs] == [*range(1, ASK_AFTER + 2)]
    assert [record.epoch for record in shelves[1].epochs] == [1, 2]


def test_many_epochs_that_are_not_kept_are_asked_for() -> None:
    run = do(at(ASK_AFTER + 1), OTHER)
    assert look(run).config == RUN
    assert told(run).text == f"enter again starts it and leaves {ASK_AFTER + 1} epochs behind"
    do(run, c.Step(1), OTHER)
    assert look(run).config == RUN, "something came between"
    assert look(do(run, OTHER)).config == OTHER.config


def test_what_could_not_be_stored_is_asked_for_too() -> None:
    run, shelves = kept(2)
    shelves[0].fail("disk full")
    do(run, OTHER)
    assert look(run).config == RUN
    assert "which are NOT stored; ctrl+s tries again" in told(run).text
    assert look(do(run, OTHER)).config == OTHER.config


def test_curves_of_other_problems_do_not_stay_in_the_chart() -> None:
    run = do(Run(Navigator(Trainer(RUN))), c.GoTo(3), c.Restart(1), c.GoTo(2))
    assert len(look(run).ghosts) == 1
    assert look(do(run, OTHER)).ghosts == ()
