"""The thread: commands in, snapshots out. Nothing here waits for longer than it must."""

from collections.abc import Callable
from threading import Event
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import rnn_tui.session.session
from rnn_tui.session import commands as c
from rnn_tui.session import looking as looking_module
from rnn_tui.session.lenses.inside import inside
from rnn_tui.session.lenses.lens import Scene
from rnn_tui.session.snapshot import Snapshot
from rnn_tui.timeline.navigator import Navigator
from rnn_tui.training.config import Config
from rnn_tui.training.evaluation import Evaluator
from rnn_tui.training.goals import Goal
from rnn_tui.training.trainer import State, Trainer
from tests.amounts import few
from tests.session.playing import DEADLINE, RUN, UNLIMITED, Driver, Gated, straight

Drive = Callable[..., Driver]


def test_it_starts_paused_with_the_untrained_network(drive: Drive) -> None:
    snapshot = drive().at(0)
    assert snapshot.observation.newest == 0
    assert snapshot.observation.evaluation.loss > 0
    assert snapshot.pace == 20
    assert (snapshot.target, snapshot.measured, snapshot.notice) == (None, None, None)
    assert (snapshot.is_stored, snapshot.executed) == (True, 0)


def test_once_started_there_is_a_snapshot_of_what_is_wanted() -> None:
    session = Driver(Trainer(RUN)).session
    session.start(frozenset({inside}))
    assert session.snapshot.observation.see(inside).index == 0
    assert session.stop(DEADLINE)


def test_it_runs_until_it_is_paused(drive: Drive) -> None:
    driver = drive().send(UNLIMITED, c.Run())
    running = driver.until(lambda s: s.observation.epoch > 20)
    assert running.activity == "running"
    driver.send(c.Pause())
    paused = driver.until(lambda s: s.activity == "paused")
    assert paused.observation.epoch >= 20
    assert paused.observation.epoch == paused.observation.newest


def test_journeys_go_exactly_so_far(drive: Drive) -> None:
    driver = drive()
    for command, epoch in [
        (c.Step(1), 1),
        (c.Step(1), 2),
        (c.Step(-1), 1),
        (c.Step(10), 11),
        (c.GoTo(30), 30),
        (c.GoTo(4), 4),
        (c.End(), 30),
        (c.Step(-10), 20),
        (c.Home(), 0),
    ]:
        driver.send(command)
        assert driver.at(epoch).observation.newest >= epoch
    assert driver.at(0).observation.newest == 30


def test_every_snapshot_while_running_is_of_one_single_epoch(drive: Drive) -> None:
    driver, trainer = drive(), Trainer(RUN)
    evaluator, states = Evaluator(trainer.dataset.training, RUN.symbols, RUN), [trainer.state]
    driver.send(UNLIMITED, c.Run())
    seen: dict[int, Snapshot] = {}
    while len(seen) < 10:
        snapshot = driver.until(lambda s: s.observation.epoch not in seen)
        seen[snapshot.observation.epoch] = snapshot
    driver.stopped()
    for epoch, snapshot in sorted(seen.items()):
        while len(states) <= epoch:
            states.append(trainer.advance())
        parameters = trainer.parameters_of(states[epoch])
        assert snapshot.observation.evaluation == evaluator.evaluate(parameters)


def test_the_rate_is_changed_from_the_next_update_on(drive: Drive) -> None:
    driver = drive().send(c.GoTo(3))
    driver.at(3)
    driver.send(c.ScaleRate(2))
    snapshot = driver.until(lambda s: s.observation.settings["lr"] == 0.1)
    assert snapshot.observation.epoch == 3
    assert snapshot.notice is not None and "0.1" in snapshot.notice.text
    driver.send(c.Step(1))
    assert driver.at(4).observation.changes[0].position == (3, 0)
    trainer = Trainer(RUN.with_options(lr=0.1))
    trainer.restore(straight(RUN, 3))
    navigator = driver.stopped().navigator
    assert np.array_equal(navigator.state.parameters, trainer.advance().parameters)


def test_running_pauses_once_at_its_goal(drive: Drive) -> None:
    driver = drive(goal=Goal(15)).send(UNLIMITED, c.Run())
    snapshot = driver.until(lambda s: s.activity == "paused" and s.observation.epoch > 0)
    assert snapshot.observation.epoch == 15
    assert snapshot.notice is not None and "15" in snapshot.notice.text
    driver.send(c.GoTo(10))
    driver.at(10)
    driver.send(c.Run())
    driver.until(lambda s: s.observation.epoch > 20)


def test_a_new_run_begins_with_the_present_rate_and_another_seed(drive: Drive) -> None:
    driver = drive().send(c.GoTo(4), c.ScaleRate(0.5), c.Restart(1))
    snapshot = driver.until(lambda s: s.config.seed == RUN.seed + 1)
    assert snapshot.observation.epoch == snapshot.observation.newest == 0
    assert snapshot.activity == "paused"
    driver.send(c.GoTo(2))
    driver.at(2)
    config = RUN.with_options(lr=0.025, seed=RUN.seed + 1)
    navigator = driver.stopped().navigator
    assert np.array_equal(navigator.state.parameters, straight(config, 2).parameters)


@pytest.mark.parametrize(
    "leave", few([c.Pause(), c.Step(-1), c.GoTo(3), c.Step(1), c.Home(), c.End()], 3), ids=str
)
def test_a_pace_that_was_measured_is_not_shown_at_rest(drive: Drive, leave: c.Command) -> None:
    driver = drive().send(UNLIMITED, c.Run())
    driver.until(lambda s: s.measured is not None)
    driver.send(leave)
    assert driver.until(lambda s: s.activity == "paused").measured is None


# An epoch that takes for ever.


@pytest.fixture
def endless(drive: Drive) -> tuple[Driver, Gated]:
    trainer = Gated(RUN)
    driver = drive(trainer).send(UNLIMITED, c.Run())
    assert trainer.entered.wait(DEADLINE)
    return driver, trainer


Endless = tuple[Driver, Gated]


def test_pausing_inside_a_long_epoch_does_not_wait_for_its_end(endless: Endless) -> None:
    driver, trainer = endless
    driver.send(c.Pause())
    assert driver.at(0).observation.newest == 0
    trainer.may_finish.set()
    driver.send(c.Step(1))
    driver.at(1)
    navigator = driver.stopped().navigator
    assert np.array_equal(navigator.state.parameters, straight(RUN, 1).parameters)


def test_a_command_inside_a_long_epoch_is_executed_and_the_epoch_goes_on(endless: Endless) -> None:
    driver, trainer = endless
    driver.send(c.ShowSequence(1))
    snapshot = driver.until(lambda s: s.observation.sequence == 1)
    assert snapshot.activity == "running"
    trainer.may_finish.set()
    driver.until(lambda s: s.observation.epoch >= 1)


def test_a_journey_beyond_the_newest_epoch_can_be_left(endless: Endless) -> None:
    driver, _ = endless
    driver.send(c.GoTo(100))
    going = driver.until(lambda s: s.target == 100)
    assert going.activity == "going"
    driver.send(c.Pause())
    assert driver.at(0).target is None


def test_leaving_inside_a_long_epoch_ends_the_thread(endless: Endless) -> None:
    driver, _ = endless
    assert driver.session.stop(DEADLINE)
    assert driver.session.failure is None


def test_leaving_inside_a_real_long_update_ends_the_thread_and_keeps_the_position(
    drive: Drive,
) -> None:
    # One update of this takes minutes: it can only be left between its time steps.
    trainer = Trainer(Config.of(hidden=512, length=20_000, batch=8, sequences=8, init="scaled"))
    driver = drive(trainer).send(c.Run())
    assert driver.session.stop(DEADLINE)
    assert trainer.position == (0, 0)


# What goes wrong.


class Broken(Trainer):
    def advance(self, between: Any = None, at_step: Any = None) -> State:
        if self.epoch == 2:
            raise RuntimeError("a bug")
        return super().advance(between, at_step)


def test_an_exception_in_training_ends_the_thread_and_is_told() -> None:
    driver, ended = Driver(Broken(RUN)), Event()
    session = driver.session
    session.notify = lambda: ended.set() if session.failure is not None else None
    driver.start().send(c.GoTo(9))
    assert ended.wait(DEADLINE)
    assert session.stop(DEADLINE)
    assert isinstance(session.failure, RuntimeError)
    assert session.navigator.epoch == 2


def test_divergence_is_told_and_rests_at_the_last_finite_epoch(drive: Drive) -> None:
    config = Config.of(init="normal", hidden=512, length=100, dtype="float32", sequences=2)
    driver = drive(config).send(c.Run())
    snapshot = driver.until(lambda s: s.activity == "diverged")
    assert snapshot.observation.epoch == 0
    assert snapshot.notice is not None and snapshot.notice.severity == "error"
    assert "diverged after epoch 0" in snapshot.notice.text
    driver.send(c.ScaleRate(0.5))
    driver.until(lambda s: s.observation.settings["lr"] == 0.0005)


def test_saving_tells_what_was_done_with_the_epoch_shown(drive: Drive) -> None:
    saved: list[int] = []

    def save(trainer: Trainer, state: State) -> str:
        saved.append(state.epoch)
        return f"saved epoch {state.epoch}"

    driver = drive(save=save).send(c.GoTo(5), c.Step(-2), c.Save())
    snapshot = driver.until(lambda s: s.notice is not None)
    assert snapshot.notice is not None
    assert (snapshot.notice.text, snapshot.notice.severity) == ("saved epoch 3", "information")
    assert saved == [3]


@pytest.mark.parametrize("error", [OSError(28, "No space left"), ValueError("no such folder")])
def test_a_failed_save_is_told_and_training_goes_on(drive: Drive, error: Exception) -> None:
    def save(trainer: Trainer, state: State) -> str:
        raise error

    driver = drive(save=save).send(c.Save())
    snapshot = driver.until(lambda s: s.notice is not None)
    assert snapshot.notice is not None and snapshot.notice.severity == "error"
    assert "not saved" in snapshot.notice.text
    driver.send(c.Step(1))
    driver.at(1)


def test_a_session_that_was_never_started_can_be_stopped() -> None:
    assert Driver(Trainer(RUN)).session.stop(DEADLINE)


# In which order.


def test_what_a_command_did_is_shown_before_it_is_saved_and_only_looking_saves_nothing() -> None:
    done, saved = list[str](), Event()
    driver = Driver(Trainer(RUN))
    session = driver.session

    def save(_: Navigator) -> None:
        done.append("saved")
        saved.set()

    session.run.recording.save = save  # type: ignore[method-assign]
    session.notify = lambda: done.append("shown")
    driver.start().send(c.ShowSequence(1)).done()
    driver.send(c.Home())
    assert saved.wait(DEADLINE) and session.stop(DEADLINE)
    assert done[:3] == ["shown", "shown", "saved"] and done.count("saved") == 1


def test_a_pause_is_shown_before_a_long_look_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    """The look of the new epoch never gets past its first time step before the pause is shown."""
    shown, looking = Event(), Event()
    driver, observe = Driver(Trainer(RUN)), looking_module.observe

    def long_look(
        scene: Scene, lenses: Any, sequence: int, step: int, at_step: Any, *others: Any
    ) -> Any:
        while driver.session.navigator.epoch > 0 and not shown.is_set():
            looking.set()
            at_step()
        return observe(scene, lenses, sequence, step, at_step, *others)

    monkeypatch.setattr(looking_module, "observe", long_look)
    driver.start().at(0)
    driver.send(UNLIMITED, c.Run())
    while not looking.wait(0.001):
        driver.session.request()
    driver.send(c.Pause())
    paused = driver.until(lambda s: s.activity == "paused")
    assert paused.observation.epoch == 0
    shown.set()
    driver.until(lambda s: s.activity == "paused" and s.observation.epoch > 0)
    driver.stopped()


def test_what_takes_long_to_look_at_is_shown_in_the_end(
    drive: Drive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rnn_tui.session.session, "SHOW_WITHIN", -1.0)
    driver = drive().send(c.Watch(frozenset({inside})))
    for index in (1, 2, 3):
        driver.send(c.ShowSequence(1))
        assert driver.done().observation.see(inside).index == index


# Any commands, same bits.

ANYTHING: st.SearchStrategy[c.Command | None] = st.one_of(
    st.builds(c.Step, st.sampled_from([1, -1, 10, -10, 30, -30])),
    st.builds(c.GoTo, st.integers(0, 60)),
    st.builds(c.ScaleRate, st.sampled_from([2.0, 0.5])),
    st.builds(c.SetSetting, st.just("clip"), st.sampled_from([None, 0.5, 2.0])),
    st.builds(c.SetSetting, st.just("hold"), st.sampled_from([None, "U", "W[1], b_o"])),
    st.builds(c.ZeroWeights, st.sampled_from(["W", "U[1]", "V[0, 2]"])),
    st.builds(c.Visit, st.integers(0, 3)),
    st.builds(c.ShowSequence, st.sampled_from([1, -1])),
    st.builds(c.ChangePace, st.sampled_from([99, -1, 1])),
    st.sampled_from(
        [c.Run(), c.Run(), c.Pause(), c.Home(), c.End(), c.Restart(0), c.Restart(1), c.Forget()]
    ),
    st.none(),  # lets the session come to rest, or get on
)


def test_whatever_is_pressed_the_parameters_are_those_of_training_straight(effort: int) -> None:
    @settings(max_examples=50 * effort, deadline=None)
    @given(commands=st.lists(ANYTHING, max_size=25), budget=st.sampled_from([1, 9_000, 10**7]))
    def holds(commands: list[c.Command | None], budget: int) -> None:
        driver = Driver(Trainer(RUN), budget=budget).start().send(UNLIMITED)
        for command in commands:
            if command is None:
                driver.until(lambda s: s.activity == "paused" or s.observation.epoch > 10)
            else:
                driver.send(command)
        driver.send(c.Pause())
        assert driver.until(lambda s: s.executed == driver.sent).activity == "paused"
        session = driver.stopped()
        assert session.failure is None

        navigator = session.navigator
        for timeline in navigator.timelines:
            again = Trainer(navigator.trainer.config)
            again.journal = timeline.journal
            again.restore(again.initial_state())
            states = [again.state, *(again.advance() for _ in range(timeline.newest))]
            assert timeline.curve.buckets().last.tolist() == [
                state.training_loss for state in states[1:]
            ]
            if timeline is navigator.timeline:
                shown = states[navigator.epoch]
                assert np.array_equal(navigator.state.parameters, shown.parameters)

    holds()
