"""However a sweep ends, what is done stays done, and it goes on where it was."""

import json
import os
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path
from threading import Event
from typing import Any

import psutil
import pytest

from rnn_tui.storage.library.store import Store
from rnn_tui.sweep.plan import Plan, read_plan
from rnn_tui.sweep.train_member import known_results

Started = Callable[..., "subprocess.Popen[str]"]
Until = Callable[..., None]
LONG = {"epochs": 2_000, "length": 10, "sequences": 10}


def workers(process: "subprocess.Popen[str]") -> list[psutil.Process]:
    """Those that train."""
    children = psutil.Process(process.pid).children(recursive=True)
    return [child for child in children if "popen_loky_posix" in " ".join(child.cmdline())]


def done(plan: Plan) -> list[str]:
    return [result.id for result in known_results(Store().root, plan.members)]


def under_way(plan: Plan) -> list[str]:
    """Begun, and not done."""
    begun = [m.id for m in plan.members if list((Store().folder / m.id).glob("checkpoint*"))]
    return [id for id in begun if id not in done(plan)]


def is_in_the_middle(plan: Plan) -> bool:
    """Some are done, and some under way; looked at now and then, to leave the cores to them."""
    Event().wait(0.05)
    return bool(done(plan) and under_way(plan))


@pytest.fixture
def path(plan_of: Callable[..., Path]) -> Path:
    """A plan of runs of a second or so, more than can be trained at a time."""
    return plan_of('seed = "0..2"', **LONG)


def finished(process: "subprocess.Popen[str]") -> dict[str, Any]:
    out, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    values: dict[str, Any] = json.loads(out)
    return values


@pytest.mark.soak
def test_a_worker_killed_in_the_middle_loses_nothing(
    path: Path, start: Started, until: Until, require_same_bits: Callable[..., None]
) -> None:
    plan = read_plan(path)
    sweep = start("sweep", str(path), "--jobs", "2", "--json")
    until(lambda: is_in_the_middle(plan))
    workers(sweep)[0].kill()
    require_same_bits(path, finished(sweep))


def test_a_sweep_killed_in_the_middle_trains_no_finished_run_again(
    path: Path, start: Started, until: Until, require_same_bits: Callable[..., None],
    require_whole: Callable[[Path], None],
) -> None:  # fmt: skip
    plan = read_plan(path)
    sweep = start("sweep", str(path), "--jobs", "2", "--json")
    until(lambda: is_in_the_middle(plan))
    left = psutil.Process(sweep.pid).children(recursive=True)
    sweep.kill()
    sweep.communicate()
    until(lambda: not psutil.wait_procs(left, timeout=0)[1])
    before = {id: (Store().folder / id / "history.sqlite").stat().st_mtime_ns for id in done(plan)}
    require_same_bits(path, finished(start("sweep", str(path), "--jobs", "2", "--json")))
    assert before and before == {
        id: (Store().folder / id / "history.sqlite").stat().st_mtime_ns for id in before
    }
    for member in plan.members:
        require_whole(Store().folder / member.id / "history.sqlite")


@pytest.mark.parametrize(
    ("number", "to_all", "jobs"),
    [
        (signal.SIGINT, True, 2),
        pytest.param(signal.SIGTERM, False, 2, marks=pytest.mark.soak),
        pytest.param(signal.SIGINT, True, 1, marks=pytest.mark.soak),
    ],
)
def test_a_signal_keeps_what_is_done_and_says_how_to_continue(
    number: signal.Signals, to_all: bool, jobs: int, path: Path, start: Started, until: Until,
) -> None:  # fmt: skip
    plan = read_plan(path)
    sweep = start("sweep", str(path), "--jobs", str(jobs), "--json")
    until(lambda: is_in_the_middle(plan))
    left = psutil.Process(sweep.pid).children(recursive=True)
    (os.killpg if to_all else os.kill)(sweep.pid, number)
    out, err = sweep.communicate(timeout=60)
    assert sweep.returncode == 128 + number
    assert err.splitlines()[-1].startswith(f"rnn-tui: to continue: rnn-tui sweep {path} --jobs")
    assert "Traceback" not in err and "Warning" not in err, err
    assert not psutil.wait_procs(left, timeout=60)[1]
    statuses = {each["id"]: each["status"] for each in json.loads(out)["runs"]}
    assert [id for id, status in statuses.items() if status == "done"] == done(plan)
    assert set(statuses.values()) == {"done", "missing"}
