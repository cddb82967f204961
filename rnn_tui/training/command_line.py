"""A run as its options in one line of text, as on the command line."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from rnn_tui.model.option import as_written, flag
from rnn_tui.tasks.files.errors import DataError
from rnn_tui.tasks.own_data import OwnData
from rnn_tui.tasks.task import Task
from rnn_tui.training.config import Config, run_options
from rnn_tui.training.goals import Goal
from rnn_tui.training.options import Option
from rnn_tui.training.own_data import read_own_data

GOAL: Mapping[str, Callable[[str], Any]] = {
    "--epochs": lambda text: _number(int, "--epochs", text),
    "--until": str,
    "--patience": lambda text: _number(int, "--patience", text),
}
"""The options of a goal, and what their text stands for."""


class Plan(NamedTuple):
    """A run that could be started.

    Attributes:
        config: what is trained, and how.
        goal: how far it is trained.
    """

    config: Config
    goal: Goal


def suggestion(kind: type[Task]) -> str:
    """The options of the run by which to begin with a task; FILE stands for a file of one's own."""
    first = f"--task {kind.name}"
    if issubclass(kind, OwnData):
        first = f"{flag(kind.option_name)} FILE"
    return " ".join([first, *(as_written(*each) for each in kind.suggested.items())])


@lru_cache(maxsize=64)
def suggested(kind: type[Task]) -> Plan:
    """The run by which to begin with a task that needs no file."""
    return parse_options(suggestion(kind))


def parse_options(text: str) -> Plan:
    """The run that a line such as ``--task echo --lr 0.01`` describes.

    A file of one's own that is named is read.

    Raises:
        ValueError: with one line that names the option, and what is wrong with it.
    """
    words = shlex.split(text)
    while words and not words[0].startswith("-"):
        del words[0]  # rnn-tui, train
    known = {flag(known.name): known for known in run_options()}
    values: dict[str, Any] = {}
    goal: dict[str, Any] = {}
    while words:
        name, has_value, value = words.pop(0).partition("=")
        switch = known.get("--" + name.removeprefix("--no-") if name.startswith("--no-") else name)
        if switch is not None and isinstance(switch.default, bool) and not has_value:
            values[switch.name] = not name.startswith("--no-")
            continue
        if name not in known and name not in GOAL:
            raise ValueError(f"{name[:30]} is no option of a run")
        if not has_value and not words:
            raise ValueError(f"{name} needs a value")
        value = value if has_value else words.pop(0)
        if name in GOAL:
            goal[name.removeprefix("--")] = GOAL[name](value)
        else:
            values[known[name].name] = _value(known[name], value)
    if values.get("schedule", "constant") != "constant":
        values["epochs"] = goal.get("epochs")
    try:
        config = Config.of(**read_own_data(values))
    except DataError as error:
        raise ValueError(str(error)) from None
    return Plan(config, Goal(**goal).check(config))


def _value(option: Option, text: str) -> Any:
    """What the text of an option stands for."""
    if option.setting is not None:
        try:
            return option.setting.parse(text)
        except ValueError as error:
            raise ValueError(f"{flag(option.name)} {text}: {error}") from None
    if isinstance(option.default, bool):
        raise ValueError(f"{flag(option.name)} takes no value")
    if isinstance(option.default, int | float):
        return _number(type(option.default), flag(option.name), text)
    return text


def _number(kind: type[Any], name: str, text: str) -> Any:
    try:
        return kind(text)
    except ValueError:
        what = "a whole number" if kind is int else "a number"
        raise ValueError(f"{name} {text}: must be {what}") from None
