"""What a sweep's screen says of runs and settings, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rnn_tui.sweep.seen import RunSeen
from rnn_tui.training.words import as_text


def named(values: Mapping[str, Any]) -> str:
    """Options with their values, such as ``lr 0.01, cell gru``; ``all runs`` for none."""
    return ", ".join(f"{heading(n)} {as_text(v)}" for n, v in values.items()) or "all runs"


def short_names(settings: Sequence[Mapping[str, Any]]) -> list[str]:
    """What tells settings from each other, such as ``gru, lr 0.01``.

    Options that are the same in all of them are left out, and the names of those that are words.
    """
    same = {n for n in settings[0] if len({str(each[n]) for each in settings}) == 1}
    return [
        ", ".join(
            as_text(v) if isinstance(v, str) else f"{heading(n)} {as_text(v)}"
            for n, v in each.items()
            if n not in same
        )
        or named(each)
        for each in settings
    ]


def heading(name: str) -> str:
    """What a column of an option, or of a figure, is called."""
    return name.replace("_", " ")


def why_not_opened(run: RunSeen) -> str | None:
    """Why the trainer cannot open a run, one line; None where it can."""
    if run.state == "running":
        return "this run is being trained; it can be opened when it is done"
    if run.epoch == 0:
        return run.result.problem or "this run has not begun; there is nothing to open yet"
    return None
