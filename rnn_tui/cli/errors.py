"""From an exception to one line on standard error and an exit code."""

from __future__ import annotations

import sys

import click

from rnn_tui.storage.disk.errors import StoreError, printable

USAGE, STORE, DIVERGED, FAILED = 2, 4, 5, 1


def exit_code_of(error: BaseException) -> int:
    """2 usage or configuration, 4 checkpoint or store, 1 anything else."""
    if isinstance(error, click.UsageError) or _is(error, "rnn_tui.training.config", "ConfigError"):
        return USAGE
    if isinstance(error, StoreError):
        return STORE
    return FAILED


def one_line(error: BaseException) -> str:
    """What to tell the user."""
    if isinstance(error, click.ClickException):
        text = error.format_message()
    elif exit_code_of(error) == FAILED:
        text = f"{type(error).__name__}: {error} (this is a fault of rnn-tui; --debug tells more)"
    else:
        text = str(error)
    return printable(" ".join(text.split()))


def _is(error: BaseException, module: str, name: str) -> bool:
    """Whether it is of a class whose module need not have been loaded."""
    loaded = sys.modules.get(module)
    return loaded is not None and isinstance(error, getattr(loaded, name))
