"""From what was seen of a sweep to what its panels show: pure functions."""

from __future__ import annotations

import os
from collections import Counter
from typing import NamedTuple

import numpy as np

from rnn_tui.app.sweep.words import heading, short_names
from rnn_tui.app.views.overview.present import levels
from rnn_tui.storage.disk.errors import shown
from rnn_tui.sweep.bands import SettingBand
from rnn_tui.sweep.plan import Plan
from rnn_tui.sweep.report import best_group
from rnn_tui.sweep.seen import RunSeen, Seen, Setting, State
from rnn_tui.training.evaluation import percent
from rnn_tui.training.words import as_text, count
from widgets import Band, Column, Curve, LossCurves, Progress, Row, Table
from widgets.drawing.figures import compact
from widgets.drawing.panel import MUTED
from widgets.loss.bands import HUES, legend

HINT = "the band of each setting appears here when its first runs have trained"
NO_RUNS = "no runs"
OUR_FIGURES = ("epoch", "training_loss", "first_solved_epoch")
"""Figures that the table of runs shows in any case."""
STYLES: dict[State, str] = {
    "done": "", "diverged": "$text-warning", "failed": "$text-error", "running": "$text-success",
    "stopped": MUTED, "waiting": MUTED,
}  # fmt: skip
COUNTED: tuple[State, ...] = ("done", "diverged", "failed", "running", "stopped", "waiting")


class Look(NamedTuple):
    """How it is drawn.

    Attributes:
        ascii: with ASCII characters only.
        dark: the background.
    """

    ascii: bool = False
    dark: bool = True


def progress(plan: Plan, seen: Seen, time_left: str, *, is_training: bool) -> Progress:
    """The header.

    Args:
        plan: of the sweep.
        seen: the moment.
        time_left: in words; empty while nobody knows.
        is_training: whether this process trains its runs.
    """
    runs = seen.runs
    states = Counter(run.state for run in runs)
    settings = len(seen.settings)
    about = f"{count(settings, 'setting')}, {count(len(runs), 'run')}"
    is_done = all(run.result.has_ended for run in runs)
    end = "all runs have ended" if is_done else time_left
    if not is_done and not is_training:
        end = "not training"
    parts = tuple(f"{states[state]:,} {state}" for state in COUNTED if states[state])
    return Progress(
        f"sweep {plan_name(plan)}", about, parts, sum(map(_share, runs)) / len(runs), end, is_done,
    )  # fmt: skip


def plan_name(plan: Plan) -> str:
    """Of its file, without the folder."""
    return shown(os.path.basename(plan.path))


def _share(run: RunSeen) -> float:
    """Of a run's epochs, those that are done."""
    if run.result.status != "missing":
        return 1.0
    return min(0.99, run.epoch / max(1, run.member.goal.epochs or 1))


def settings_table(plan: Plan, seen: Seen, chosen: int, *, is_active: bool, look: Look) -> Table:
    """A row for each setting; with its colour those that have a band in the chart."""
    figure, has_diverged = heading(plan.figure), any(s.group.diverged for s in seen.settings)
    columns = (
        *(Column(heading(name)) for name in plan.by or ("runs of",)),
        Column("ended", 3, right=True),
        Column(f"median {figure}", 1, right=True),
        Column("quartiles", 4, right=True),
        Column("solved", 2, right=True),
        *([Column("diverged", 3, right=True)] if has_diverged else []),
    )
    drawn, best = on_chart(chosen, len(seen.settings)), best_setting(plan, seen)
    rows = tuple(
        Row(
            (
                *_setting_texts(plan, setting, is_best=place == best),
                *([f"{setting.group.diverged:,}"] if has_diverged else []),
            ),
            legend(place % HUES, ascii=look.ascii, dark=look.dark) if place in drawn else (),
            "$text-success" if place == best else "",
        )
        for place, setting in enumerate(seen.settings)
    )
    return Table(columns, rows, chosen, is_active)


def _setting_texts(plan: Plan, setting: Setting, *, is_best: bool) -> tuple[str, ...]:
    group = setting.group
    values = tuple(map(as_text, group.by.values())) or (plan_name(plan),)
    low, high = _figure(group.low), _figure(group.high)
    return (
        *values,
        f"{group.runs:,}/{group.members:,}",
        ("*" if is_best else "") + _figure(group.median),
        f"{low} … {high}" if group.runs else "",
        "" if group.solved is None else percent(group.solved),
    )


def runs_table(plan: Plan, setting: Setting, chosen: int, *, is_active: bool) -> Table:
    """A row for each run of a setting."""
    own = [name for name in setting.runs[0].member.values if name not in plan.by]
    shows_figure = plan.figure not in OUR_FIGURES
    columns = (
        *(Column(heading(name)) for name in own),
        Column("epoch", right=True),
        Column("train loss", 2, right=True),
        *([Column(heading(plan.figure), 4, right=True)] if shows_figure else []),
        Column("solved", 3, right=True),
        Column("state"),
        Column("run", 5),
    )
    rows = tuple(
        Row(
            (
                *(as_text(run.member.values[name]) for name in own),
                f"{run.epoch:,}",
                _figure(run.training_loss),
                *([_figure(getattr(run.result, plan.figure))] if shows_figure else []),
                _figure(run.result.first_solved_epoch),
                run.state,
                run.member.id,
            ),
            style=STYLES[run.state],
        )
        for run in setting.runs
    )
    return Table(columns, rows, chosen, is_active, NO_RUNS)


def _figure(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:,}" if isinstance(value, int) else compact(value, 6)


def on_chart(chosen: int, count: int) -> range:
    """The settings that have a band: as many as there are colours, among them the chosen one."""
    first = chosen - chosen % HUES
    return range(first, min(first + HUES, count))


def chart(seen: Seen, chosen: int) -> LossCurves:
    """The bands of some settings, that of the chosen one in front."""
    drawn = on_chart(chosen, len(seen.settings))
    places = [chosen, *(place for place in drawn if place != chosen)]
    curves = [(place, seen.settings[place].band) for place in places]
    curves = [(place, found) for place, found in curves if len(found.epochs)]
    labels = dict(
        zip(places, short_names([seen.settings[p].group.by for p in places]), strict=True)
    )
    newest = max((int(found.epochs[-1]) for _, found in curves), default=0)
    tasks = [seen.settings[place].runs[0].member.config.task for place in places]
    known = [levels(task) for task in tasks]
    return LossCurves(
        curves=tuple(_curve(labels[place], found, place) for place, found in curves),
        levels=known[0] if all(each == known[0] for each in known) else (),
        marks=(),
        shown_epoch=newest,
        newest_epoch=newest,
        hint=HINT,
    )


def _curve(label: str, found: SettingBand, place: int) -> Curve:
    median = np.where(np.isfinite(found.median), found.median, np.nan)
    edges = Band(found.low, found.high)
    return Curve(label, found.epochs, median, median, place % HUES, edges)


def best_setting(plan: Plan, seen: Seen) -> int | None:
    """The place of the setting with the best median; see `best_group`."""
    return best_group((setting.group for setting in seen.settings), plan.figure)
