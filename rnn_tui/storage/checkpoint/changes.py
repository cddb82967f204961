"""Interventions as rows of JSON: epoch, update, name, value."""

from collections.abc import Iterable, Sequence
from typing import Any

from rnn_tui.model.parameters import Tensor
from rnn_tui.storage.disk.checks import InvalidValue, brief, require, whole
from rnn_tui.training.journal import ZERO, Change, Position
from rnn_tui.training.settings.setting import Value
from rnn_tui.training.settings.table import SETTINGS
from rnn_tui.training.weights import format_weights, parse_weights

MOST_SHARED = 500_000
"""Interventions of all branches together, shared ones counted for each: 120 MB when in use."""


def to_rows(changes: Iterable[Change]) -> list[list[Any]]:
    """A row for each intervention."""
    return [[*change.position, change.name, change.value] for change in changes]


def from_rows(rows: Iterable[Any], updates: int, tensors: Sequence[Tensor]) -> tuple[Change, ...]:
    """The inverse of `to_rows`, for a network of these tensors and so many updates an epoch."""
    changes = []
    for epoch, update, name, value in rows:
        position = Position(
            whole(epoch, "the epoch of a change"),
            whole(update, f"the update of a change at epoch {epoch}", 0, updates),
        )
        checked = check_value(name, value, tensors)
        one_name = ZERO if name == ZERO else SETTINGS[name].name  # not a text for each change
        changes.append(Change(position, one_name, checked))
    return tuple(changes)


def check_value(name: str, value: object, tensors: Sequence[Tensor]) -> Value:
    """The value of a setting, or the weights set to zero."""
    require(name == ZERO or name in SETTINGS, f"a newer rnn-tui may know the setting {brief(name)}")
    try:
        if name == ZERO:
            return format_weights(parse_weights(str(value), tensors))
        return SETTINGS[name].check(value, tensors)
    except ValueError as error:
        raise InvalidValue(f"the setting {name} is {brief(value)}: {error}") from None
