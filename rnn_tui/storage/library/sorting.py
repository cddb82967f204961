"""The orders in which runs can be listed."""

import math
from collections.abc import Callable, Iterable, Mapping

from rnn_tui.storage.library.listing import RunInfo

Key = Callable[[RunInfo], float | str | None]

ORDERS: Mapping[str, Key] = {
    "age": lambda info: -info.changed,
    "run": lambda info: info.id,
    "task": lambda info: info.task or None,
    "cell": lambda info: None if info.config is None else info.config.cell.name,
    "hidden": lambda info: None if info.config is None else info.config.hidden,
    "lr": lambda info: info.learning_rate,
    "epoch": lambda info: info.epochs,
    "loss": lambda info: _known(info.loss),
    "valid-loss": lambda info: _known(info.valid_loss),
    "solved": lambda info: info.first_solved_epoch,
}
"""By name: of what they are ascending. Of age that is the newest first."""


def in_order(infos: Iterable[RunInfo], order: str, *, reverse: bool = False) -> list[RunInfo]:
    """Runs in an order, or in its reverse; those of which it is not known come last.

    Among equal ones the newest comes first.
    """
    key = ORDERS[order]
    newest_first = sorted(infos, key=lambda info: (-info.changed, info.id))
    known = [info for info in newest_first if key(info) is not None]
    unknown = [info for info in newest_first if key(info) is None]
    return sorted(known, key=key, reverse=reverse) + unknown  # type: ignore[arg-type]


def _known(value: float) -> float | None:
    return None if math.isnan(value) else value
