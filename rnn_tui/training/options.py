"""The options of a run, as a table: those of every task, cell and optimizer, and the rest."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Mapping
from dataclasses import Field, fields
from typing import Any, NamedTuple, cast

from rnn_tui.model.cells import CELLS
from rnn_tui.model.cells.rnn import Elman
from rnn_tui.model.option import flag
from rnn_tui.tasks.files.data_file import DataFile
from rnn_tui.tasks.registry import OWN_DATA, TASKS
from rnn_tui.tasks.successor import Successor
from rnn_tui.training.optimizers.registry import OPTIMIZERS
from rnn_tui.training.optimizers.sgd import SGD
from rnn_tui.training.settings.setting import Setting
from rnn_tui.training.settings.table import SETTINGS

PROBLEM, NETWORK, OPTIMIZER, TRAINING = "Problem", "Network", "Optimizer", "Training"
"""Headings of the options in ``--help``."""


class ConfigError(ValueError):
    """An invalid configuration; the message is one line for the user."""


class Option(NamedTuple):
    """One option of a run.

    Attributes:
        name: as in files, with underscores.
        default: its value where nothing is said.
        help: one line.
        choices: the words allowed; empty for numbers and free text.
        setting: what reads the value, for options that may change while training.
        group: heading in ``--help``.
        metavar: how the help writes a value; None for the name of its type.
    """

    name: str
    default: Any
    help: str
    choices: tuple[str, ...] = ()
    setting: Setting | None = None
    group: str = TRAINING
    metavar: str | None = None


_BY_NAME = {task.name: task for task in OWN_DATA.values()}
CHOICES: Mapping[str, Mapping[str, Any]] = {
    "task": ChainMap(_BY_NAME, cast(dict[str, Any], TASKS)), "cell": CELLS, "optimizer": OPTIMIZERS,
}  # fmt: skip
"""What is chosen by name, and brings options of its own."""
DEFAULTS = (("task", Successor.name), ("cell", Elman.name), ("optimizer", SGD.name))
_HELP = {"task": "Problem to train on.", "cell": "Recurrent cell.", "optimizer": "Optimizer."}
_GROUP_OF = {"task": PROBLEM, "cell": NETWORK, "optimizer": OPTIMIZER}


def chosen(kind: str, name: object) -> Any:
    """The task, cell or optimizer of a name.

    Raises:
        ConfigError: if there is none.
    """
    known = CHOICES[kind]
    if not isinstance(name, str) or name not in known:
        raise ConfigError(f"{flag(kind)} {name}: unknown; there is: {', '.join(known)}")
    return known[name]


def table_of(rest: Any) -> tuple[Option, ...]:
    """All options of a run, in the order of the help.

    Args:
        rest: the class that has those of no task, cell, optimizer or setting.
    """
    found: dict[str, Option] = {}
    for kind, default in DEFAULTS:
        group = _GROUP_OF[kind]
        names = tuple(name for name in CHOICES[kind] if name not in _BY_NAME)
        found[kind] = Option(kind, default, _HELP[kind], names, group=group)
        for part in CHOICES[kind].values():
            _add_options(found, part, group)
        _name_owners(found, CHOICES[kind])
    _add_options(found, rest, TRAINING)
    settings = (Option(s.name, s.default, s.help, (), s) for s in SETTINGS.values())
    return (*found.values(), *settings)


def _add_options(found: dict[str, Option], part: Any, group: str) -> None:
    for f in option_fields(part):
        known = f.metadata
        new = Option(
            f.name, None if is_file(f.default) else f.default, known["help"],
            tuple(known["choices"]),
            group=known["group"] or group, metavar=known["metavar"],
        )  # fmt: skip
        first = found.setdefault(f.name, new)
        if first.default != new.default:  # the first one's; the help tells the others'
            text = f"{first.help} {part.name}: {new.default}."
            found[f.name] = first._replace(help=text)


def _name_owners(found: dict[str, Option], parts: Mapping[str, Any]) -> None:
    """Say in the help of an option that only some choices have which those are."""
    for name in names_of(*parts.values()):
        owners = [choice for choice, part in parts.items() if name in names_of(part)]
        text = found[name].help
        if len(owners) < len(parts) and not any(owner in text for owner in owners):
            text = f"{text.removesuffix('.')} ({', '.join(owners)})."
            found[name] = found[name]._replace(help=text)


def option_fields(part: Any) -> list[Field[Any]]:
    """The fields of a dataclass that are options."""
    return [f for f in fields(part) if "help" in f.metadata]


def is_file(value: object) -> bool:
    """Whether a value is own data."""
    return isinstance(value, DataFile)


def names_of(*parts: Any) -> set[str]:
    """The names of the options of some dataclasses."""
    return {f.name for part in parts for f in option_fields(part)}
