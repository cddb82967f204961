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
