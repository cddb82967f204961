"""From ``--text`` and ``--data`` to what stands in the file."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import fields
from typing import Any

import click

from rnn_tui.tasks.files.data_file import DataFile
from rnn_tui.tasks.files.errors import DataError
from rnn_tui.tasks.files.reading import STANDARD_INPUT
from rnn_tui.tasks.registry import OWN_DATA
from rnn_tui.training.config import Config, ConfigError


def read_own_data(
    ctx: click.Context, values: dict[str, Any], shown: str | None = None
) -> dict[str, Any]:
    """The options of a run with the file that they name read, if they name one.

    Args:
        ctx: of the command.
        values: the options of a run that are given, by name.
        shown: the task that is asked for without ``--task``, if one is.

    Raises:
        click.UsageError: for options that contradict each other.
        ConfigError: if an option is wrong, or there is no such encoding.
        DataError: if the file cannot be trained on.
    """
    named = [name for name in OWN_DATA if values.get(name) is not None]
    if not named:
        return values
    if len(named) > 1:
        raise click.UsageError("--text and --data contradict each other; leave one out", ctx)
    name = named[0]
    if "task" in values:
        raise click.UsageError(
            f"--task beside --{name}: the file is the task; leave --task out", ctx
        )
    path = str(values[name])
    with suppress(DataError):  # mistakes in the options are told before those in the file
        asked = {} if shown is None else {"task": shown}
        Config.of(**values | asked | {name: DataFile(path, "to be read", 2**30, 1, 2, 2)})
    task: Any = OWN_DATA[name]
    options = {f.name: values[f.name] for f in fields(task) if f.name in values and f.name != name}
    try:
        return values | {name: task(**options).read(path)}
    except ValueError as error:
        raise ConfigError(str(error)) from None


def require_no_keyboard(ctx: click.Context, values: dict[str, Any]) -> None:
    """Refuse standard input as a file where it is the keyboard.

    Raises:
        click.UsageError: if an option names it.
    """
    for name in OWN_DATA:
        if str(values.get(name)) == STANDARD_INPUT:
            raise click.UsageError(
                f"--{name} -: standard input is the keyboard on the screen; name a file, or train "
                "without the screen: rnn-tui train",
                ctx,
            )
