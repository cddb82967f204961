"""The engine against its contenders: results compared, then timed, each in its own process."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from contextlib import ExitStack, closing
from typing import Any

import numpy as np

from benchmarks.apart import Apart
from benchmarks.contenders import OURS, entries
from benchmarks.contenders.contender import Skipped, Work, work_of
from benchmarks.rounds import Timed, Turn, interleaved, processor_ratio, ratio, spread
from benchmarks.rows import Row
from benchmarks.same import difference, tolerance

GEMM = 2048
TURN = 0.12
"""Seconds of each turn that are timed, about."""


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
    notes: dict[str, str] = {}
    compared: dict[str, float] = {}
    with ExitStack() as opened:
        there: dict[str, Apart] = {}
        for name, entry in entries(quick).items():
            try:
                contender = opened.enter_context(closing(Apart(entry, work)))
            except Skipped as skipped:
                notes[name] = str(skipped)
                continue
            if name != OURS:
                compared[name] = difference(work, contender.outcome, there[OURS].outcome)
                if compared[name] > tolerance(work):
                    notes[name] = f"REFUSED: its results differ by {compared[name]:.1e}"
                    continue
            there[name] = contender
        for contender in there.values():
            contender.prepare(TURN)
        turns: dict[str, Callable[[], tuple[float, float]]] = {
            name: contender.turn for name, contender in there.items()
        }
        if row.gemm_goal is not None:
            turns["sgemm"] = Turn(_gemm()).measure(TURN)
        timed = interleaved(turns, rounds)
        forms = {name: contender.outcome.form for name, contender in there.items()}
    values = _values(row, work, timed, compared, notes, forms)
    told = [_command(row, timed[OURS].median) for _ in range(1 if quick else 3)]
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
    notes: dict[str, str], forms: dict[str, str | None],
) -> dict[str, Any]:  # fmt: skip
    mine = timed[OURS]
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
            "form": forms[name],
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
