"""The report of a sweep: pure functions to lines, and one that prints them."""

from __future__ import annotations

import json
import shlex
from collections.abc import Collection
from pathlib import Path
from typing import Any

from rnn_tui.cli.errors import STORE
from rnn_tui.cli.output import say
from rnn_tui.cli.train import finite
from rnn_tui.sweep.plan import Plan
from rnn_tui.sweep.report import Group, Report, best_group
from rnn_tui.training.evaluation import percent
from rnn_tui.training.words import as_text, count

COLUMNS = 80
_GAP = "  "
_FAILURES = 5
"""Runs that failed, or are missing for a reason, which are told one by one."""


def table(plan: Plan, report: Report, columns: int = COLUMNS) -> list[str]:
    """A line for each group: what its runs have come to so far; a heading above, ``*`` at the best.

    Args:
        plan: what is trained.
        report: what is known.
        columns: of the screen; values of options are cut where they do not fit.
    """
    groups = report.groups()
    figure = f"median {plan.figure}".replace("_", " ").upper()
    has_diverged = any(group.diverged for group in groups)
    heading = ["RUNS", figure, "QUARTILES", "SOLVED", *(["DIVERGED"] if has_diverged else [])]
    best = best_group(groups, plan.figure)
    results = [
        heading,
        *(_results(group, has_diverged, place == best) for place, group in enumerate(groups)),
    ]
    right = _aligned(results, str.rjust)
    names = [name.replace("_", "-").upper() for name in plan.by]
    left = _aligned(
        [names, *([as_text(v) for v in group.by.values()] for group in groups)], str.ljust
    )
    if not names:
        return right
    room = max(8, columns - len(right[0]) - len(_GAP))
    width = min(room, max(map(len, left)))
    return [_GAP.join([_cut(a, width).ljust(width), b]) for a, b in zip(left, right, strict=True)]


def tell_report(
    plan: Plan,
    report: Report,
    as_json: bool,
    *,
    store: Path | None = None,
    asked: Collection[str] | None = None,
) -> int:
    """Print a report.

    Args:
        plan: what was to be trained.
        report: what came of it.
        as_json: not for people.
        store: that was named, if one was.
        asked: names of the runs that were asked for; None for all.

    Returns:
        The exit code: whether all those have ended.
    """
    if as_json:
        say(json.dumps(finite(report.to_json())))
    else:
        say(counted(report), *table(plan, report), *best_run(plan, report, store))
    say(*(f"rnn-tui: {line}" for line in problems(report)), error=True)
    left = [r for r in report.results if not r.has_ended and (asked is None or r.id in asked)]
    return STORE if left else 0


def counted(report: Report) -> str:
    """Such as ``12 of 30 runs done, 1 diverged``."""
    parts = [f"{report.count('done')} of {count(len(report.results), 'run')} done"]
    parts += [
        f"{number} {status}"
        for status in ("diverged", "failed")
        if (number := report.count(status))
    ]
    return ", ".join(parts)


def best_run(plan: Plan, report: Report, store: Path | None = None) -> list[str]:
    """The run with the best figure, and how to open it; nothing while none is done."""
    if (found := report.best()) is None:
        return []
    member, result = found
    values = ", ".join(f"{n.replace('_', '-')} {as_text(v)}" for n, v in member.values.items())
    value = _number(getattr(result, plan.figure))
    named = [] if store is None else ["--store", str(store)]
    command = shlex.join(["rnn-tui", "--resume", member.id, *named])
    return [
        f"best run, {plan.figure.replace('_', ' ')} {value}: {values}",
        f"to open it: {command}",
    ]


def problems(report: Report) -> list[str]:
    """What runs failed of, or why they are missing: a line each for the first ones."""
    told = [
        f"{result.id}: {result.problem}"
        for result in report.results
        if result.problem and not result.has_ended
    ]
    more = len(told) - _FAILURES
    return [*told[:_FAILURES], *([f"… and {count(more, 'more run')} likewise"] if more > 0 else [])]


def _results(group: Group, has_diverged: bool, is_best: bool) -> list[str]:
    quartiles = f"{_number(group.low)} … {_number(group.high)}"
    return [
        f"{group.runs}/{group.members}",
        ("*" if is_best else "") + _number(group.median),
        quartiles if group.runs else "–",
        "–" if group.solved is None else percent(group.solved),
        *([str(group.diverged)] if has_diverged else []),
    ]


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.4g}"


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else f"{text[: width - 1]}…"


def _aligned(rows: list[list[str]], justify: Any) -> list[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [_GAP.join(map(justify, row, widths)) for row in rows]
