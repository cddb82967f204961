"""The columns of the list of runs, and which of them go first where there is no room."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

from rnn_tui.storage.library.listing import RunInfo
from rnn_tui.training.evaluation import percent
from rnn_tui.training.words import age, size


class Column(NamedTuple):
    """A column of the list.

    Attributes:
        heading: above it.
        text: of a run, at a time in seconds since 1970.
        right: whether it is aligned at the right.
    """

    heading: str
    text: Callable[[RunInfo, float], str]
    right: bool = True


def _number(value: float | None, form: str) -> str:
    return "–" if value is None or math.isnan(value) else format(value, form)


def brief(loss: float) -> str:
    """A loss in at most seven cells, such as ``0.0557`` or ``8.1e-4``."""
    text = _number(loss, ".3g")
    if len(text) <= 6:
        return text
    mantissa, exponent = f"{loss:.1e}".split("e")
    return f"{mantissa}e{int(exponent)}"


def _cell(info: RunInfo, _now: float) -> str:
    return "–" if info.config is None else info.config.cell.name


def _hidden(info: RunInfo, _now: float) -> str:
    return "–" if info.config is None else str(info.config.hidden)


def _network(info: RunInfo, now: float) -> str:
    return "–" if info.config is None else f"{_cell(info, now)} {_hidden(info, now)}"


def _accuracy(info: RunInfo, _now: float) -> str:
    return "–" if math.isnan(info.accuracy) else percent(info.accuracy)


def _age(info: RunInfo, now: float) -> str:
    return age(now - info.changed) if info.changed else "–"


COLUMNS = {
    "run": Column("RUN", lambda info, now: info.id, right=False),
    "task": Column("TASK", lambda info, now: info.task or "–", right=False),
    "cell": Column("CELL", _cell, right=False),
    "network": Column("CELL", _network, right=False),
    "hidden": Column("HIDDEN", _hidden),
    "lr": Column("LR", lambda info, now: _number(info.learning_rate, ".4g")),
    "epoch": Column("EPOCH", lambda info, now: f"{info.epochs:,}"),
    "training": Column("TRAINING LOSS", lambda info, now: brief(info.loss)),
    "loss": Column("LOSS", lambda info, now: brief(info.loss)),
    "accuracy": Column("ACCURACY", _accuracy),
    "valid": Column("VALID", lambda info, now: brief(info.valid_loss)),
    "solved": Column("SOLVED", lambda info, now: _number(info.first_solved_epoch, ",")),
    "branches": Column("BRANCHES", lambda info, now: str(info.branches)),
    "size": Column("SIZE", lambda info, now: size(info.size)),
    "age": Column("AGE", _age),
}
"""By name."""
WITH_TASK = (
    "run task cell hidden lr epoch training accuracy valid solved branches size age",
    "run task cell hidden lr epoch training valid solved age",
    "run task cell hidden lr epoch loss valid solved age",
)
"""Columns that tell everything one chooses a run by, the most first, as long as they fit."""
TASK_IN_FEWER = ("run task network lr epoch loss valid solved age",)
"""The same, of runs whose names do not begin with their task."""
WITHOUT_TASK = (
    "run cell hidden lr epoch loss valid solved age",
    "run network lr epoch loss valid solved age",
)
"""The same, of runs whose names do."""
NARROW = ("run network lr epoch loss solved age", "run network epoch loss solved age")
"""For terminals alone, before ids are cut short."""
NARROWEST = ("run epoch loss solved age", "run epoch loss age", "run epoch age", "run age", "run")
"""The same, after that."""
