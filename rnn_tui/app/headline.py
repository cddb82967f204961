"""What is trained, in a line: known before anything has been computed."""

from __future__ import annotations

import math

from rnn_tui.training.config import Config
from widgets import Status


def headline(config: Config, task_title: str, rate: float, branch: str | None = None) -> str:
    """Such as ``successor mod 3 · rnn 10 · sgd lr 0.001 · seed 0``.

    Args:
        config: of the run.
        task_title: what its task is called.
        rate: the learning rate at the epoch shown.
        branch: the branch's name, where there are several.
    """
    parts = [
        task_title,
        f"{config.cell} {config.hidden}",
        f"{config.optimizer} lr {rate:.4g}",
        f"seed {config.seed}",
    ]
    return " · ".join(parts if branch is None else [*parts, branch])


def preparing(config: Config, message: str = "", severity: str = "") -> Status:
    """The status bar while the engine is being loaded."""
    return Status(
        title=headline(config, config.make_task().title, config.lr),
        state="preparing",
        epoch=None,
        newest=0,
        loss=None,
        unit="nats/symbol",
        accuracy=math.nan,
        pace="",
        measured=None,
        remaining="",
        recent=(),
        message=message,
        severity=severity,
    )
