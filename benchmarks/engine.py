"""The engine against its contenders: who takes part, results compared, then timed."""

from __future__ import annotations

import gc
import json
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks.contenders.compiled import Compiled
from benchmarks.contenders.contender import Contender, Skipped, Work, work_of
from benchmarks.contenders.jax_jit import Jax, fastest
from benchmarks.contenders.min_char import MinChar
from benchmarks.contenders.notebook_style import Notebook
from benchmarks.contenders.ours import Bare, OnlyKernel, Ours
from benchmarks.contenders.pytorch import PyTorch
from benchmarks.rounds import Timed, interleaved, processor_ratio, ratio, spread
from benchmarks.rows import Row
from benchmarks.same import difference, tolerance

COMPILE_SECONDS = 120
FILLING = 6.0
"""Seconds that ``train`` has run when the rounds begin."""
PLAIN_AT_MOST = 60_000
"""Rows of work (T·B·H) beyond which the plain loops would take minutes."""

Entry = tuple[str, Callable[[Work], Contender]]
GEMM = 2048


def _contenders(quick: bool) -> list[Entry]:
    entries: list[Entry] = [
        ("its trainer", Bare),
        ("its kernel", OnlyKernel),
        ("PyTorch eager", PyTorch),
        ("torch.compile", lambda work: Compiled(work, COMPILE_SECONDS)),
        ("JAX step", Jax),
        ("JAX step, hoisted", lambda work: Jax(work, hoisted=True)),
        ("JAX step, awaited", lambda work: Jax(work, awaited=True)),
        ("JAX step, tuned", fastest),
        ("JAX epoch scan", lambda work: Jax(work, hoisted=True, whole=True)),
        ("JAX epoch scan, tuned", lambda work: fastest(work, whole=True)),
        ("min-char-rnn", lambda work: _plain(work, MinChar)),
        ("notebook", lambda work: _plain(work, Notebook)),
    ]
    return [e for e in entries if not (quick and (e[0] == "torch.compile" or "tuned" in e[0]))]


def _plain(work: Work, make: Callable[[Work], Contender]) -> Contender:
    c = work.row.config
    if c.length * c.batch * c.hidden > PLAIN_AT_MOST:
        raise Skipped("a plain loop takes seconds for one update of this size")
    return make(work)


def _gemm() -> Callable[[], None]:
    generator = np.random.default_rng(0)
    a, b = (generator.standard_normal((GEMM, GEMM), np.float32) for _ in range(2))
    out = np.empty_like(a)

    def product() -> None:
        a.dot(b, out)

    return product


def measure(row: Row, rounds: int, quick: bool) -> dict[str, Any]:
    """One row: compare results, then time; plain values."""
    work = work_of(row)
    ours = Ours(row.config)
    ours.epoch()
    there: dict[str, Contender] = {"rnn-tui train": ours}
    notes: dict[str, str] = {}
    compared: dict[str, float] = {}
    for name, make in _contenders(quick):
        try:
            contender = make(work)
            contender.epoch()
        except Skipped as skipped:
            notes[name] = str(skipped)
            continue
        compared[name] = difference(work, contender, ours)
        if compared[name] > tolerance(work):
            notes[name] = f"REFUSED: its results differ by {compared[name]:.1e}"
            continue
        there[name] = contender
    ours.fill(FILLING)
    gc.collect()
    calls = {name: contender.epoch for name, contender in there.items()}
    if row.gemm_goal is not None:
        calls["sgemm"] = _gemm()
    timed = interleaved(calls, rounds)
    ours.close()
    values = _values(row, work, timed, compared, notes, there)
    told = [_command(row, timed["rnn-tui train"].median) for _ in range(1 if quick else 3)]
    values["command_seconds_per_update"] = float(np.median(told))
    return values


def _command(row: Row, seconds: float) -> float:
    """Seconds per update as ``rnn-tui train --json`` itself tells, over about three seconds."""
    options = [
        f"--{name}={value}" for name, value in row.config.to_json().items() if value is not None
    ]
    epochs = max(2, round(3 / seconds))
    command = [sys.executable, "-m", "rnn_tui", "train", "--json", *options, f"--epochs={epochs}"]
    child = subprocess.run(command, capture_output=True, check=True)
    return 1 / float(json.loads(child.stdout)["updates_per_second"])


def _values(
    row: Row, work: Work, timed: dict[str, Timed], compared: dict[str, float],
    notes: dict[str, str], there: dict[str, Contender],
) -> dict[str, Any]:  # fmt: skip
    mine = timed["rnn-tui train"]
    contenders = {}
    for name in timed:
        if name == "sgemm":
            continue
        contenders[name] = {
            "seconds_per_update": timed[name].median / work.updates,
            "times_slower": ratio(timed[name], mine),
            "quartiles": spread(timed[name], mine),
            "times_slower_processor": processor_ratio(timed[name], mine),
            "cores": timed[name].cores,
            "difference": compared.get(name),
            "goal": row.goals.get(name.removesuffix(", hoisted")),
            "form": getattr(there[name], "form", None),
        }
    values: dict[str, Any] = {"size": row.size, "updates_per_epoch": work.updates}
    values["contenders"], values["skipped"] = contenders, notes
    kernel = timed.get("its kernel")
    if kernel is not None:
        values["trainer_overhead"] = ratio(timed["its trainer"], kernel) - 1
        values["train_overhead"] = ratio(mine, kernel) - 1
        values["overhead_goal"] = row.overhead_goal
    if "sgemm" in timed:
        rates = 2 * GEMM**3 / np.array(timed["sgemm"].seconds)
        reached = row.flops * work.updates / np.array(mine.seconds)
        values["sgemm_gflops"] = float(np.median(rates)) / 1e9
        values["sgemm_share"] = float(np.median(reached / rates))
        values["sgemm_goal"] = row.gemm_goal
    return values
