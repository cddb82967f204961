"""Commands of one burst act as if they had been sent one after the other, each when it is due."""

from collections.abc import Callable

import pytest

from rnn_tui.session import commands as c
from rnn_tui.session.snapshot import Snapshot
from tests.session.playing import DEADLINE, RUN, UNLIMITED, Driver, Gated, straight

Drive = Callable[..., Driver]
Outcome = tuple[object, ...]


def outcome(snapshot: Snapshot) -> Outcome:
    """Where a run has come to."""
    seen = snapshot.observation
    return (
        seen.epoch, seen.newest, seen.branch, seen.settings, seen.changes, snapshot.config,
        tuple((view.name, view.fork, view.newest) for view in seen.branches),
        None if snapshot.notice is None else snapshot.notice.text,
    )  # fmt: skip


BURSTS: dict[str, list[c.Command]] = {
    "g5 left ] right": [c.GoTo(5), c.Step(-1), c.ScaleRate(2), c.Step(1)],
    "g120 r": [c.GoTo(120), c.Restart(0)],
    "g120 r r": [c.GoTo(120), c.Restart(0), c.Restart(0)],
    "g120 r left r": [c.GoTo(120), c.Restart(0), c.Step(-1), c.Restart(0)],
    "g10 home ] end": [c.GoTo(10), c.Home(), c.ScaleRate(2), c.End()],
    "g10 home ] right": [c.GoTo(10), c.Home(), c.ScaleRate(2), c.Step(1)],
    "shift+left shift+right": [c.Step(-10), c.Step(10)],
    "left, right": [c.Step(-1), c.Step(1)],
    "] right": [c.ScaleRate(2), c.Step(1)],
    "zU right": [c.ZeroWeights("U"), c.Step(1)],
    "right zU right": [c.Step(1), c.ZeroWeights("U"), c.Step(1)],
    "g9 zU nfoo": [c.GoTo(9), c.ZeroWeights("U"), c.NameBranch(1, "foo")],
    "g9 hold U right left b0": [
        c.GoTo(9), c.SetSetting("hold", "U"), c.Step(1), c.Step(-1), c.Visit(0),
    ],
    "ten steps and back": [*[c.Step(1)] * 10, *[c.Step(-1)] * 4],
    "g8 save end": [c.GoTo(8), c.Home(), c.Save(), c.End()],
}  # fmt: skip


@pytest.mark.parametrize("burst", BURSTS.values(), ids=BURSTS)
def test_a_burst_comes_to_what_it_comes_to_when_typed_slowly(
    drive: Drive, burst: list[c.Command]
) -> None:
    slow = drive()
    for command in burst:
        slow.send(command).done()
    assert outcome(drive().send(*burst).done()) == outcome(slow.done())


@pytest.mark.parametrize(
    "command",
    [c.Step(1), c.Step(-1), c.Home(), c.End(), c.ScaleRate(2), c.SetSetting("clip", 1.0),
     c.ZeroWeights("U"), c.Visit(0), c.Save(), c.Run(), c.NameBranch(0, "a")],
    ids=str,
)  # fmt: skip
@pytest.mark.parametrize("journey", [c.Step(5), c.GoTo(5)], ids=str)
def test_what_is_sent_on_a_journey_waits_for_its_end(
    drive: Drive, journey: c.Command, command: c.Command
) -> None:
    trainer = Gated(RUN, first=2)
    driver = drive(trainer).send(UNLIMITED, journey, command, c.ShowSequence(1))
    shown = driver.until(lambda s: s.observation.sequence == 1)
    assert (shown.activity, shown.target, shown.executed) == ("going", 5, 3)
    trainer.may_finish.set()
    driver.until(lambda s: s.executed == 4)
    assert driver.session.snapshot is not None
    assert driver.session.snapshot.observation.newest >= 5


def test_behind_a_restart_that_waits_everything_waits(drive: Drive) -> None:
    trainer = Gated(RUN, first=2)
    driver = drive(trainer).send(UNLIMITED, c.GoTo(5), c.Restart(0), c.ShowSequence(1))
    shown = driver.until(lambda s: s.activity == "going" and s.executed == 2)
    assert shown.observation.sequence == 0
    trainer.may_finish.set()
    driver.until(lambda s: s.executed == 4)


def test_an_interrupt_drops_what_waits_but_not_how_one_looks(drive: Drive) -> None:
    trainer = Gated(RUN, first=2)
    driver = drive(trainer).send(UNLIMITED, c.GoTo(5), c.ScaleRate(2), c.ShowSequence(1), c.Pause())
    shown = driver.until(lambda s: s.executed == 5)
    assert (shown.activity, shown.observation.sequence) == ("paused", 1)
    assert shown.observation.settings["lr"] == RUN.settings["lr"]


def test_on_the_way_end_is_a_journey_too(drive: Drive) -> None:
    driver = drive(budget=1).send(c.GoTo(60))
    driver.at(60)
    driver.send(c.Home())
    driver.at(0)
    driver.send(c.End(), c.ScaleRate(2))
    assert driver.done().observation.changes[0].position == (60, 0)


def gone_half_way(drive: Drive) -> tuple[Driver, Gated]:
    """On a journey to epoch 100 that stays at epoch 2."""
    trainer = Gated(RUN, first=2)
    driver = drive(trainer).send(UNLIMITED, c.GoTo(100))
    assert trainer.entered.wait(DEADLINE)
    return driver, trainer


def test_a_pause_ends_a_journey_and_what_waited_for_it_is_dropped(drive: Drive) -> None:
    driver, trainer = gone_half_way(drive)
    driver.send(c.ScaleRate(2), c.Step(3), c.Pause())
    paused = driver.done()
    assert (paused.observation.epoch, paused.activity) == (2, "paused")
    trainer.may_finish.set()
    driver.send(c.Step(1))
    seen = driver.at(3).observation
    assert (seen.changes, seen.settings) == ((), RUN.settings)
    assert driver.done().executed == 6


def test_what_is_sent_after_the_pause_is_not_dropped(drive: Drive) -> None:
    driver, _ = gone_half_way(drive)
    driver.send(c.ScaleRate(4), c.Pause(), c.ScaleRate(2))
    assert driver.done().observation.settings["lr"] == 0.1


def test_stopping_ends_a_journey(drive: Drive) -> None:
    driver, _ = gone_half_way(drive)
    driver.send(c.ScaleRate(2))
    assert driver.stopped().navigator.timeline.changes() == ()


def test_another_epoch_to_go_to_ends_the_journey_to_the_first(drive: Drive) -> None:
    driver, trainer = gone_half_way(drive)
    driver.send(c.GoTo(50))
    assert driver.until(lambda s: s.executed == 3).target == 50
    trainer.may_finish.set()
    assert driver.at(50).observation.newest == 50


def test_another_epoch_to_go_to_waits_for_what_was_sent_before_it(drive: Drive) -> None:
    driver, trainer = gone_half_way(drive)
    driver.send(c.Step(-1), c.GoTo(50))
    driver.send(c.ShowSequence(1))
    shown = driver.until(lambda s: s.observation.sequence == 1)
    assert (shown.target, shown.executed) == (100, 3)
    trainer.may_finish.set()
    assert driver.at(50).observation.newest == 100


def test_another_epoch_to_go_to_waits_for_a_step(drive: Drive) -> None:
    trainer = Gated(RUN, first=2)
    driver = drive(trainer).send(UNLIMITED, c.Step(10), c.GoTo(3), c.ShowSequence(1))
    assert driver.until(lambda s: s.observation.sequence == 1).target == 10
    trainer.may_finish.set()
    assert driver.at(3).observation.newest == 10


PASSING: dict[str, tuple[c.Command, Callable[[Snapshot], bool]]] = {
    "sequence": (c.ShowSequence(1), lambda s: s.observation.sequence == 1),
    "pace": (c.ChangePace(-99), lambda s: s.pace == 1),
    "forget": (c.Forget(), lambda s: s.executed == 4),
    "watch": (c.Watch(frozenset()), lambda s: s.executed == 4),
}


@pytest.mark.parametrize(("command", "is_so"), PASSING.values(), ids=PASSING)
def test_what_only_concerns_looking_acts_on_the_way(
    drive: Drive, command: c.Command, is_so: Callable[[Snapshot], bool]
) -> None:
    driver, trainer = gone_half_way(drive)
    driver.send(c.Step(-1), c.ChangePace(0), command)
    shown = driver.until(lambda s: s.executed >= 4 and is_so(s))
    assert (shown.activity, shown.target) == ("going", 100)
    trainer.may_finish.set()
    assert driver.at(99).observation.newest == 100


def test_running_is_no_journey_everything_acts_at_once(drive: Drive) -> None:
    trainer = Gated(RUN, first=2)
    driver = drive(trainer).send(UNLIMITED, c.Run())
    assert trainer.entered.wait(DEADLINE)
    driver.send(c.ScaleRate(2), c.NameBranch(0, "mine"), c.Step(-1))
    seen = driver.at(1).observation
    assert seen.changes == (((2, 0), "lr", 0.1),)
    assert seen.branches[0].name == "mine"


def test_what_waits_is_executed_where_a_journey_ends_by_divergence(drive: Drive) -> None:
    config = RUN.with_options(hidden=512, length=100, dtype="float32", sequences=2)
    driver = drive(config).send(c.GoTo(9), c.NameBranch(0, "mine"))
    driver.until(lambda s: s.observation.branches[0].name == "mine")


def test_a_journey_interrupted_again_and_again_gives_the_same_bits(drive: Drive) -> None:
    driver = drive().send(UNLIMITED, c.GoTo(30), *[c.ShowSequence(1)] * 200)
    driver.at(30)
    navigator = driver.stopped().navigator
    assert navigator.state.parameters.tobytes() == straight(RUN, 30).parameters.tobytes()
