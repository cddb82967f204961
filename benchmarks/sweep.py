"""Sweeps: as many runs a second by two processes, and by two dask workers, as by one process?"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.tables import table

_PLAN = """
[base]
task = "echo"
epochs = {epochs}
[grid]
lr = [0.001, 0.01]
seed = "0..{last}"
"""
_WORKERS = 2


def run(rounds: int, quick: bool) -> tuple[dict[str, Any], str]:
    """The figures, and a table of them.

    Args:
        rounds: interleaved, each with a store of its own.
        quick: shorter runs.
    """
    from rnn_tui.sweep.cluster import Cluster
    from rnn_tui.sweep.processes import Processes

    seconds: dict[str, list[float]] = {}
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        path = folder / "plan.toml"
        path.write_text(_PLAN.format(epochs=200 if quick else 1000, last=3))
        address = stack.enter_context(_cluster(folder))
        engines: dict[str, Any] = {
            "one process": lambda root: Processes(root, 1),
            "two processes (loky)": lambda root: Processes(root, 2),
            "two dask workers": lambda root: Cluster(root, address, 60, print, lambda: None),
        }
        for number in range(rounds):
            for name, engine in engines.items():
                root = folder / f"{number}-{name}"
                seconds.setdefault(name, []).append(_sweep(path, root, engine(root)))
    alone = np.array(seconds["one process"])
    ratios = {name: float(np.median(alone / np.array(each))) for name, each in seconds.items()}
    rows = [(n, f"{np.median(seconds[n]):.2f} s", f"{ratios[n]:.2f}") for n in seconds]
    heads = ("sweep of 8 runs", "wall time", "speed over one process")
    return {"seconds": seconds, "speed": ratios}, table("Sweeps", heads, rows)


def _sweep(path: Path, root: Path, engine: Any) -> float:
    """Seconds for a whole sweep, starting processes and connecting included."""
    from rnn_tui.sweep.plan import read_plan
    from rnn_tui.sweep.sweep import Sweep

    plan = read_plan(path)
    start = time.perf_counter()
    with engine:
        going, done = Sweep(plan.members, root, engine), 0
        going.start()
        while done < len(plan.members):
            done += len(going.news(0.05))
    seconds = time.perf_counter() - start
    if going.error is not None:
        raise going.error
    return seconds


@contextmanager
def _cluster(folder: Path) -> Iterator[str]:
    """A scheduler and its workers, processes of this machine; the address."""
    processes = []

    def start(what: str, *options: str) -> None:
        command = [sys.executable, "-m", f"distributed.cli.dask_{what}", "--no-dashboard", *options]
        quiet = subprocess.DEVNULL
        environment = dict(os.environ, PYTHONPATH=os.getcwd())
        processes.append(subprocess.Popen(command, stdout=quiet, stderr=quiet, env=environment))

    file = folder / "scheduler.json"
    try:
        start("scheduler", "--host", "127.0.0.1", "--port", "0", "--scheduler-file", str(file))
        while not file.exists() or not file.read_text().strip():
            time.sleep(0.1)
        for _ in range(_WORKERS):
            start("worker", "--scheduler-file", str(file), "--nthreads", "1", "--no-nanny")
        from distributed import Client

        make: Any = Client
        with make(scheduler_file=str(file), timeout=60, set_as_default=False) as client:
            client.wait_for_workers(_WORKERS, timeout=60)
            address = client.scheduler_info()["address"]
        yield address
    finally:
        for process in processes:
            process.kill()
            process.wait()
