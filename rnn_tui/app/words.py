"""Values in words, as the screen writes them."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from rnn_tui.model.option import changed_options
from rnn_tui.runs.kept import cell_of
from rnn_tui.session.snapshot import Snapshot
from rnn_tui.training.config import Config
from rnn_tui.training.goals import Goal
from rnn_tui.training.settings.table import SETTINGS, describe
from rnn_tui.training.words import count
from widgets import Part
from widgets.drawing.figures import compact, shorten
from widgets.status.lines import USUAL

BRANCH = 16
"""Cells of the name of a branch in the header."""
PAST_U = (
    "U = 0 cuts the memory of an rnn alone: a gated cell carries its state on through its gates, "
    "past U, and may solve what an rnn then cannot"
)


TRUNCATED = (
    "in training the error of each output flows back through {}, its own included; the gradients "
    "on the screen, and the check of k, are those of whole BPTT"
)


def duration(seconds: float) -> str:
    """Such as ``0:12`` or ``2:03:10``."""
    minutes, second = divmod(round(min(seconds, 359_999)), 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02}:{second:02}" if hours else f"{minute}:{second:02}"


def ago(then: float, now: float) -> str:
    """How long ago a time was, in at most 10 cells, such as ``3 h ago`` or ``yesterday``.

    Args:
        then: seconds since 1970.
        now: the same.
    """
    seconds = max(0.0, now - then)
    if seconds < 60:
        return "just now"
    if seconds < 3600:
        return f"{seconds // 60:.0f} min ago"
    if seconds < 12 * 3600:
        return f"{seconds // 3600:.0f} h ago"
    days = _day(now) - _day(then)
    if days < 2:
        return ("today", "yesterday")[days]
    return f"{days} days ago" if days < 7 else time.strftime("%Y-%m-%d", time.localtime(then))


def _day(seconds: float) -> int:
    """Number of a day, local time."""
    return datetime.fromtimestamp(seconds).toordinal()


def title(snapshot: Snapshot) -> str:
    """What is trained, such as ``successor mod 3 · rnn 10 · sgd lr 0.001 · seed 0``."""
    return " · ".join(part.text for part in title_parts(snapshot) if part.rank < USUAL)


def title_parts(snapshot: Snapshot) -> tuple[Part, ...]:
    """What is trained, in parts, and which goes first where there is no room.

    What differs from the defaults is in it, the factor of a schedule on the learning rate, and
    the branch where there are several; where loss and accuracy are those of a sample, of how many
    sequences. Longest stay task, optimizer with the rate, branch and cell; first go numbers that
    are the task's usual ones.
    """
    seen, config = snapshot.observation, snapshot.config
    task, length = config.task, getattr(config.task, "length", None)
    size = f"{config.sequences} sequences" if length is None else f"{config.sequences} × {length}"
    settings = [
        describe(name, value)
        for name, value in {**seen.settings}.items()
        if name != "lr" and value != SETTINGS[name].default
    ]
    usual_options = ["hidden", "schedule", "seed"]
    if config.valid == config.task.valid:
        usual_options.append("valid")
    optimizer = (config.optimizer.name, _rate(snapshot), *changed_options(config.optimizer))
    branch, is_sample = seen.branches[seen.branch], seen.evaluated_on < seen.sequences
    is_usual = all(  # the default of an option is an attribute of its class
        getattr(task, name, None) == getattr(type(task), name, None)
        for name in ("sequences", "length")
    )
    return (
        Part(snapshot.task.title, 0),
        Part(" ".join((config.cell.name, *changed_options(config.cell), f"{config.hidden}")), 2),
        Part(" ".join(optimizer), 1),
        *_parts(_schedule(config), 5),
        *_parts(settings, 4),
        Part(size, USUAL if is_usual else 6),
        *_parts(changed_options(config, but=usual_options), 6),
        Part(f"seed {config.seed}", 3),
        *_parts([shorten(branch.name, BRANCH)] if len(seen.branches) > 1 else [], 1),
        *_parts([f"sample of {seen.evaluated_on:,}"] if is_sample else [], 3),
    )


def beside(label: str, kind: Sequence[str], config: Config) -> str:
    """What another run is called beside one: its task and cell first, where they are others.

    Args:
        label: of the other run.
        kind: its task and cell, empty where unknown.
        config: of the run shown.
    """
    here = config.task.title, cell_of(config)
    others = [theirs for theirs, ours in zip(kind, here, strict=False) if theirs not in ("", ours)]
    return " · ".join((*others, label))


def _parts(texts: Iterable[str], rank: int) -> Iterator[Part]:
    return (Part(text, rank) for text in texts)


def about(snapshot: Snapshot) -> list[tuple[str, str]]:
    """Rows of the help about the run: its problem and its cell."""
    task, cell = snapshot.task, snapshot.config.cell
    rows = [("problem", f"{task.title}: {task.definition}"), ("", task.note)]
    rows += zip(("data", "", ""), snapshot.config.describe_data(), strict=False)
    rows.append(("cell", f"{cell.name}, {cell.title}"))
    if len(cell.gates) > 1:
        rows.append(("hold U", PAST_U))
    if (steps := snapshot.observation.settings["bptt"]) is not None:
        rows.append(("bptt", TRUNCATED.format(count(float(steps), "time step"))))
    rows.append(("goal", _goal(snapshot.goal)))
    return [row for row in rows if row[1]]


def _goal(goal: Goal) -> str:
    """Where running pauses; empty where it does not."""
    parts = []
    if goal.epochs is not None:
        parts.append(f"at epoch {goal.epochs:,}")
    if goal.loss is not None:
        parts.append(f"with a training loss of at most {goal.loss:g}")
    elif goal.until is not None:
        parts.append("in the first epoch without a mistake")
    if goal.patience is not None:
        waited = count(goal.patience, "epoch")
        parts.append(f"after {waited} without a lower validation loss, back at the best epoch")
    return f"running pauses once {', or '.join(parts)}" if parts else ""


def _rate(snapshot: Snapshot) -> str:
    """Such as ``lr 0.01``, or ``lr 0.01 × 0.53`` where a schedule changes it."""
    config, seen = snapshot.config, snapshot.observation
    rate = describe("lr", seen.settings["lr"])
    is_scheduled = config.epochs is not None or config.warmup
    return f"{rate} × {compact(seen.rate_factor, 4)}" if is_scheduled else rate


def _schedule(config: Config) -> list[str]:
    """Such as ``cosine to 300``."""
    return [] if config.epochs is None else [f"{config.schedule} to {config.epochs}"]
