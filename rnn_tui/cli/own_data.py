"""From ``--text`` and ``--data`` to what stands in the file."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import click

from rnn_tui.tasks.files.reading import STANDARD_INPUT
from rnn_tui.tasks.registry import OWN_DATA
from rnn_tui.training.config import ConfigError


def read_own_data(
    ctx: click.Context, values: dict[str, Any], *, on_screen: bool = False
) -> dict[str, Any]:
    """The options of a run with the file that they name read, if they name one.

    Args:
        ctx: of the command.
        values: the options that stand on the command line, by name.
        on_screen: standard input is the keyboard.

    Raises:
        click.UsageError: for options that contradict each other.
        ConfigError: if there is no such encoding.
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
    if on_screen and str(values[name]) == STANDARD_INPUT:
        raise click.UsageError(
            f"--{name} -: standard input is the keyboard on the screen; name a file, or train "
            "without the screen: rnn-tui train",
            ctx,
        )
    task: Any = OWN_DATA[name]
    options = {f.name: values[f.name] for f in fields(task) if f.name in values and f.name != name}
    try:
        return values | {name: task(**options).read(str(values[name]))}
    except ValueError as error:
        raise ConfigError(str(error)) from None
