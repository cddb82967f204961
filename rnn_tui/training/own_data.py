"""From the options ``text`` and ``data`` to what stands in the file."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import fields
from typing import Any

from rnn_tui.tasks.files.data_file import DataFile
from rnn_tui.tasks.files.errors import DataError
from rnn_tui.tasks.registry import OWN_DATA
from rnn_tui.training.config import Config, ConfigError


def read_own_data(values: Mapping[str, Any], shown: str | None = None) -> dict[str, Any]:
    """The options of a run with the file that they name read, if they name one.

    Args:
        values: the options of a run that are given, by name; own data is its path.
        shown: the task that is asked for without ``--task``, if one is.

    Raises:
        ConfigError: if an option is wrong, contradicts another, or there is no such encoding.
        DataError: if the file cannot be trained on.
    """
    named = [name for name in OWN_DATA if values.get(name) is not None]
    if not named:
        return dict(values)
    if len(named) > 1:
        raise ConfigError("--text and --data contradict each other; leave one out")
    name = named[0]
    if "task" in values:
        raise ConfigError(f"--task beside --{name}: the file is the task; leave --task out")
    path = str(values[name])
    with suppress(DataError):  # mistakes in the options are told before those in the file
        asked = {} if shown is None else {"task": shown}
        Config.of(**{**values, **asked, name: DataFile(path, "to be read", 2**30, 1, 2, 2)})
    task: Any = OWN_DATA[name]
    options = {f.name: values[f.name] for f in fields(task) if f.name in values and f.name != name}
    try:
        return {**values, name: task(**options).read(path)}
    except ValueError as error:
        raise ConfigError(str(error)) from None
