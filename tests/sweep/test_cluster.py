"""A dask scheduler with two workers on this machine, which share no folder with the sweep."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from distributed import Client, KilledWorker
from joblib import parallel_config

from rnn_tui.storage.library.store import Store
from rnn_tui.sweep.cluster_backend import Workers
from rnn_tui.sweep.execution import in_parallel
from rnn_tui.sweep.plan import read_plan
from rnn_tui.sweep.train_member import Job

Swept = Callable[..., dict[str, Any]]
SEEDS = 'lr = [0.1, 0.01]\nseed = "0..1"'


@dataclass
class Cluster:
    """A scheduler, and what starts workers of it.

    Attributes:
        address: of the scheduler.
        folder: where its processes work.
        processes: all of them.
    """

    address: str
    folder: Path
    processes: "list[subprocess.Popen[bytes]]"

    def add_worker(self) -> "subprocess.Popen[bytes]":
        options = ("--nthreads", "1", "--no-nanny", "--no-dashboard", "--host", "127.0.0.1")
        return self._start("worker", self.address, *options)

    def _start(self, what: str, *options: str) -> "subprocess.Popen[bytes]":
        home = {"RNN_TUI_HOME": str(self.folder / "nobody"), "PYTHONPATH": os.getcwd()}
        with open(self.folder / "log", "ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", f"distributed.cli.dask_{what}", *options],
                env={**os.environ, **home}, cwd=self.folder, stdout=log, stderr=log,
            )  # fmt: skip
        self.processes.append(process)
        return process


@pytest.fixture(scope="module")
def scheduler(
    tmp_path_factory: pytest.TempPathFactory, until: Callable[..., None]
) -> Iterator[Cluster]:
    """Without workers."""
    folder = tmp_path_factory.mktemp("cluster")
    cluster = Cluster("", folder, [])
    file = folder / "scheduler.json"
    cluster._start(
        "scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard",
        "--scheduler-file", str(file),
    )  # fmt: skip
    try:
        until(lambda: file.exists() and file.read_text().rstrip().endswith("}"), 60)
        with Client(scheduler_file=str(file), timeout=60) as client:
            cluster.address = client.scheduler_info()["address"]
        yield cluster
    finally:
        for process in reversed(cluster.processes):
            process.kill()
            process.wait()


@pytest.fixture
def cluster(scheduler: Cluster) -> Cluster:
    """With two workers."""
    alive = [p for p in scheduler.processes[1:] if p.poll() is None]
    for _ in range(2 - len(alive)):
        scheduler.add_worker()
    with Client(scheduler.address, timeout=60, set_as_default=False) as client:
        client.wait_for_workers(2, timeout=60)
    return scheduler


def test_a_scheduler_without_workers_is_waited_for_with_a_limit(
    scheduler: Cluster, plan_of: Callable[..., Path], run: Callable[..., Any]
) -> None:
    plan = str(plan_of(SEEDS))
    code, _, err = run("sweep", plan, "--scheduler", scheduler.address, "--wait-workers", "0.5")
    lines = err.splitlines()
    assert code == 4 and len(lines) == 2
    assert lines[0].startswith("rnn-tui: waiting up to 0.5 s for a worker of tcp://127.0.0.1")
    assert "has no worker after 0.5 s; start one: dask worker tcp://127.0.0.1" in lines[1]


@pytest.mark.parametrize(
    "address",
    ["tcp://127.0.0.1:1", "nonsense://x:1", "", "tcp://", "tcp://[:1", "host", "tcp://h:x"],
)
def test_a_scheduler_that_is_not_there_is_one_line(
    address: str, plan_of: Callable[..., Path], run: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr("rnn_tui.sweep.cluster.CONNECT_WITHIN", 0.5)
    code, _, err = run("sweep", str(plan_of(SEEDS)), "--scheduler", address)
    assert code == 4 and err.count("\n") == 1 and "there is no dask scheduler at" in err


def test_without_dask_the_extra_is_named(
    plan_of: Callable[..., Path], run: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "rnn_tui.sweep.cluster", None)
    code, _, err = run("sweep", str(plan_of(SEEDS)), "--scheduler", "tcp://127.0.0.1:1")
    assert code == 2 and err.count("\n") == 1 and "rnn-tui[dask]" in err


def test_tls_needs_certificates(plan_of: Callable[..., Path], run: Callable[..., Any]) -> None:
    code, _, err = run("sweep", str(plan_of(SEEDS)), "--scheduler", "tls://127.0.0.1:1")
    assert code == 4 and err.count("\n") == 1 and "needs certificates" in err


def test_workers_give_the_bits_of_a_training_on_its_own(
    cluster: Cluster, plan_of: Callable[..., Path], swept: Swept,
    require_same_bits: Callable[..., None],
) -> None:  # fmt: skip
    plan = plan_of(SEEDS)
    report = swept(plan, "--scheduler", cluster.address)
    require_same_bits(plan, report)
    assert swept(plan) == report  # its runs are kept here
    longer = plan_of(SEEDS, epochs=6)
    require_same_bits(longer, swept(longer, "--scheduler", cluster.address))
    assert not (cluster.folder / "nobody").exists()


def test_own_data_travels_with_its_runs(
    cluster: Cluster, tmp_path: Path, plan_of: Callable[..., Path], swept: Swept, run: Any
) -> None:
    (tmp_path / "some.txt").write_text("to be or not to be, that is the question. " * 3)
    plan = plan_of('seed = "0..1"', text="some.txt", length=5)
    plan.write_text(plan.read_text().replace("sequences = 2\n", ""))
    report = swept(plan, "--scheduler", cluster.address)
    code, out, _ = run("sweep", str(plan), "--jobs", "1", "--json", "--store", str(tmp_path / "b"))
    assert code == 0
    alone = json.loads(out)
    for there, here in zip(report["runs"], alone["runs"], strict=True):
        assert there["parameters_sha256"] == here["parameters_sha256"]
        assert (Store().folder / there["id"] / "data").exists()


def test_a_worker_killed_in_the_middle_loses_nothing(
    cluster: Cluster, plan_of: Callable[..., Path], start: Callable[..., Any],
    until: Callable[..., None], require_same_bits: Callable[..., None],
) -> None:  # fmt: skip
    path = plan_of('seed = "0..2"', epochs=2_000, length=10, sequences=10)
    sweep = start("sweep", str(path), "--scheduler", cluster.address, "--json")
    plan = read_plan(path)
    until(lambda: any((Store().folder / m.id / "sweep.json").exists() for m in plan.members), 60)
    next(p for p in cluster.processes[1:] if p.poll() is None).kill()
    out, err = sweep.communicate(timeout=120)
    assert sweep.returncode == 0, err
    require_same_bits(path, json.loads(out))


@pytest.mark.soak
def test_a_sweep_that_has_lost_all_its_workers_says_so_and_goes_on_with_a_new_one(
    cluster: Cluster, plan_of: Callable[..., Path], start: Callable[..., Any],
    until: Callable[..., None], require_same_bits: Callable[..., None],
) -> None:  # fmt: skip
    path = plan_of('seed = "0..2"', epochs=2_000, length=10, sequences=10)
    sweep = start(
        "sweep", str(path), "--scheduler", cluster.address, "--json", "--log-every", "0.2"
    )
    plan = read_plan(path)
    until(lambda: any((Store().folder / m.id / "sweep.json").exists() for m in plan.members), 60)
    for process in cluster.processes[1:]:
        process.kill()
        process.wait()
    told = next(line for line in sweep.stderr if "no worker left" in line)
    assert told.endswith("no worker left, waiting for one\n") or "waiting for one, " in told
    cluster.add_worker()
    out, err = sweep.communicate(timeout=120)
    assert sweep.returncode == 0, err
    require_same_bits(path, json.loads(out))


def test_a_run_that_takes_worker_after_worker_with_it_has_failed(
    cluster: Cluster, plan_of: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    job = Job.of(read_plan(plan_of(SEEDS)).members[0])
    lost: Future[Any] = Future()
    monkeypatch.setattr("distributed.cfexecutor.ClientExecutor.submit", lambda *_: lost)
    with Client(cluster.address, set_as_default=False) as client:
        found = in_parallel(print, [(job, {}, "sweep")], 2, parallel_config(Workers(client)))
        lost.set_exception(KilledWorker("task", None, 3))
        [(result, files)] = found
    assert (result.id, result.status, files) == (job.id, "failed", {})
