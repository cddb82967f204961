"""Curves of other runs to compare with: of the one before a restart, and of kept ones."""

import numpy as np

from rnn_tui.session import commands as c
from rnn_tui.session.ghosts import MOST_GHOSTS
from rnn_tui.session.run import Run
from rnn_tui.timeline.loss_curve import Buckets
from tests.session.playing import at, do, look


def names(run: Run) -> list[str]:
    return [ghost.name for ghost in look(run).ghosts]


def curve(loss: float) -> Buckets:
    return Buckets(*(np.array([value]) for value in (1.0, loss, loss, loss, 0.5)))


def test_a_restart_keeps_the_curve_that_was_on_the_screen() -> None:
    run = at(7)
    before = look(run).observation.curve
    do(run, c.Restart(0))
    (ghost,) = look(run).ghosts
    assert ghost.name == "before r"
    assert all(np.array_equal(*pair) for pair in zip(ghost.curve, before, strict=True))
    do(run, c.GoTo(20))
    assert all(np.array_equal(*pair) for pair in zip(ghost.curve, before, strict=True))


def test_of_branches_it_is_the_one_on_the_screen() -> None:
    run = do(at(9), c.GoTo(4), c.ScaleRate(2), c.Step(1), c.Restart(0))
    assert look(run).ghosts[0].curve.epochs.tolist() == [1, 2, 3, 4, 5]


def test_a_restart_with_another_seed_is_named_after_the_one_before() -> None:
    run = do(at(3), c.Restart(1), c.Step(2), c.Restart(1))
    assert names(run) == ["seed 0", "seed 1"]


def test_a_run_without_an_epoch_leaves_nothing() -> None:
    assert names(do(at(0), c.Restart(0))) == []


def test_a_restart_that_was_not_confirmed_keeps_nothing() -> None:
    run = do(at(101), c.Restart(0))
    assert names(run) == []
    assert names(do(run, c.Restart(0))) == ["before r"]


def test_only_the_last_ones_are_kept_each_under_a_name_of_its_own() -> None:
    run = at(1)
    for _ in range(MOST_GHOSTS + 2):
        do(run, c.Restart(0), c.Step(1))
        assert len(set(names(run))) == len(names(run)) <= MOST_GHOSTS
    assert len(names(run)) == MOST_GHOSTS


def test_a_kept_run_is_laid_over_and_taken_away_by_its_name() -> None:
    run = do(at(1), c.Overlay("monday", curve(1)), c.Overlay("sunday", curve(2)))
    assert names(run) == ["monday", "sunday"]
    do(run, c.Overlay("monday", curve(3)))
    assert [ghost.curve.low[0] for ghost in look(run).ghosts] == [2, 3]
    do(run, c.Overlay("monday", None), c.Overlay("never there", None))
    assert names(run) == ["sunday"]


def test_laying_one_over_neither_moves_nor_stops_anything() -> None:
    run = do(at(5), c.Run(), c.Overlay("monday", curve(1)))
    assert run.navigator.running and run.navigator.epoch == 5


def test_a_kept_run_has_the_label_that_it_is_given() -> None:
    run = do(at(1), c.Overlay("monday", curve(1), "lr 0.1 · 57"), c.Overlay("sunday", curve(2)))
    assert [ghost.label for ghost in look(run).ghosts] == ["lr 0.1 · 57", "sunday"]
