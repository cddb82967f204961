"""Small checks on values from a file: each returns what it was given, or says what is wrong."""

from __future__ import annotations

from collections.abc import Set
from typing import Any

MAX_EPOCH = 1 << 53


class InvalidValue(Exception):
    """A file has a value that is not allowed; the message is part of a line that names the file."""


def require(condition: bool, problem: str) -> None:
    """Raise unless the condition holds.

    Raises:
        InvalidValue: with this problem.
    """
    if not condition:
        raise InvalidValue(problem)


def whole(value: object, what: str, low: int = 0, high: int = MAX_EPOCH) -> int:
    """A whole number from ``low`` to ``high``.

    Raises:
        InvalidValue: if it is not.
    """
    if type(value) is int and low <= value <= high:
        return value
    raise InvalidValue(f"{what} is {brief(value)}, not a whole number from {low} to {high}")


def number(value: object, what: str) -> float:
    """A float, NaN and infinity included.

    Raises:
        InvalidValue: if it is not.
    """
    if type(value) is float:
        return value
    raise InvalidValue(f"{what} is {brief(value)}, not a number")


def fields(
    value: object, what: str, names: set[str], optional: Set[str] = frozenset()
) -> dict[str, Any]:
    """An object with exactly these names, and perhaps some of the optional ones.

    Raises:
        InvalidValue: if it is not.
    """
    if isinstance(value, dict) and value.keys() - optional == names:
        return value
    raise InvalidValue(f"{what} has not the values {', '.join(sorted(names))}")


def items(value: object, what: str, count: int | None = None) -> list[Any]:
    """A list, of this length if one is given.

    Raises:
        InvalidValue: if it is not.
    """
    if isinstance(value, list) and count in (None, len(value)):
        return value
    raise InvalidValue(f"{what} is not a list{'' if count is None else f' of {count}'}")


def text(value: object, what: str) -> str:
    """Text.

    Raises:
        InvalidValue: if it is not.
    """
    if isinstance(value, str):
        return value
    raise InvalidValue(f"{what} is {brief(value)}, not text")


def brief(value: object) -> str:
    """A value in a message: short, printable, whatever it is."""
    if isinstance(value, int) and value.bit_length() > 200:
        return "a huge number"
    if isinstance(value, list | dict):
        return "a list" if isinstance(value, list) else "an object"
    return ascii(value)[:60]
