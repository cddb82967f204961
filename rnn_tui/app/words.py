"""Values in words, as the screen writes them."""

from __future__ import annotations

from rnn_tui.session.snapshot import Snapshot
from rnn_tui.training.config import Config
from rnn_tui.training.settings.table import SETTINGS, describe


def pace_text(pace: float | None) -> str:
    """Such as ``20 epochs/s``."""
    if pace is None:
        return "unlimited"
    return "1 epoch/s" if pace == 1 else f"{pace:g} epochs/s"


def duration(seconds: float) -> str:
    """Such as ``0:12`` or ``2:03:10``."""
    minutes, second = divmod(round(min(seconds, 359_999)), 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02}:{second:02}" if hours else f"{minute}:{second:02}"


def title(snapshot: Snapshot) -> str:
    """What is trained, such as ``successor mod 3 · rnn 10 · sgd lr 0.001 · seed 0``.

    What differs from the defaults is in it, and the branch where there are several; where loss
    and accuracy are those of a sample, of how many sequences.
    """
    seen, config = snapshot.observation, snapshot.config
    settings = {**seen.settings}
    rate = float(settings.pop("lr") or 0)
    parts = [
        snapshot.task.title,
        f"{_cell(config)} {config.hidden}",
        f"{config.optimizer.name} lr {rate:.4g}",
        *(describe(n, value) for n, value in settings.items() if value != SETTINGS[n].default),
        *_unusual(config),
        f"seed {config.seed}",
    ]
    if len(seen.branches) > 1:
        parts.append(seen.branches[seen.branch].name)
    if seen.evaluated_on < seen.sequences:
        parts.append(f"sample of {seen.evaluated_on:,}")
    return " · ".join(parts)


def _cell(config: Config) -> str:
    """Such as ``rnn`` or ``rnn relu``."""
    usual, own = vars(type(config.cell)()), vars(config.cell)
    return " ".join([config.cell.name, *(str(own[n]) for n in own if own[n] != usual[n])])


def _unusual(config: Config) -> list[str]:
    """The options of the run that are not the defaults and stand nowhere else."""
    usual, task = config.usual, config.task
    parts = []
    if (task.sequences, task.length) != (usual.task.sequences, usual.task.length):
        parts.append(f"{task.sequences} × {task.length}")
    if config.batch != usual.batch:
        parts.append(f"batch {config.batch}")
    return parts + [
        value
        for value, default in ((config.init, usual.init), (config.dtype, usual.dtype))
        if value != default
    ]
