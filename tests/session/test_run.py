"""What each command does to a run, and what is told: no thread."""

from collections.abc import Callable

import numpy as np
import pytest

from rnn_tui.session import commands as c
from rnn_tui.session.recording import Recording
from rnn_tui.session.run import Run
from rnn_tui.timeline.loss_curve import Buckets
from rnn_tui.timeline.navigator import Navigator
from rnn_tui.training.config import Config
from rnn_tui.training.goals import Goal
from rnn_tui.training.settings.setting import Value
from rnn_tui.training.trainer import Trainer
from tests.session.playing import RUN, at, do, look, straight, told

# One row a command: what was before, the command, the epoch then, the notice, what else is so.

Fact = Callable[[Run], bool]
CURVE = Buckets(*(np.ones(1) for _ in range(5)))
TABLE: list[tuple[list[c.Command], c.Command, int, str | None, Fact]] = [
    ([], c.Run(), 0, None, lambda run: run.navigator.running),
    ([c.Run()], c.Pause(), 0, None, lambda run: run.navigator.resting),
    ([], c.Step(3), 3, None, lambda run: newest(run) == 3),
    ([c.GoTo(9)], c.Step(-2), 7, None, lambda run: newest(run) == 9),
    ([], c.Step(-1), 0, "this is epoch 0", lambda run: run.navigator.resting),
    ([c.Run()], c.Step(-1), 0, None, lambda run: run.navigator.resting),
    ([], c.GoTo(4), 4, None, lambda run: run.navigator.resting),
    ([c.GoTo(4), c.GoTo(1)], c.GoTo(2, "here"), 3, None, lambda run: newest(run) == 4),
    ([c.GoTo(4)], c.GoTo(-9, "here"), 0, None, lambda run: newest(run) == 4),
    ([c.GoTo(9), c.GoTo(1)], c.GoTo(50, "percent"), 4, None, lambda run: newest(run) == 9),
    ([c.GoTo(4)], c.Home(), 0, None, lambda run: newest(run) == 4),
    ([c.GoTo(4), c.GoTo(1)], c.End(), 4, None, lambda run: run.navigator.resting),
    ([], c.ScaleRate(2), 0, "lr 0.1 from epoch 0 on", lambda run: setting(run, "lr") == 0.1),
    ([], c.ScaleRate(1e9), 0, "lr 1e+06 from", lambda run: setting(run, "lr") == 1e6),
    ([], c.SetSetting("lr", 0.25), 0, "lr 0.25 from", lambda run: setting(run, "lr") == 0.25),
    ([], c.SetSetting("lr", 1e9), 0, "must be a number", lambda run: setting(run, "lr") == 0.05),
    ([], c.SetSetting("clip", 0.5), 0, "clip 0.5 from", lambda run: setting(run, "clip") == 0.5),
    (
        [c.SetSetting("clip", 0.5)], c.SetSetting("clip", None), 0, "no clipping from epoch 0 on",
        lambda run: setting(run, "clip") is None,
    ),
    (
        [c.GoTo(2)], c.SetSetting("hold", "U"), 2, "hold U from epoch 2 on, on a new branch",
        lambda run: norm(run) == 0 and number(run) == 1,
    ),
    (
        [c.GoTo(2), c.SetSetting("hold", "U")], c.SetSetting("hold", None), 2,
        "nothing held from epoch 2 on", lambda run: norm(run) == 0 and number(run) == 1,
    ),
    (
        [c.GoTo(9), c.GoTo(2)], c.ScaleRate(2), 2,
        "lr 0.1 from epoch 2 on; the next update begins a new branch",
        lambda run: number(run) == 0 and newest(run) == 9,
    ),
    ([], c.SetSetting("hold", "X"), 0, "there is no X", lambda run: number(run) == 0),
    ([c.GoTo(2)], c.ZeroWeights("U"), 2, "U is zero at epoch 2", lambda run: norm(run) == 0),
    (
        [c.GoTo(2)], c.ZeroWeights("U[1]"), 2, "U[1] is zero at epoch 2, on a new branch",
        lambda run: norm(run) > 0 and number(run) == 1,
    ),
    ([], c.ZeroWeights("X"), 0, "there is no X", lambda run: number(run) == 0),
    ([], c.ZeroWeights("U[0, 9]"), 0, "U has rows 0 to 2", lambda run: number(run) == 0),
    ([], c.NameBranch(0, "mine"), 0, "now “mine”", lambda run: name(run) == "mine"),
    ([], c.NameBranch(7, "mine"), 0, None, lambda run: name(run) == "first"),
    (
        [c.GoTo(2), c.ZeroWeights("U"), c.NameBranch(0, "mine")], c.Visit(0), 2,
        "on branch “mine”", lambda run: number(run) == 0,
    ),
    ([c.GoTo(2), c.ZeroWeights("U")], c.Visit(7), 2, None, lambda run: number(run) == 1),
    ([], c.ChangePace(1), 0, None, lambda run: run.pace == 50),
    ([], c.ChangePace(99), 0, None, lambda run: run.pace is None),
    ([], c.ChangePace(-99), 0, None, lambda run: run.pace == 1),
    ([], c.ShowSequence(-1), 0, None, lambda run: look(run).observation.sequence == 4),
    ([], c.ShowStep(2), 0, None, lambda run: look(run).observation.step == 2),
    ([], c.Look(3, 1), 0, None, lambda run: look(run).observation.sequence == 3),
    ([], c.NextMistake(), 0, None, lambda run: look(run).observation.step > 0),
    ([], c.WorstSequence(), 0, None, lambda run: "most mistakes" in told(run).text),
    ([], c.Overlay("a", CURVE), 0, None, lambda run: ghosts(run) == ["a"]),
    ([c.Overlay("a", CURVE)], c.Overlay("a", None), 0, None, lambda run: ghosts(run) == []),
    (
        [c.Overlay("a", CURVE), c.Overlay("b", CURVE)], c.Restart(0), 0, "from epoch 0",
        lambda run: ghosts(run) == ["a", "b", "before r"][:2],
    ),
    (
        [c.GoTo(3)], c.Open(Navigator(Trainer(RUN.with_options(seed=9))), Recording()), 0,
        "epoch 0", lambda run: look(run).config.seed == 9,
    ),
    ([], c.Watch(frozenset()), 0, None, lambda run: look(run).observation.seen == {}),
    ([c.GoTo(3)], c.Restart(0), 0, "from epoch 0 with seed 0", lambda run: newest(run) == 0),
    (
        [c.GoTo(3)], c.Start(Config.of(task="echo")), 0, "a new run: echo 3 mod 3",
        lambda run: newest(run) == 0,
    ),
    ([c.GoTo(3)], c.Restart(1), 0, "from epoch 0 with seed 1", lambda run: newest(run) == 0),
    ([c.GoTo(3)], c.Forget(), 3, None, lambda run: newest(run) == 3),
    ([c.GoTo(3)], c.Save(), 3, None, lambda run: run.navigator.resting),
    ([c.GoTo(3)], c.Stop(), 3, None, lambda run: run.navigator.resting),
]  # fmt: skip


def setting(run: Run, name: str) -> Value:
    return look(run).observation.settings[name]


def number(run: Run) -> int:
    return look(run).observation.branch


def name(run: Run) -> str:
    return look(run).observation.branches[0].name


def newest(run: Run) -> int:
    return look(run).observation.newest


def ghosts(run: Run) -> list[str]:
    return [ghost.name for ghost in look(run).ghosts]


def norm(run: Run) -> float:
    return float(np.linalg.norm(run.navigator.trainer.parameters_of(run.navigator.state)["U"]))


@pytest.mark.parametrize(
    ("before", "command", "epoch", "notice", "is_so"),
    TABLE,
    ids=[f"{type(row[1]).__name__} {i}" for i, row in enumerate(TABLE)],
)
def test_each_command_does_what_it_says(
    before: list[c.Command], command: c.Command, epoch: int, notice: str | None, is_so: Fact
) -> None:
    run = do(Run(Navigator(Trainer(RUN))), *before)
    do(run, c.Forget(), command)
    assert run.navigator.epoch == look(run).observation.epoch == epoch
    if notice is not None:
        assert notice in told(run).text
    elif not isinstance(command, c.PASSING):
        assert look(run).notice is None
    assert run.executed == look(run).executed == len(before) + 2
    assert is_so(run)


def test_every_command_is_in_the_table() -> None:
    assert {type(row[1]) for row in TABLE} == set(c.Command.__args__)


def test_a_new_run_takes_the_present_settings_along() -> None:
    run = at(3)
    do(run, c.ScaleRate(0.5), c.SetSetting("clip", 0.25), c.SetSetting("hold", "b_h"))
    do(run, c.Restart(0), c.GoTo(2))
    config = RUN.with_options(lr=0.025, clip=0.25, hold="b_h")
    assert run.navigator.trainer.config == config
    assert np.array_equal(run.navigator.state.parameters, straight(config, 2).parameters)
    assert look(run).observation.changes == ()


# Activity, target, pace.


def test_it_is_told_whether_it_runs_replays_goes_or_rests() -> None:
    run = at(3)
    assert look(run).activity == "paused"
    run.execute(c.Run())
    assert look(run).activity == "running"
    do(run, c.Home()).execute(c.Run())
    assert look(run).activity == "replaying"
    run.execute(c.GoTo(50))
    assert (look(run).activity, look(run).target) == ("going", 50)
    run.execute(c.Pause())
    assert (look(run).activity, look(run).target) == ("paused", None)


def test_running_towards_a_goal_the_goal_is_the_target() -> None:
    run = at(0, goal=Goal(3))
    run.execute(c.Run())
    assert look(run).target == 3


def test_a_goal_pauses_once_and_again_in_a_new_run() -> None:
    run = at(0, goal=Goal(3))
    for epoch in (3, 9):
        do(run, c.Home()).execute(c.Run())
        while run.navigator.running and run.navigator.epoch < 9:
            run.work()
        assert run.navigator.epoch == epoch
        if epoch == 3:
            assert told(run).text == "epoch 3 reached; space continues"
    assert run.navigator.running and look(run).notice is None
    do(run, c.Restart(1), c.Run())
    while run.navigator.running:
        run.work()
    assert run.navigator.epoch == 3


def test_a_measured_pace_is_forgotten_where_another_way_begins() -> None:
    run = at(3)
    for command in (c.GoTo(40), c.Step(5), c.Visit(0), c.Run()):
        run.meter.rate = 100.0
        run.execute(command)
        assert run.meter.rate is None, command


def test_a_command_on_the_way_that_leaves_it_as_it_is_keeps_the_measured_pace() -> None:
    run = at(3)
    run.execute(c.GoTo(40))
    run.meter.rate = 100.0
    for command in (c.ShowSequence(1), c.ChangePace(1), c.ScaleRate(2)):
        run.execute(command)
        assert run.meter.rate == 100


# Notices.


def test_a_notice_goes_with_the_next_command_but_not_with_one_that_only_looks() -> None:
    run = do(at(0), c.Step(-1))
    first = told(run)
    looking = c.ShowSequence(1), c.ShowStep(1), c.Watch(frozenset()), c.Overlay("", None)
    for command in (*looking, c.Forget()):
        assert told(do(run, command)) is first
    assert look(do(run, c.Step(1))).notice is None


def test_the_same_words_twice_are_two_notices() -> None:
    run = do(at(0), c.Step(-1))
    first = told(run)
    second = told(do(run, c.Step(-1)))
    assert second.text == first.text and second is not first


def test_steps_asked_for_on_the_way_count_from_where_it_leads() -> None:
    run = Run(Navigator(Trainer(RUN)))
    for command, target in ((c.GoTo(9), 9), (c.GoTo(-2, "here"), 7), (c.GoTo(5, "here"), 12)):
        run.execute(command)
        assert (run.navigator.epoch, run.navigator.target) == (0, target)
