"""The thread: commands in, snapshots out. Nothing here waits for longer than it must."""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from threading import Condition, Event
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnn_tui.session.commands import (
    ChangePace,
    Command,
    GoTo,
    End,
    Pause,
    Restart,
    Save,
    ScaleRate,
    SetClip,
    ShowSequence,
    Step,
    Toggle,
    Visit,
    ZeroWeights,
)
from rnn_tui.session.observer import Observer
from rnn_tui.session.run import Run
from rnn_tui.session.session import Session
from rnn_tui.session.snapshot import Snapshot
from rnn_tui.timeline.navigator import Navigator
from rnn_tui.training.config import Config
from rnn_tui.training.trainer import State, Trainer

DEADLINE = 30.0  # seconds; far beyond what anything here takes
RUN = Config.of(sequences=5, length=3, hidden=3, batch=2, lr=0.05)
UNLIMITED = ChangePace(+99)


def session_of(trainer: Trainer, budget: int = 10**7, **options: Any) -> Session:
    return Session(Run(Navigator(trainer, budget), **options))


class Driver:
    """Plays the screen: sends commands and waits until a snapshot shows what it expects."""

    def __init__(self, trainer: Trainer, **options: Any) -> None:
        self.session = session_of(trainer, **options)
        self.told = Condition()
        self.session.notify = self._notified
        self.session.start()

    def _notified(self) -> None:
        with self.told:
            self.told.notify_all()

    def send(self, *commands: Command) -> None:
        for command in commands:
            self.session.send(command)

    def until(self, expected: Callable[[Snapshot], bool]) -> Snapshot:
        end = time.monotonic() + DEADLINE
        while time.monotonic() < end:
            snapshot = self.session.snapshot
            if snapshot is not None and expected(snapshot):
                return snapshot
            assert self.session.failure is None, self.session.failure
            self.session.request()
            with self.told:
                self.told.wait(0.002)
        raise AssertionError(f"not in time; the last was {self.session.snapshot}")

    def at(self, epoch: int) -> Snapshot:
        return self.until(lambda s: s.observation.epoch == epoch and s.activity == "paused")

    def stopped(self) -> Session:
        assert self.session.stop(DEADLINE)
        return self.session


@pytest.fixture
def drive() -> Iterator[Callable[..., Driver]]:
    drivers = []

    def make(config: Config = RUN, **options: Any) -> Driver:
        drivers.append(Driver(Trainer(config), **options))
        return drivers[-1]

    yield make
    for driver in drivers:
        assert driver.session.stop(DEADLINE), "a thread was left behind"


def straight(config: Config, epochs: int) -> State:
    trainer = Trainer(config)
    for _ in range(epochs):
        trainer.advance()
    return trainer.state


Drive = Callable[..., Driver]


def test_it_starts_paused_with_the_untrained_network(drive: Drive) -> None:
    snapshot = drive().at(0)
    assert snapshot.observation.newest == 0
    assert snapshot.observation.evaluation.loss > 0
    assert snapshot.pace == 20
    assert all(tensor.update_ratio is None for tensor in snapshot.observation.tensors)
    assert (snapshot.target, snapshot.measured, snapshot.notice) == (None, None, None)


def test_it_runs_until_it_is_paused(drive: Drive) -> None:
    driver = drive()
    driver.send(UNLIMITED, Toggle())
    running = driver.until(lambda s: s.observation.epoch > 20)
    assert running.activity == "running"
    driver.send(Toggle())
    paused = driver.until(lambda s: s.activity == "paused")
    assert paused.observation.epoch >= 20
    assert paused.observation.epoch == paused.observation.newest


def test_steps_go_exactly_so_far(drive: Drive) -> None:
    driver = drive()
    for command, epoch in [
        (Step(1), 1),
        (Step(1), 2),
        (Step(-1), 1),
        (Step(10), 11),
        (GoTo(30), 30),
        (GoTo(4), 4),
        (End(), 30),
        (Step(-10), 20),
        (GoTo(0), 0),
    ]:
        driver.send(command)
        assert driver.at(epoch).observation.newest >= epoch
    assert driver.at(0).observation.newest == 30


def test_a_tensor_that_is_zero_has_no_ratio_of_its_update(drive: Drive) -> None:
    driver = drive()
    driver.send(GoTo(3))
    driver.at(3)
    driver.send(ZeroWeights("U", ()))
    driver.until(lambda snapshot: snapshot.observation.branch == 1)
    ratios = {view.name: view.update_ratio for view in driver.at(3).observation.tensors}
    assert ratios["U"] is None and ratios["V"] is not None


@pytest.mark.parametrize("epochs", [0, 1, 7])
def test_everything_shown_is_a_function_of_the_epoch_shown(drive: Drive, epochs: int) -> None:
    driver = drive()
    driver.send(GoTo(12))
    driver.at(12)
    driver.send(GoTo(epochs))
    seen = driver.at(epochs).observation

    trainer, state = Trainer(RUN), straight(RUN, epochs)
    parameters = trainer.parameters_of(state)
    assert seen.evaluation == Observer(trainer).evaluate(state)
    for tensor in seen.tensors:
        assert tensor.norm == parameters.norms()[tensor.name]
        assert tensor.trace[-1] == tensor.norm
        if state.previous is not None:
            moved = parameters.with_flat(state.parameters - state.previous)[tensor.name]
            assert tensor.update_ratio == pytest.approx(np.linalg.norm(moved) / tensor.norm)
    assert len(seen.curve.last) == 12
    assert seen.learning_rate == RUN.lr


def test_every_snapshot_while_running_is_of_one_single_epoch(drive: Drive) -> None:
    driver, trainer = drive(), Trainer(RUN)
    observer, states = Observer(trainer), [trainer.state]
    driver.send(UNLIMITED, Toggle())
    seen: dict[int, Snapshot] = {}
    while len(seen) < 10:
        snapshot = driver.until(lambda s: s.observation.epoch not in seen)
        seen[snapshot.observation.epoch] = snapshot
    driver.stopped()
    for epoch, snapshot in sorted(seen.items()):
        while len(states) <= epoch:
            states.append(trainer.advance())
        assert snapshot.observation.evaluation == observer.evaluate(states[epoch])


def test_a_snapshot_never_changes_afterwards(drive: Drive) -> None:
    driver = drive()
    driver.send(GoTo(5))
    seen = driver.at(5).observation
    kept = [array.copy() for array in (*seen.curve, seen.sequence.confidence)]
    driver.send(GoTo(50))
    driver.at(50)
    assert all(
        np.array_equal(*pair)
        for pair in zip(kept, (*seen.curve, seen.sequence.confidence), strict=True)
    )


def test_another_sequence_is_shown_round_and_round(drive: Drive) -> None:
    driver = drive()
    inputs, targets, alphabet = Trainer(RUN).sequences
    for step, index in [(1, 1), (-1, 0), (-1, 4), (1, 0)]:
        driver.send(ShowSequence(step))
        seen = driver.until(lambda s, i=index: s.observation.sequence.index == i)  # type: ignore[misc]
        sequence = seen.observation.sequence
        assert sequence.count == 5
        assert sequence.inputs == tuple(alphabet[x] for x in inputs[index])
        assert sequence.targets == tuple(alphabet[y] for y in targets[index])


def test_the_rate_is_changed_from_the_next_update_on(drive: Drive) -> None:
    driver = drive()
    driver.send(GoTo(3))
    driver.at(3)
    driver.send(ScaleRate(2))
    snapshot = driver.until(lambda s: s.observation.learning_rate == 2 * RUN.lr)
    assert snapshot.observation.epoch == 3
    assert "0.1" in snapshot.notice.text  # type: ignore[union-attr]
    driver.send(Step(1))
    assert driver.at(4).observation.changes[0].position == (3, 0)
    trainer = Trainer(replace(RUN, lr=2 * RUN.lr))
    trainer.restore(straight(RUN, 3))
    navigator = driver.stopped().navigator
    assert np.array_equal(navigator.state.parameters, trainer.advance().parameters)


def test_a_pace_is_kept_within_its_ends(drive: Drive) -> None:
    driver = drive()
    for places, pace in [(-1, 10), (+1, 20), (-99, 1), (+99, None), (-1, 1000)]:
        driver.send(ChangePace(places))
        driver.until(lambda s, p=pace: s.pace == p)  # type: ignore[misc]


def test_running_pauses_once_at_its_goal(drive: Drive) -> None:
    driver = drive(goal=15)
    driver.send(UNLIMITED, Toggle())
    snapshot = driver.until(lambda s: s.activity == "paused" and s.observation.epoch > 0)
    assert snapshot.observation.epoch == 15
    assert "15" in snapshot.notice.text  # type: ignore[union-attr]
    driver.send(GoTo(10))
    driver.at(10)
    driver.send(Toggle())
    driver.until(lambda s: s.observation.epoch > 20)


def test_a_new_run_begins_with_the_present_rate_and_another_seed(drive: Drive) -> None:
    driver = drive()
    driver.send(GoTo(4), ScaleRate(0.5), Restart(1))
    snapshot = driver.until(lambda s: s.config.seed == RUN.seed + 1)
    assert snapshot.observation.epoch == snapshot.observation.newest == 0
    assert snapshot.activity == "paused"
    driver.send(GoTo(2))
    driver.at(2)
    config = replace(RUN, lr=RUN.lr / 2, seed=RUN.seed + 1)
    navigator = driver.stopped().navigator
    assert np.array_equal(navigator.state.parameters, straight(config, 2).parameters)


def test_a_pace_that_was_measured_is_not_shown_at_rest(drive: Drive) -> None:
    for leave in (Toggle(), Pause(), Step(-1), Step(1), GoTo(3), End(), Restart(0)):
        driver = drive()
        driver.send(UNLIMITED, Toggle())
        driver.until(lambda s: s.measured is not None)
        driver.send(leave)
        snapshot = driver.until(lambda s: s.activity == "paused")
        assert snapshot.measured is None, leave
        driver.stopped()


# An epoch that takes for ever.


class Endless(Trainer):
    """Its epochs end when they are interrupted or allowed to."""

    def __init__(self, config: Config) -> None:
        super().__init__(config)
        self.entered, self.may_finish = Event(), Event()

    def advance(self, between: Any = None, at_step: Any = None) -> State:
        self.entered.set()
        end = time.monotonic() + DEADLINE
        while not self.may_finish.wait(0.001):
            assert between is not None
            between()
            assert time.monotonic() < end, "nobody came"
        return super().advance(between, at_step)


@pytest.fixture
def endless() -> Iterator[tuple[Driver, Endless]]:
    trainer = Endless(RUN)
    driver = Driver(trainer)
    driver.send(UNLIMITED, Toggle())
    driver.until(lambda _: trainer.entered.is_set())
    yield driver, trainer
    assert driver.session.stop(DEADLINE)


def test_pausing_inside_a_long_epoch_does_not_wait_for_its_end(
    endless: tuple[Driver, Endless],
) -> None:
    driver, trainer = endless
    driver.send(Pause())
    assert driver.at(0).observation.newest == 0
    trainer.may_finish.set()
    driver.send(Step(1))
    driver.at(1)
    navigator = driver.stopped().navigator
    assert np.array_equal(navigator.state.parameters, straight(RUN, 1).parameters)


def test_a_command_inside_a_long_epoch_is_carried_out_and_the_epoch_goes_on(
    endless: tuple[Driver, Endless],
) -> None:
    driver, trainer = endless
    driver.send(ShowSequence(1))
    snapshot = driver.until(lambda s: s.observation.sequence.index == 1)
    assert snapshot.activity == "running"
    trainer.may_finish.set()
    driver.until(lambda s: s.observation.epoch >= 1)


def test_a_way_beyond_the_newest_epoch_can_be_left(endless: tuple[Driver, Endless]) -> None:
    driver, _ = endless
    driver.send(GoTo(100))
    going = driver.until(lambda s: s.target == 100)
    assert going.activity == "going"
    driver.send(Pause())
    assert driver.at(0).target is None


def test_leaving_inside_a_long_epoch_ends_the_thread(endless: tuple[Driver, Endless]) -> None:
    driver, _ = endless
    assert driver.session.stop(DEADLINE)
    assert driver.session.failure is None


def test_leaving_inside_a_real_long_update_ends_the_thread_and_keeps_the_position() -> None:
    # One update of this takes minutes: it can only be left between its time steps.
    config = Config.of(hidden=512, length=20_000, batch=8, sequences=8, init="scaled")
    trainer = Trainer(config)
    session = session_of(trainer)
    session.start()
    session.send(Toggle())
    assert session.stop(DEADLINE)
    assert trainer.position == (0, 0)


# What goes wrong.


class Broken(Trainer):
    def advance(self, between: Any = None, at_step: Any = None) -> State:
        if self.epoch == 2:
            raise RuntimeError("a bug")
        return super().advance(between, at_step)


def test_an_exception_in_training_ends_the_thread_and_is_told() -> None:
    session, ended = session_of(Broken(RUN)), Event()

    def notified() -> None:
        if session.failure is not None:
            ended.set()

    session.notify = notified
    session.start()
    session.send(GoTo(9))
    assert ended.wait(DEADLINE)
    assert session.stop(DEADLINE)
    assert isinstance(session.failure, RuntimeError)
    assert session.navigator.epoch == 2


def test_divergence_is_told_and_rests_at_the_last_finite_epoch(drive: Drive) -> None:
    config = Config.of(init="normal", hidden=512, length=100, dtype="float32", sequences=2)
    driver = drive(config)
    driver.send(Toggle())
    snapshot = driver.until(lambda s: s.activity == "diverged")
    assert snapshot.observation.epoch == 0
    assert snapshot.notice is not None
    assert snapshot.notice.severity == "error"
    assert "diverged after epoch 0" in snapshot.notice.text
    driver.send(ScaleRate(0.5))
    driver.until(lambda s: s.observation.learning_rate == config.lr / 2)


def test_saving_tells_what_was_done_with_the_epoch_shown(drive: Drive) -> None:
    saved: list[int] = []

    def save(trainer: Trainer, state: State) -> str:
        saved.append(state.epoch)
        return f"saved epoch {state.epoch}"

    driver = drive(save=save)
    driver.send(GoTo(5))
    driver.at(5)
    driver.send(Step(-2))
    driver.at(3)
    driver.send(Save())
    snapshot = driver.until(lambda s: s.notice is not None)
    assert snapshot.notice is not None
    assert (snapshot.notice.text, snapshot.notice.severity) == ("saved epoch 3", "information")
    assert saved == [3]


@pytest.mark.parametrize("error", [OSError(28, "No space left"), ValueError("no such folder")])
def test_a_failed_save_is_told_and_training_goes_on(drive: Drive, error: Exception) -> None:
    def save(trainer: Trainer, state: State) -> str:
        raise error

    driver = drive(save=save)
    driver.send(Save())
    snapshot = driver.until(lambda s: s.notice is not None)
    assert snapshot.notice is not None
    assert snapshot.notice.severity == "error"
    assert "not saved" in snapshot.notice.text
    driver.send(Step(1))
    driver.at(1)


def test_the_same_words_twice_are_two_notices(drive: Drive) -> None:
    driver = drive()
    driver.send(Step(-1))
    first = driver.until(lambda s: s.notice is not None).notice
    driver.send(Step(-1))
    assert first is not None
    second = driver.until(lambda s: s.notice is not None and s.notice.number > first.number).notice
    assert second is not None
    assert second.text == first.text


def test_a_session_that_was_never_started_can_be_stopped() -> None:
    assert session_of(Trainer(RUN)).stop(DEADLINE)


# Any commands, same bits.

ANYTHING: st.SearchStrategy[Command | None] = st.one_of(
    st.builds(Step, st.sampled_from([1, -1, 10, -10, 30, -30])),
    st.builds(GoTo, st.integers(0, 60)),
    st.builds(ScaleRate, st.sampled_from([2.0, 0.5])),
    st.builds(SetClip, st.sampled_from([None, 0.5, 2.0])),
    st.builds(ZeroWeights, st.sampled_from("WUV"), st.sampled_from([(), (1,), (0, 2)])),
    st.builds(Visit, st.integers(0, 3)),
    st.builds(ShowSequence, st.sampled_from([1, -1])),
    st.builds(ChangePace, st.sampled_from([99, -1, 1])),
    st.sampled_from([Toggle(), Toggle(), Pause(), End(), Restart(0), Restart(1)]),
    st.none(),  # lets the session come to rest, or get on
)


def test_whatever_is_pressed_the_parameters_are_those_of_training_straight(effort: int) -> None:
    @settings(max_examples=50 * effort, deadline=None)
    @given(commands=st.lists(ANYTHING, max_size=25), budget=st.sampled_from([1, 9_000, 10**7]))
    def holds(commands: list[Command | None], budget: int) -> None:
        driver = Driver(Trainer(RUN), budget=budget)
        driver.send(UNLIMITED)
        for command in commands:
            if command is None:
                driver.until(lambda s: s.activity == "paused" or s.observation.epoch > 10)
            else:
                driver.send(command)
        driver.send(Pause())
        session = driver.stopped()
        assert session.failure is None

        navigator = session.navigator
        for timeline in navigator.timelines:
            again = Trainer(navigator.trainer.config)
            again.journal = timeline.journal
            losses = [again.advance().training_loss for _ in range(timeline.newest)]
            assert timeline.history.reduced().last.tolist() == losses
        again, state = Trainer(navigator.trainer.config), navigator.state
        again.journal = navigator.timeline.journal
        for _ in range(state.epoch):
            again.advance()
        if state.epoch > 0:
            assert np.array_equal(state.parameters, again.state.parameters)

    holds()


def test_what_a_command_did_is_shown_before_it_is_saved() -> None:
    done, saved = list[str](), Event()
    session = session_of(Trainer(RUN))

    def save(_: Navigator) -> None:
        done.append("saved")
        saved.set()

    session.run.recording.save = save  # type: ignore[method-assign]
    session.notify = lambda: done.append("shown")
    session.send(ShowSequence(1))
    session.start()
    assert saved.wait(DEADLINE) and session.stop(DEADLINE)
    assert done[:3] == ["shown", "shown", "saved"]  # at the start, after the command, then


def test_a_pause_is_shown_before_a_long_look_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    """The look of the new epoch never gets past its first time step before the pause is shown."""
    shown, looking = Event(), Event()
    evaluate = Observer.observe

    def long_look(self: Observer, navigator: Navigator, sequence: int, at_step: Any) -> Any:
        while navigator.epoch > 0 and not shown.is_set():
            looking.set()
            at_step()
        return evaluate(self, navigator, sequence, at_step)

    monkeypatch.setattr(Observer, "observe", long_look)
    driver = Driver(Trainer(RUN))
    driver.at(0)
    driver.send(UNLIMITED, Toggle())
    while not looking.wait(0.001):
        driver.session.request()
    driver.send(Pause())
    paused = driver.until(lambda s: s.activity == "paused")
    assert paused.observation.epoch == 0
    shown.set()
    driver.until(lambda s: s.activity == "paused" and s.observation.epoch > 0)
    driver.stopped()
