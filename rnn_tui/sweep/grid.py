"""The ``[grid]`` of a plan: of each option, the values that it takes."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

from rnn_tui.model.option import flag
from rnn_tui.tasks.files.errors import brief
from rnn_tui.training.config import ConfigError
from rnn_tui.training.option_values import GOALS, read_values

MOST_RUNS = 100_000
"""Of one plan."""
_RANGE = re.compile(r"(-?[0-9]{1,20})\.\.(-?[0-9]{1,20})")

Values = tuple[Any, ...]


def read_grid(table: Mapping[str, Any], where: str) -> dict[str, Values]:
    """The values of each option, by its name with underscores, in the order of the table.

    How many runs they make is counted before any range is written out.

    Args:
        table: as `tomllib` reads one; a value is a list, or a range such as ``"0..9"``.
        where: the part of the file, as an error names it.

    Raises:
        ConfigError: one line with ``where``, the name and what is wrong.
    """
    if not table:
        raise ConfigError(f'{where} is empty; list what is to vary, such as seed = "0..9"')
    lists = {key: _listed(key, value, where) for key, value in table.items()}
    runs = math.prod(map(len, lists.values()))
    if runs > MOST_RUNS:
        raise ConfigError(
            f"{where} makes {_many(runs)} runs, at most {MOST_RUNS:,} are possible; shorten a list"
        )
    found: dict[str, Values] = {}
    for key, values in lists.items():
        name, taken = _read(key, values, where)
        if name in found:
            raise ConfigError(f"{where}: {flag(name)} is given twice; leave one out")
        found[name] = taken
    return found


def _listed(key: str, value: object, where: str) -> Sequence[object]:
    """The values of one option, a range not written out."""
    if isinstance(value, list):
        if not value:
            raise ConfigError(
                f"{where}: {brief(key)} is an empty list; name a value, or leave it out"
            )
        return value
    found = _RANGE.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise ConfigError(
            f'{where}: {brief(key)} must be a list, such as [1, 2], or a range, such as "0..9"'
        )
    first, last = int(found[1]), int(found[2])
    if last < first:
        raise ConfigError(
            f'{where}: {brief(key)} = "{first}..{last}" runs backwards; write "{last}..{first}"'
        )
    if last - first >= 10**18:  # more than len() can count
        raise ConfigError(
            f"{where} makes far too many runs, at most {MOST_RUNS:,} are possible; shorten "
            f"{brief(key)}"
        )
    return range(first, last + 1)


def _many(runs: int) -> str:
    return f"{runs:,}" if runs < 10**15 else "far too many"


def _read(key: str, values: Sequence[object], where: str) -> tuple[str, Values]:
    """The name of an option and its values, each as `read_values` takes it and there once."""
    name = next(iter(read_values({key: values[0]}, where)))
    if name in GOALS:
        raise ConfigError(
            f"{where}: {flag(name)} cannot vary: a run is named without its goal, so that a longer "
            "plan continues it; write it under [base]"
        )
    if isinstance(values, range):  # of which the ends tell enough, if they stay what they are
        taken = tuple(read_values({key: end}, where)[name] for end in (values[0], values[-1]))
        if all(type(end) is int for end in taken):
            return name, tuple(values)
    taken = tuple(read_values({key: value}, where)[name] for value in values)
    for index, value in enumerate(taken):
        if value in taken[:index]:
            raise ConfigError(f"{where}: {brief(key)} lists {value} twice; leave one out")
    return name, taken
