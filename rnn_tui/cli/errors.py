"""From an exception to one line on standard error and an exit code."""

from __future__ import annotations

import os
import sys
import traceback

import click

from rnn_tui.cli.output import say
from rnn_tui.storage.disk.errors import printable

USAGE, DATA, STORE, DIVERGED, FAILED = 2, 3, 4, 5, 1

_CODES = {"ConfigError": USAGE, "DataError": DATA, "StoreError": STORE}
"""By the names of our exceptions: their modules need not be loaded, and load NumPy."""


def report(error: Exception) -> int:
    """Tell the user about an error in one line on standard error; the exit code.

    With ``--debug`` the traceback is printed, too, unless the error is one of usage.
    """
    code = exit_code_of(error)
    if "--debug" in sys.argv and code != USAGE:
        say(*"".join(traceback.format_exception(error)).splitlines(), error=True)
    say(f"rnn-tui: {one_line(error)}", error=True)
    return code


def exit_code_of(error: BaseException) -> int:
    """2 usage or configuration, 3 data, 4 checkpoint, store or another file, 1 anything else."""
    if isinstance(error, click.UsageError):
        return USAGE
    for kind in type(error).__mro__:
        if kind.__module__.startswith("rnn_tui.") and kind.__name__ in _CODES:
            return _CODES[kind.__name__]
    return STORE if isinstance(error, OSError) and error.filename is not None else FAILED


def one_line(error: BaseException) -> str:
    """What to tell the user."""
    if isinstance(error, click.ClickException):
        text = error.format_message()
    elif exit_code_of(error) == FAILED:
        text = f"{type(error).__name__}: {error} (this is a fault of rnn-tui; --debug tells more)"
    elif isinstance(error, OSError) and error.filename is not None:
        name = printable(os.fsdecode(error.filename))
        text = f"{name}: {(error.strerror or str(error)).lower()}; choose another file or folder"
    else:
        text = str(error)
    return " ".join(text.split())
