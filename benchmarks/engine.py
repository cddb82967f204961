"""The engine against its contenders: results compared, then timed, each in its own process."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack, closing
from typing import Any

import numpy as np

from benchmarks.apart import Apart
from benchmarks.contenders import CONTENDERS, OURS
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


def measure(row: Row, rounds: int) -> dict[str, Any]:
    """One row: compare results, then time; plain values."""
    work = work_of(row)
    skipped: dict[str, str] = {}
    compared: dict[str, float] = {}
    with ExitStack() as opened:
        there: dict[str, Apart] = {}
        for name, entry in CONTENDERS.items():
            try:
                contender = opened.enter_context(closing(Apart(entry, work)))
            except Skipped as reason:
                skipped[name] = str(reason)
                continue
            if name != OURS:
                compared[name] = difference(work, contender.outcome, there[OURS].outcome)
                if compared[name] > tolerance(work):
                    skipped[name] = f"REFUSED: its results differ by {compared[name]:.1e}"
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
    values: dict[str, Any] = {"size": row.size, "updates_per_epoch": work.updates}
    values["contenders"] = {
        name: {
            **_figures(work, timed[name], timed[OURS]),
            "difference": compared.get(name),
            "goal": row.goals.get(name),
        }
        for name in there
    }
    values["skipped"] = skipped
    return values | (_of_sgemm(row, work, timed) if "sgemm" in timed else {})


def _figures(work: Work, timed: Timed, ours: Timed) -> dict[str, Any]:
    return {
        "seconds_per_update": timed.median / work.updates,
        "times_slower": ratio(timed, ours),
        "quartiles": spread(timed, ours),
        "times_slower_processor": processor_ratio(timed, ours),
        "cores": timed.cores,
    }


def _of_sgemm(row: Row, work: Work, timed: dict[str, Timed]) -> dict[str, Any]:
    rates = 2 * GEMM**3 / np.array(timed["sgemm"].seconds)
    reached = row.flops * work.updates / np.array(timed[OURS].seconds)
    return {
        "sgemm_gflops": float(np.median(rates)) / 1e9,
        "sgemm_share": float(np.median(reached / rates)),
        "sgemm_goal": row.gemm_goal,
    }
