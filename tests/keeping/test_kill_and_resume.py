"""Killed at any moment, as often as one likes: a run goes on as if nothing had been."""

import json
import random
import subprocess
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from rnn_tui.storage.disk.names import CHECKPOINT, HISTORY
from rnn_tui.training.config import Config
from rnn_tui.training.trainer import Trainer
from tests.session.playing import straight

Start = Callable[..., "subprocess.Popen[str]"]
KILLS = [3, pytest.param(50, marks=pytest.mark.soak)]
EPOCHS = 10_000


def checkpoint(root: Path) -> Path | None:
    """The only run's, once there is one."""
    return next(root.glob(f"runs/*/{CHECKPOINT}"), None)


def written(root: Path) -> int:
    """When, in nanoseconds."""
    with suppress(AttributeError, FileNotFoundError):
        return checkpoint(root).stat().st_mtime_ns  # type: ignore[union-attr]
    return 0


def lives(process: "subprocess.Popen[str]", seconds: float) -> bool:
    """Let it work for so long; whether it still does."""
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        return True
    return False


def kill(process: "subprocess.Popen[str]", root: Path, chance: random.Random) -> None:
    """At a random moment: anywhere in the beginning, or after it has begun to save."""
    if chance.random() < 0.4:
        lives(process, chance.uniform(0, 0.6))
    else:
        before = written(root)
        while written(root) == before and lives(process, 0.01):
            pass
        lives(process, chance.uniform(0, 0.5))
    process.kill()
    _, errors = process.communicate()
    assert errors == ""


@pytest.mark.parametrize("kills", KILLS)
def test_a_training_killed_at_any_moment_goes_on_to_the_same_bits(
    root: Path,
    start: Start,
    options: list[str],
    kills: int,
    trained: Callable[..., dict[str, Any]],
    require_history: Callable[[Path, int], None],
    require_whole: Callable[[Path], None],
) -> None:
    chance = random.Random(kills)
    for _ in range(kills):
        begin = ["--resume"] if checkpoint(root) else options
        store = ["--store", str(root), "--epochs", str(EPOCHS)]
        process = start("-m", "rnn_tui", "train", *begin, *store)
        kill(process, root, chance)
        if (path := checkpoint(root)) is not None and (path.parent / HISTORY).is_file():
            require_whole(path.parent / HISTORY)
    begin = ["--resume"] if checkpoint(root) else options
    outcome = trained("--store", str(root), *begin, "--epochs", str(EPOCHS))
    undisturbed = trained("--no-store", *options, "--epochs", str(EPOCHS))
    assert outcome["epoch"] == EPOCHS
    for name in ("parameters_sha256", "loss", "training_loss", "first_solved_epoch"):
        assert outcome[name] == undisturbed[name], name
    require_history(root / "runs" / outcome["run"], EPOCHS)


SCREEN = """
import json, os, sys
from threading import Condition
from rnn_tui.runs.opening import Opening
from rnn_tui.session.session import Session
from rnn_tui.session.summary import moment_of
from rnn_tui.storage.library.store import Store
from rnn_tui.session import commands as c
from rnn_tui.training.config import Config
from rnn_tui.training.goals import Goal
options, leave_after, goal = json.loads(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
store = Store()
opening = Opening(store)
names = [path for path in store.folder.glob("*/checkpoint.safetensors")]
resume = lambda: opening.resume(None, {"epochs": goal})[0]
run = resume() if names else opening.new(Config.of(**options), Goal(goal))
begun = run.navigator.timeline.newest
session = Session(run)
told = Condition()
def notify():
    with told:
        told.notify_all()
session.notify = notify
session.start()
session.send(c.ChangePace(99))
session.send(c.End())
if begun < goal:
    session.send(c.Run())
while session.failure is None:
    shown = session.snapshot
    epoch = shown.observation.epoch
    if leave_after >= 0 and epoch >= begun + leave_after:
        os._exit(9)
    if epoch == goal and shown.activity == "paused":
        break
    session.request()
    with told:
        told.wait(0.002)
assert session.failure is None, session.failure
assert session.stop(30) and run.recording.finish(run.navigator, 30)
print(moment_of(run).parameters_sha256, run.recording.name)
"""


@pytest.mark.parametrize("kills", KILLS)
def test_a_screen_that_vanishes_at_any_moment_leaves_a_run_that_goes_on_to_the_same_bits(
    root: Path,
    start: Start,
    small: Config,
    kills: int,
    require_history: Callable[[Path, int], None],
) -> None:
    chance = random.Random(kills)
    goal = 500 * kills
    options = json.dumps(small.to_json())
    for _ in range(kills):
        leave_after = chance.choice([0, 1, chance.randrange(400)])
        process = start("-c", SCREEN, options, str(leave_after), str(goal))
        _, errors = process.communicate()
        assert (process.returncode, errors) == (9, "")
    process = start("-c", SCREEN, options, "-1", str(goal))
    out, errors = process.communicate()
    assert (process.returncode, errors) == (0, "")
    sha256, name = out.split()
    assert sha256 == Trainer(small).parameters_of(straight(small, goal)).sha256()
    require_history(root / "runs" / name, goal)
