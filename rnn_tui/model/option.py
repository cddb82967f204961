"""Options of a run as fields of dataclasses: a default, a help text and what is allowed."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import Field, field, fields
from shlex import quote
from typing import Any, TypeGuard


def option(
    default: Any,
    text: str,
    *,
    least: float | None = None,
    below: float = math.inf,
    choices: Sequence[str] = (),
    group: str = "",
    metavar: str | None = None,
) -> Any:
    """A field that is also an option of the command line.

    Args:
        default: its type is the option's type: bool, int, float or str.
        text: one line for ``--help``.
        least: the smallest number allowed.
        below: a number above all that are allowed.
        choices: the words allowed.
        group: heading in ``--help``; empty for that of the part of the run it belongs to.
        metavar: how the help writes a value; None for the name of its type.
    """
    limits = {"least": least, "below": below, "choices": choices}
    told = {"help": text, "group": group, "metavar": metavar}
    return field(default=default, metadata=told | limits)


def check_option(option: Field[Any], value: object) -> None:
    """Require a value to be of the option's type and within its limits.

    Raises:
        ValueError: with one line that names the option, its value and what is allowed.
    """
    choices, least, below = (option.metadata[key] for key in ("choices", "least", "below"))
    problem = None
    if choices:
        if value not in choices:
            problem = f"unknown; there is: {', '.join(choices)}"
    elif isinstance(option.default, bool):
        if not isinstance(value, bool):
            problem = "must be true or false"
    elif isinstance(option.default, int):
        if not isinstance(value, int) or isinstance(value, bool) or value < least:
            problem = f"must be a whole number, at least {least}"
    elif isinstance(option.default, float) and not (is_number(value) and least <= value < below):
        problem = f"must be a number, at least {least:g}"
        problem += f" and below {below:g}" if below < math.inf else ""
    elif isinstance(option.default, str) and not isinstance(value, str):
        problem = "must be a text"
    if problem is not None:
        raise ValueError(f"{flag(option.name)} {value}: {problem}")


def changed_options(part: Any, *, but: Collection[str] = ()) -> list[str]:
    """The options of a dataclass that are not at their defaults, in words, in their order.

    Such as ``batch 8`` or ``weight decay 0.01``; a choice stands for itself: ``scaled``.

    Args:
        part: a dataclass with fields made by `option`.
        but: names of options to leave out.
    """
    return [
        str(value) if f.metadata["choices"] else f"{f.name.replace('_', ' ')} {value:g}"
        for f in fields(part)
        if "help" in f.metadata and f.name not in but
        if (value := getattr(part, f.name)) != f.default
    ]


def as_written(name: str, value: object) -> str:
    """An option with its value, as it can be pasted into a command line.

    >>> as_written("weight_decay", 0.1), as_written("carry", False)
    ('--weight-decay 0.1', '--no-carry')
    """
    if isinstance(value, bool):
        return flag(name if value else f"no_{name}")
    return f"{flag(name)} {quote('none' if value is None else str(value))}"


def flag(name: str) -> str:
    """What an option is called on the command line."""
    return "--" + name.replace("_", "-")


def is_number(value: object) -> TypeGuard[float]:
    """Whether it is a finite int or float."""
    if not isinstance(value, int | float) or isinstance(value, bool):
        return False
    try:
        return math.isfinite(value)
    except OverflowError:  # an int beyond all floats
        return False
