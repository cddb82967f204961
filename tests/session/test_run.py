"""What each command does to a run, and what is told: no thread."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from rnn_tui.model.interruption import Interrupted
from rnn_tui.session import commands as c
from rnn_tui.session.run import Run
from rnn_tui.session.snapshot import Notice, Snapshot
from rnn_tui.timeline.branch import Settings
from rnn_tui.timeline.navigator import Navigator
from rnn_tui.training.config import Config
from rnn_tui.training.journal import Position
from rnn_tui.training.trainer import Trainer

RUN = Config.of(sequences=5, length=3, hidden=3, batch=2, lr=0.05)


def nothing() -> None:
    """Interrupts nothing."""


def look(run: Run) -> Snapshot:
    snapshot = run.look(nothing)
    assert snapshot is not None
    return snapshot


def told(run: Run) -> Notice:
    notice = look(run).notice
    assert notice is not None
    return notice


def do(run: Run, *commands: c.Command) -> Run:
    """Each carried out, to its end unless that is never."""
    for command in commands:
        run.carry_out(command)
        for _ in range(100):
            if run.navigator.resting or run.navigator.running:
                break
            run.work(nothing)
    return run


def at(epoch: int, **options: Any) -> Run:
    return do(Run(Navigator(Trainer(RUN)), **options), c.GoTo(epoch))


def diverging(epoch: int = 0) -> Run:
    """About to diverge at an epoch, of five."""
    run = do(at(5), c.GoTo(epoch))
    run.navigator.timeline.set(Position(epoch), Settings(float("inf"), None))
    return run


# One row a command: what was before, the command, the epoch then, the notice, what else is so.

Fact = Callable[[Run], bool]
TABLE: list[tuple[list[c.Command], c.Command, int, str | None, Fact]] = [
    ([], c.Toggle(), 0, None, lambda run: run.navigator.running),
    ([c.Toggle()], c.Toggle(), 0, None, lambda run: run.navigator.resting),
    ([c.Toggle()], c.Pause(), 0, None, lambda run: run.navigator.resting),
    ([c.Toggle()], c.Cancel(), 0, None, lambda run: run.navigator.running),
    ([], c.Step(3), 3, None, lambda run: run.navigator.timeline.newest == 3),
    ([c.GoTo(9)], c.Step(-2), 7, None, lambda run: run.navigator.timeline.newest == 9),
    ([], c.Step(-1), 0, "this is epoch 0", lambda run: run.navigator.resting),
    ([c.Toggle()], c.Step(-1), 0, None, lambda run: run.navigator.resting),
    ([], c.GoTo(4), 4, None, lambda run: run.navigator.resting),
    ([c.GoTo(4), c.GoTo(1)], End(), 4, None, lambda run: run.navigator.resting),
    ([], c.ScaleRate(2), 0, "learning rate 0.1 from", lambda run: look_rate(run) == 0.1),
    ([], c.SetRate(0.25), 0, "learning rate 0.25 from", lambda run: look_rate(run) == 0.25),
    ([], c.SetRate(1e9), 0, "learning rate 1e+06 from", lambda run: look_rate(run) == 1e6),
    ([], c.SetClip(0.5), 0, "clipped to norm 0.5 from", lambda run: clip(run) == 0.5),
    ([c.SetClip(0.5)], c.SetClip(None), 0, "no clipping from", lambda run: clip(run) is None),
    ([c.GoTo(2)], c.ZeroWeights("U"), 2, "U is zero on a new branch", lambda run: norm(run) == 0),
    (
        [c.GoTo(2)], c.ZeroWeights("U", (1,)), 2, "U[1] is zero on a new branch",
        lambda run: norm(run) > 0 and number(run) == 1,
    ),
    ([], c.ZeroWeights("X"), 0, "there is no X", lambda run: number(run) == 0),
    ([], c.ZeroWeights("U", (0, 9)), 0, "there is no U[0, 9]", lambda run: number(run) == 0),
    ([], c.NameBranch(0, "mine"), 0, "now “mine”", lambda run: name(run) == "mine"),
    ([], c.NameBranch(7, "mine"), 0, None, lambda run: name(run) == "first"),
    (
        [c.GoTo(2), c.ZeroWeights("U"), c.NameBranch(0, "mine")], c.Visit(0), 2,
        "on the branch “mine”", lambda run: number(run) == 0,
    ),
    ([c.GoTo(2), c.ZeroWeights("U")], c.Visit(7), 2, "U is zero", lambda run: number(run) == 1),
    ([], c.ChangePace(1), 0, None, lambda run: run.pace == 50),
    ([], c.ChangePace(99), 0, None, lambda run: run.pace is None),
    ([], c.ShowSequence(-1), 0, None, lambda run: look(run).observation.sequence.index == 4),
    ([c.GoTo(3)], c.Restart(0), 0, "from epoch 0 with seed 0", lambda run: newest(run) == 0),
    ([c.GoTo(3)], c.Restart(1), 0, "from epoch 0 with seed 1", lambda run: newest(run) == 0),
    ([c.GoTo(3)], c.Save(), 3, None, lambda run: run.navigator.resting),
    ([c.GoTo(3)], c.Stop(), 3, None, lambda run: run.navigator.resting),
]  # fmt: skip


def look_rate(run: Run) -> float:
    return look(run).observation.learning_rate


def clip(run: Run) -> float | None:
    return look(run).observation.clip


def number(run: Run) -> int:
    return look(run).observation.branch


def name(run: Run) -> str:
    return look(run).observation.branches[0].name


def newest(run: Run) -> int:
    return look(run).observation.newest


def norm(run: Run) -> float:
    return next(t.norm for t in look(run).observation.tensors if t.name == "U")


@pytest.mark.parametrize(
    ("before", "command", "epoch", "notice", "is_so"),
    TABLE,
    ids=[f"{row[1]} after {len(row[0])}" for row in TABLE],
)
def test_each_command_does_what_it_says(
    before: list[c.Command], command: c.Command, epoch: int, notice: str | None, is_so: Fact
) -> None:
    run = do(Run(Navigator(Trainer(RUN))), *before)
    count = 0 if look(run).notice is None else told(run).number
    do(run, command)
    assert run.navigator.epoch == look(run).observation.epoch == epoch
    if notice is None:
        assert look(run).notice is None or told(run).number == count
    else:
        assert notice in told(run).text
    assert is_so(run)


def test_every_command_is_in_the_table() -> None:
    assert {type(row[1]) for row in TABLE} == set(c.Command.__args__)


def test_a_new_run_takes_the_present_rate_and_clipping_along() -> None:
    run = do(at(3), c.ScaleRate(0.5), c.SetClip(0.25), c.Restart(0), c.GoTo(2))
    trainer = Trainer(replace(RUN, lr=RUN.lr / 2, clip=0.25))
    for _ in range(2):
        trainer.advance()
    assert run.navigator.trainer.config == trainer.config
    assert np.array_equal(run.navigator.state.parameters, trainer.state.parameters)
    assert look(run).observation.changes == ()


def test_the_snapshot_shows_every_branch_and_the_one_it_is_of() -> None:
    run = do(at(9), c.GoTo(4), c.ScaleRate(2), c.Step(3))
    seen = look(run).observation
    first, branch = seen.branches
    assert (seen.branch, seen.epoch, seen.newest) == (1, 7, 7)
    assert (first.number, first.parent, first.fork, first.newest) == (0, None, 0, 9)
    assert (branch.number, branch.parent, branch.fork, branch.newest) == (1, 0, 4, 7)
    assert first.curve.epochs.tolist() == list(range(1, 10))
    assert branch.curve.epochs.tolist() == [5, 6, 7]
    assert seen.curve.last[4:].tolist() == branch.curve.last.tolist()
    assert first.changes == () and branch.changes == seen.changes


def test_only_what_is_new_of_a_branch_is_looked_at_again() -> None:
    run = do(at(9), c.GoTo(4), c.ScaleRate(2), c.Step(3))
    before = look(run).observation.branches
    first, branch = look(do(run, c.Step(1))).observation.branches
    assert first is before[0]
    assert branch.curve.epochs.tolist() == [5, 6, 7, 8]
    first, branch = look(do(run, c.NameBranch(0, "mine"), c.SetRate(0.5))).observation.branches
    assert first.name == "mine"
    assert branch.changes[-1].position == (8, 0)


# Activity, target, pace.


def test_it_is_told_whether_it_runs_replays_goes_or_rests() -> None:
    run = at(3)
    assert look(run).activity == "paused"
    run.carry_out(c.Toggle())
    assert look(run).activity == "running"
    do(run, c.GoTo(0)).carry_out(c.Toggle())
    assert look(run).activity == "replaying"
    run.carry_out(c.GoTo(50))
    assert (look(run).activity, look(run).target) == ("going", 50)
    run.carry_out(c.Cancel())
    assert (look(run).activity, look(run).target) == ("paused", None)


def test_running_towards_a_goal_the_goal_is_the_target() -> None:
    run = at(0, goal=3)
    run.carry_out(c.Toggle())
    assert look(run).target == 3


def test_a_goal_pauses_once_and_again_in_a_new_run() -> None:
    run = at(0, goal=3)
    for epoch in (3, 9):
        do(run, c.GoTo(0)).carry_out(c.Toggle())
        while run.navigator.running and run.navigator.epoch < 9:
            run.work(nothing)
        assert run.navigator.epoch == epoch
    assert told(run).text == "epoch 3 reached; space goes on"
    assert told(run).number == 1
    assert run.navigator.running
    do(run, c.Restart(1), c.Toggle())
    while run.navigator.running:
        run.work(nothing)
    assert run.navigator.epoch == 3


def test_a_measured_pace_is_forgotten_where_another_way_begins() -> None:
    run = at(3)
    for command in (c.GoTo(40), c.Step(5), c.Visit(0), c.Toggle()):
        run.meter.rate = 100.0
        run.carry_out(command)
        assert run.meter.rate is None, command


def test_a_command_on_the_way_that_leaves_it_as_it_is_keeps_the_measured_pace() -> None:
    run = at(3)
    run.carry_out(c.GoTo(40))
    run.meter.rate = 100.0
    for command in (c.ShowSequence(1), c.ChangePace(1), c.ScaleRate(2)):
        run.carry_out(command)
        assert run.meter.rate == 100


# What goes wrong.


def test_divergence_is_an_error_that_names_the_tensor_and_what_to_do() -> None:
    run = diverging(5)
    run.carry_out(c.Toggle())
    run.work(nothing)
    assert told(run).severity == "error"
    text = told(run).text
    assert text.startswith("diverged after epoch 5: the parameter W became NaN or infinite first")
    assert "halves the learning rate" in text and "clips" in text
    assert (look(run).activity, look(run).observation.epoch) == ("diverged", 5)
    assert run.navigator.resting


LEAVING: list[c.Command] = [c.Step(-1), c.GoTo(0), End(), c.ZeroWeights("U")]


@pytest.mark.parametrize("command", LEAVING, ids=str)
@pytest.mark.parametrize("epoch", [1, 5])
def test_divergence_is_left_by_going_elsewhere(command: c.Command, epoch: int) -> None:
    run = diverging(epoch)
    run.carry_out(c.Toggle())
    run.work(nothing)
    assert look(run).activity == "diverged"
    assert look(do(run, command)).activity == "paused"


def test_after_divergence_a_lower_rate_goes_on() -> None:
    run = diverging(5)
    do(run, c.Toggle()).work(nothing)
    do(run, c.SetRate(RUN.lr), c.Step(1))
    assert np.array_equal(run.navigator.state.parameters, at(6).navigator.state.parameters)


def test_a_look_that_is_interrupted_shows_the_last_moment_whole() -> None:
    run = at(3)
    before = look(run)
    do(run, c.Step(1))

    def at_step() -> None:
        raise Interrupted

    snapshot = run.look(at_step)
    assert snapshot is not None
    assert snapshot.observation is before.observation
    assert not run.is_observed
    assert look(run).observation.epoch == 4
    assert run.is_observed
