"""Restarting: asked twice where much would be left behind, and what is not on disk is told."""

import pytest

from rnn_tui.session import commands as c
from rnn_tui.session.recording import Recording
from rnn_tui.session.run import ASK_AFTER, Run
from rnn_tui.timeline.navigator import Navigator
from rnn_tui.training.trainer import Trainer
from tests.session.playing import RUN, Shelf, at, do, look, told


def test_few_epochs_are_left_at_once() -> None:
    run = do(at(ASK_AFTER), c.Restart(0))
    assert (look(run).observation.newest, look(run).config.seed) == (0, 0)


@pytest.mark.parametrize(("seed_step", "key"), [(0, "r"), (1, "R")])
def test_many_epochs_are_left_when_it_is_sent_twice(seed_step: int, key: str) -> None:
    run = do(at(ASK_AFTER + 1), c.Restart(seed_step))
    assert look(run).observation.newest == ASK_AFTER + 1
    assert told(run).text == f"{key} again restarts and leaves 101 epochs behind"
    assert told(run).severity == "warning"
    do(run, c.Restart(seed_step))
    assert look(run).observation.newest == 0
    assert told(run).text == f"a new run from epoch 0 with seed {seed_step}"


BETWEEN: list[c.Command] = [
    c.Forget(), c.ChangePace(1), c.ShowSequence(1), c.Watch(frozenset()), c.Pause(), c.Step(-1),
    c.ScaleRate(2), c.Save(), c.Restart(1),
]  # fmt: skip


@pytest.mark.parametrize("between", BETWEEN, ids=str)
def test_anything_between_withdraws_it_and_what_was_asked_is_no_longer_told(
    between: c.Command,
) -> None:
    run = do(at(ASK_AFTER + 1), c.Restart(0), between)
    notice = look(run).notice
    assert notice is None or "r again" not in notice.text
    do(run, c.Restart(0))
    assert look(run).observation.newest >= ASK_AFTER
    assert told(run).text.startswith("r again")


def test_epochs_of_other_branches_count_too() -> None:
    run = do(at(ASK_AFTER + 1), c.GoTo(5), c.ScaleRate(2), c.Step(1))
    assert look(run).observation.newest == 6
    assert "101 epochs" in told(do(run, c.Restart(0))).text


def kept(shelf: Shelf) -> Run:
    return Run(Navigator(Trainer(RUN)), recording=Recording(recorder=shelf))


def test_epochs_that_are_not_stored_are_never_left_without_asking() -> None:
    shelf = Shelf()
    run = do(kept(shelf), c.GoTo(8))
    shelf.fail("the disk is full")
    assert do(run, c.Restart(0)).navigator.epoch == 8
    text = "r again restarts and leaves 8 epochs behind, which are NOT stored; ctrl+s tries again"
    assert told(run).text == text
    assert "close" not in shelf.calls
    do(run, c.Restart(0))
    assert look(run).observation.newest == 0
    assert (told(run).severity, shelf.calls[-1]) == ("warning", "close")
    assert told(run).text.endswith("the one before is not stored to its end")


def test_a_run_for_which_there_is_no_place_is_not_left_without_asking() -> None:
    def no_place(_: Navigator) -> Shelf:
        raise OSError("no space left")

    run = do(Run(Navigator(Trainer(RUN)), open_recorder=no_place), c.GoTo(3), c.Restart(0))
    assert run.navigator.epoch == 3
    assert "NOT stored" in told(run).text


def test_a_run_that_is_to_be_kept_nowhere_is_left_at_once() -> None:
    run = do(at(3), c.Restart(0))
    assert told(run).severity == "information"
