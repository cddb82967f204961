"""At rest, a session makes again what was lost of the past, and says so; any key comes first."""

from typing import Any

import numpy as np
import pytest

import rnn_tui.session.session
from rnn_tui.session import commands as c
from rnn_tui.session.lenses.norms import norms
from rnn_tui.session.recording import Recording
from rnn_tui.session.run import Run
from rnn_tui.timeline.keyframes import Grid
from rnn_tui.timeline.navigator import Navigator
from rnn_tui.training.trainer import Trainer
from tests.session.playing import DEADLINE, RUN, Driver, Gated, Shelf, do, look, straight


def lost(trainer: Trainer, epochs: int, **options: Any) -> Driver:
    """A session of a run of so many epochs, of whose past only the newest is kept."""
    driver = Driver(trainer, **options)
    navigator = driver.session.navigator
    navigator.go_to(epochs)
    while not navigator.resting:
        navigator.work()
    navigator.timeline.keyframes.restore(Grid(), navigator.state)
    return driver


def test_at_rest_the_past_is_made_again_and_stored() -> None:
    shelf = Shelf()
    driver = lost(Trainer(RUN), 200, recording=Recording(recorder=shelf))
    assert len(norms_trace(driver.session.run)) == 2
    driver.start(norms)
    driver.until(lambda s: len(s.observation.see(norms)[0].trace) == 24)
    session = driver.stopped()
    assert session.navigator.timeline.first_gap() is None
    assert session.navigator.epoch == 200
    assert "save_keyframes" in shelf.calls
    assert np.array_equal(session.navigator.state.parameters, straight(RUN, 200).parameters)


def norms_trace(run: Run) -> list[float]:
    run.looking.lenses = frozenset({norms})
    return list(look(run).observation.see(norms)[0].trace)


def test_how_far_it_is_is_told_and_then_no_longer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rnn_tui.session.session, "TELL_EVERY", 0.0)
    trainer = Gated(RUN, first=10**9)
    driver = lost(trainer, 1_234)
    trainer.hold_from(12)
    driver.start()
    text = "rebuilding the way back: epoch 12 of 1,234"
    told = driver.until(lambda s: s.notice is not None and s.notice.text == text)
    assert (told.activity, told.observation.epoch) == ("paused", 1_234)
    assert told.notice is not None and told.notice.severity == "information"
    trainer.may_finish.set()
    driver.until(lambda s: s.notice is None)
    assert driver.stopped().navigator.timeline.first_gap() is None


def test_any_command_comes_first_and_it_goes_on_afterwards() -> None:
    trainer, shelf = Gated(RUN, first=10**9), Shelf()
    driver = lost(trainer, 300, recording=Recording(recorder=shelf))
    trainer.hold_from(40)
    driver.start()
    assert trainer.entered.wait(DEADLINE)
    driver.send(c.ShowSequence(1))
    assert driver.until(lambda s: s.observation.sequence == 1).observation.epoch == 300
    driver.send(c.GoTo(30))
    assert driver.at(30).observation.newest == 300
    trainer.may_finish.set()
    driver.send(c.Step(1))
    driver.at(31)
    driver.until(lambda _: "save_keyframes" in shelf.calls)
    navigator = driver.stopped().navigator
    assert navigator.timeline.first_gap() is None
    assert np.array_equal(navigator.state.parameters, straight(RUN, 31).parameters)


def test_leaving_does_not_wait_for_it() -> None:
    trainer = Gated(RUN, first=10**9)
    driver = lost(trainer, 300)
    trainer.hold_from(40)
    driver.start()
    assert trainer.entered.wait(DEADLINE)
    session = driver.stopped()
    assert session.navigator.epoch == 300
    assert np.array_equal(session.navigator.state.parameters, straight(RUN, 300).parameters)


def test_a_notice_of_something_else_is_not_covered() -> None:
    run = lost(Trainer(RUN), 50).session.run
    run.tell("the disk is full", "error")
    run.tell_progress()
    run.rebuild_past(lambda: None)
    notice = look(run).notice
    assert notice is not None and notice.text == "the disk is full"


def test_it_is_made_once() -> None:
    run = lost(Trainer(RUN), 50).session.run
    assert run.lacks_past
    run.rebuild_past(lambda: None)
    assert not run.lacks_past
    do(run, c.GoTo(60), c.GoTo(30), c.ZeroWeights("U"), c.Step(5), c.Visit(0))
    assert not run.lacks_past


def test_a_run_that_was_never_left_lacks_nothing() -> None:
    run = do(Run(Navigator(Trainer(RUN), budget=1)), c.GoTo(60), c.GoTo(10))
    assert not run.lacks_past
