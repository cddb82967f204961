"""Plans, and sweeps as processes."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from rnn_tui.runs.headless import train
from rnn_tui.storage.library.store import Store
from rnn_tui.sweep.plan import Plan, read_plan

WritePlan = Callable[..., Path]
Swept = Callable[..., dict[str, Any]]
TINY = {"epochs": 3, "length": 3, "sequences": 2, "hidden": 3}


@pytest.fixture(autouse=True)
def store(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where runs are kept, for processes too: nothing of the person's own is touched."""
    folder = tmp_path_factory.mktemp("store")
    monkeypatch.setenv("RNN_TUI_HOME", str(folder))
    return folder


@pytest.fixture
def plan_of(tmp_path: Path) -> WritePlan:
    """Writes a plan of tiny runs: its grid and report as TOML, its base by name."""

    def write(grid: str, report: str = "", **base: Any) -> Path:
        options = "".join(f"{n} = {json.dumps(v)}\n" for n, v in (TINY | base).items())
        path = tmp_path / "plan.toml"
        path.write_text(f"[base]\n{options}[grid]\n{grid}\n[report]\n{report}\n")
        return path

    return write


@pytest.fixture
def swept(run: Callable[..., tuple[int, str, str]]) -> Swept:
    """The JSON of a sweep in which nothing failed, in this process where no jobs are asked for."""

    def call(plan: Path, *options: str) -> dict[str, Any]:
        where = () if "--scheduler" in options or "--jobs" in options else ("--jobs", "1")
        code, out, err = run("sweep", str(plan), "--json", *where, *options)
        assert code == 0, err
        values: dict[str, Any] = json.loads(out)
        return values

    return call


@pytest.fixture
def require_same_bits() -> Callable[[Path, dict[str, Any]], None]:
    """Each run of a report has the parameters of a training of its own that is kept nowhere."""

    def require(path: Path, report: dict[str, Any]) -> None:
        plan = read_plan(path)
        assert len(report["runs"]) == len(plan.members)
        for member, told in zip(plan.members, report["runs"], strict=True):
            alone = train(member.config, member.goal.epochs or 0)
            assert told["parameters_sha256"] == alone.moment.parameters_sha256
            assert told["id"] == member.id and told["status"] == "done"

    return require


@pytest.fixture
def start(store: Path) -> Callable[..., "subprocess.Popen[str]"]:
    """Starts rnn-tui in a process group of its own."""

    def popen(*arguments: str) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [sys.executable, "-m", "rnn_tui", *arguments],
            env=dict(os.environ, PYTHONUNBUFFERED="1"), stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
        )  # fmt: skip

    return popen


def folders(plan: Plan) -> list[Path]:
    """Of all members, in the order of the plan."""
    return [Store().folder / member.id for member in plan.members]
