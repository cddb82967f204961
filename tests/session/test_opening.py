"""Going over to another run: the present one is stored first, or stays."""

from rnn_tui.session import commands as c
from rnn_tui.session.recording import Recording
from rnn_tui.session.run import Run
from rnn_tui.timeline.navigator import Navigator
from rnn_tui.training.trainer import Trainer
from tests.session.playing import RUN, Driver, Gated, Shelf, do, look, told

OTHER = RUN.with_options(seed=9)


def kept(shelf: Shelf) -> Run:
    return Run(Navigator(Trainer(RUN)), recording=Recording(recorder=shelf))


def other(shelf: Shelf, note: str | None = None) -> c.Open:
    return c.Open(Navigator(Trainer(OTHER)), Recording(recorder=shelf), note)


def test_the_present_run_is_stored_before_another_one_is_there() -> None:
    before, after = Shelf(), Shelf()
    run = do(kept(before), c.GoTo(4), c.ShowSequence(2), c.ChangePace(1))
    do(run, other(after))
    assert before.calls[-1] == "close" and "save" in before.calls
    assert look(run).config.seed == 9 and look(run).run == "shelf"
    assert look(run).observation.sequence == 0 and run.pace == 50
    do(run, c.GoTo(2))
    assert [record.epoch for record in after.epochs] == [1, 2]
    assert look(run).opened_at == 0


def test_what_there_is_to_know_of_it_is_told() -> None:
    run = do(kept(Shelf()), other(Shelf(), "its newest checkpoint is damaged"))
    assert told(run).text == "its newest checkpoint is damaged"
    assert told(run).severity == "warning"


def test_a_run_that_cannot_be_stored_stays_and_the_other_one_is_let_go() -> None:
    before, after = Shelf(), Shelf()
    run = do(kept(before), c.GoTo(4))
    before.fail("the disk is full")
    do(run, other(after))
    assert look(run).config.seed == RUN.seed and look(run).observation.epoch == 4
    assert "NOT stored" in told(run).text and "close" not in before.calls
    assert after.calls == ["close"]


def test_a_journey_ends_where_another_run_is_opened() -> None:
    trainer = Gated(RUN, first=3)
    driver = Driver(trainer).start()
    driver.send(c.GoTo(100))
    driver.until(lambda s: trainer.entered.is_set())
    driver.send(c.Step(5), other(Shelf()))
    shown = driver.at(0)
    assert shown.config.seed == 9
    driver.stopped()
