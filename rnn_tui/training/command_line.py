"""A run as its options in one line of text, as on the command line."""

from __future__ import annotations

import shlex
from typing import Any, NamedTuple

from rnn_tui.model.option import flag
from rnn_tui.tasks.task import Task
from rnn_tui.training.config import Config, Option, run_options


class Plan(NamedTuple):
    """A run that could be started.

    Attributes:
        config: what is trained, and how.
        goal: the epoch to train to; None for no end.
        text: its options, as they can be pasted behind ``rnn-tui``.
    """

    config: Config
    goal: int | None
    text: str


def suggested(kind: type[Task]) -> Plan:
    """The run by which to begin with a task."""
    options = {"task": kind.name, **kind.suggested}
    values = {name: value for name, value in options.items() if name != "epochs"}
    text = " ".join(f"{flag(name)} {shlex.quote(str(value))}" for name, value in options.items())
    return Plan(Config.of(**values), options.get("epochs"), text)


def parse_options(text: str) -> Plan:
    """The run that a line such as ``--task echo --lr 0.01`` describes; `suggested` writes such.

    Raises:
        ValueError: with one line that names the option, and what is wrong with it.
    """
    words = shlex.split(text)
    while words and not words[0].startswith("-"):
        del words[0]  # rnn-tui, train
    known = {flag(known.name): known for known in run_options()}
    values: dict[str, Any] = {}
    goal: int | None = None
    while words:
        name, has_value, value = words.pop(0).partition("=")
        if name not in known and name != "--epochs":
            raise ValueError(f"{name[:30]} is no option of a run")
        if not has_value and not words:
            raise ValueError(f"{name} needs a value")
        value = value if has_value else words.pop(0)
        if name == "--epochs":
            goal = _number(int, name, value)
        else:
            values[known[name].name] = _value(known[name], value)
    if values.get("schedule", "constant") != "constant":
        values["epochs"] = goal
    return Plan(Config.of(**values), goal, text)


def _value(option: Option, text: str) -> Any:
    """What the text of an option stands for."""
    if option.setting is not None:
        try:
            return option.setting.parse(text)
        except ValueError as error:
            raise ValueError(f"{flag(option.name)} {text}: {error}") from None
    if isinstance(option.default, int | float):
        return _number(type(option.default), flag(option.name), text)
    return text


def _number(kind: type[Any], name: str, text: str) -> Any:
    try:
        return kind(text)
    except ValueError:
        what = "a whole number" if kind is int else "a number"
        raise ValueError(f"{name} {text}: must be {what}") from None
