"""Options of a run as a table of a file gives them: by the names of the command line, typed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from difflib import get_close_matches
from functools import partial
from os.path import expanduser, join
from typing import Any

from rnn_tui.model.option import flag, is_number
from rnn_tui.tasks.files.errors import brief
from rnn_tui.tasks.files.reading import STANDARD_INPUT
from rnn_tui.tasks.registry import OWN_DATA
from rnn_tui.training.config import ConfigError, run_options
from rnn_tui.training.goals import Goal
from rnn_tui.training.options import Option

Reader = Callable[[object], Any]
"""Takes a value as it is; raises ValueError with what it must be."""

GOALS = ("epochs", "until", "patience")
_BITS = 64
"""Of the largest whole number that a file may hold."""


def read_values(
    table: Mapping[str, Any], where: str, also: Mapping[str, Reader] | None = None
) -> dict[str, Any]:
    """The options of a run and the parts of its goal that a table names.

    Names are those of the command line, with ``-`` or ``_``; so is ``no-carry = true``. A number
    must be a number, a text a text; ``"none"`` is None, as on the command line. Whether the values
    go together is for `Config.of` and `Goal` to say, and how large they may be; see `naming`.

    Args:
        table: as `tomllib` reads one.
        where: the file, or the part of it, as an error names it.
        also: further names that are known, with underscores.

    Returns:
        Values by name, with underscores; own data is its path.

    Raises:
        ConfigError: one line with ``where``, the name and what its value must be.
    """
    readers = {known.name: _reader_of(known) for known in run_options()}
    readers |= {"epochs": whole, "until": _or_none(text), "patience": _or_none(whole)}
    readers |= also or {}
    found: dict[str, Any] = {}
    for key, value in table.items():
        name = key.replace("-", "_")
        is_negated = name not in readers and readers.get(name.removeprefix("no_")) is switch
        name = name.removeprefix("no_") if is_negated else name
        if name not in readers:
            raise ConfigError(f"{where}: {brief(key)} is no option of a run{_hint(name, readers)}")
        if name in found:
            raise ConfigError(f"{where}: {flag(name)} is given twice; leave one out")
        try:
            taken = readers[name](value)
        except ValueError as error:
            raise ConfigError(f"{where}: {key} = {_shown(value)}: {error}") from None
        found[name] = not taken if is_negated else taken
    with naming(where, found):
        Goal(**{name: found[name] for name in GOALS if name in found})
    return found


@contextmanager
def naming(where: str, names: Iterable[str]) -> Iterator[None]:
    """Say where an option comes from that a `ConfigError` begins with, if it is one of these."""
    try:
        yield
    except ConfigError as error:
        told = str(error).partition(" ")[0].rstrip(":")
        if told in map(flag, names):
            raise ConfigError(f"{where}: {error}") from None
        raise


def beside(path: str, folder: str) -> str:
    """A path that stands in a file: it counts from the folder of the file; ``~`` is the home."""
    return path if path == STANDARD_INPUT else join(folder, expanduser(path))


def with_own_data_beside(values: dict[str, Any], folder: str) -> dict[str, Any]:
    """The same with the paths of own data counted from a folder; see `beside`."""
    return values | {name: beside(values[name], folder) for name in OWN_DATA if name in values}


def switch(value: object) -> bool:
    """True or false."""
    if not isinstance(value, bool):
        raise ValueError("must be true or false")
    return value


def whole(value: object) -> int:
    """A whole number."""
    if not isinstance(value, int) or isinstance(value, bool):
        raise ValueError("must be a whole number")
    if value.bit_length() > _BITS:
        raise ValueError(f"must be a whole number of at most {_BITS} bits")
    return value


def text(value: object) -> str:
    """A text."""
    if not isinstance(value, str):
        raise ValueError("must be a text, in quotes")
    return value


def file_name(value: object) -> str:
    """A path."""
    if not text(value):
        raise ValueError("the name is empty")
    return text(value)


def _number(value: object) -> float:
    if not is_number(value):
        raise ValueError("must be a number")
    return float(value)


def _choice(choices: tuple[str, ...], value: object) -> str:
    if not isinstance(value, str) or value not in choices:
        raise ValueError(f"must be one of {', '.join(choices)}")
    return value


def _or_none(read: Reader) -> Reader:
    """The same for a value that may be ``"none"``."""
    return lambda value: None if value == "none" else read(value)


_READERS: Mapping[type, Reader] = {bool: switch, int: whole, float: _number, str: text}


def _reader_of(option: Option) -> Reader:
    if option.setting is not None:
        return option.setting.read
    if option.choices:
        return partial(_choice, option.choices)
    return file_name if option.name in OWN_DATA else _READERS[type(option.default)]


def _hint(name: str, known: Mapping[str, Reader]) -> str:
    near = get_close_matches(name, known, n=1)
    return f"; did you mean {near[0].replace('_', '-')}?" if near else "; leave it out"


def _shown(value: object) -> str:
    """A value in a message, short."""
    if isinstance(value, Mapping):
        return "a table"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, str):
        return brief(value)
    if isinstance(value, int) and value.bit_length() > _BITS:
        return "a very large number"
    return str(value).lower() if isinstance(value, bool) else brief(str(value)).strip("'")
