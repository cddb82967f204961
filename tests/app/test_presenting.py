"""From a snapshot to what panels show: pure functions."""

from rnn_tui.app.views.header import status
from rnn_tui.app.views.overview.present import loss_curves
from rnn_tui.session import commands as c
from rnn_tui.session.run import Run
from rnn_tui.timeline.navigator import Navigator
from rnn_tui.training.trainer import Trainer
from tests.session.playing import RUN, at, do, look


def test_the_validation_curve_of_the_branch_shown_is_in_the_chart_and_its_loss_in_the_header() -> (
    None
):
    run = Run(Navigator(Trainer(RUN.with_options(valid=0.4))))
    assert loss_curves(look(run)).validation is None
    assert status(look(run), False).valid is not None
    snapshot = look(do(run, c.GoTo(5), c.GoTo(2), c.ScaleRate(2), c.Step(1)))
    validation = loss_curves(snapshot).validation
    assert validation is not None and validation.label == "validation"
    assert validation.epochs.tolist() == [1, 2, 3]
    assert status(snapshot, False).valid == validation.high[-1]


def test_without_a_validation_set_neither_is_there() -> None:
    snapshot = look(at(3))
    assert loss_curves(snapshot).validation is None
    assert status(snapshot, False).valid is None


def test_the_curves_of_a_chart_are_named_once_there_are_several() -> None:
    run = at(6)
    assert [curve.label for curve in loss_curves(look(run)).curves] == [""]
    do(run, c.GoTo(3), c.ScaleRate(2), c.Step(1))
    assert [curve.label for curve in loss_curves(look(run)).curves] == ["branch 1", "first"]
    do(run, c.Restart(0), c.Step(1))
    value = loss_curves(look(run))
    assert [curve.label for curve in (*value.curves, *value.ghosts)] == ["now", "before r"]


def three_branches() -> Run:
    """One that parts at epoch 3, and from that one another at epoch 4."""
    run = do(at(6), c.GoTo(3), c.ScaleRate(2), c.Step(3))
    return do(run, c.GoTo(4), c.ScaleRate(2), c.Step(2))


def test_a_branch_keeps_its_colour_whichever_is_on_the_screen() -> None:
    run = three_branches()
    for number in (2, 1, 0):
        curves = loss_curves(look(do(run, c.Visit(number)))).curves
        hues = {curve.label: curve.hue for curve in curves}
        assert hues == {"first": 0, "branch 1": 1, "branch 2": 2}


def test_the_past_that_a_branch_shares_with_the_one_on_the_screen_is_drawn_once() -> None:
    run = three_branches()
    epochs: dict[int, dict[str, list[float]]] = {}
    for number in (2, 1, 0):
        curves = loss_curves(look(do(run, c.Visit(number)))).curves
        epochs[number] = {curve.label: curve.epochs.tolist() for curve in curves}
    assert epochs == {
        2: {"branch 2": [1, 2, 3, 4, 5, 6], "branch 1": [4, 5, 6], "first": [3, 4, 5, 6]},
        1: {"branch 1": [1, 2, 3, 4, 5, 6], "branch 2": [5, 6], "first": [3, 4, 5, 6]},
        0: {"first": [1, 2, 3, 4, 5, 6], "branch 1": [4, 5, 6], "branch 2": [5, 6]},
    }, "from where they part on"


def test_the_untrained_loss_is_there_until_the_first_epoch() -> None:
    run = at(0)
    snapshot = look(run)
    assert loss_curves(snapshot).untrained == snapshot.observation.evaluation.loss
    assert loss_curves(look(do(run, c.Step(1)))).untrained is None
    assert loss_curves(look(do(run, c.Home()))).untrained is None


def test_the_chart_has_the_accuracy_of_each_of_its_epochs() -> None:
    value = loss_curves(look(at(6)))
    assert value.accuracy is not None and len(value.accuracy) == len(value.curves[0].epochs) == 6
