"""Opens a sweep on the screen, and its runs in the trainer."""

from __future__ import annotations

import os
from typing import Any

import click

from rnn_tui.app.sweep.app import Chosen, SweepApp
from rnn_tui.app.sweep.screen import START
from rnn_tui.app.terminal.abilities import why_no_screen
from rnn_tui.app.terminal.run import run_in_terminal
from rnn_tui.cli.screen import looks, require_theme, show_run
from rnn_tui.cli.signals import LEAVING
from rnn_tui.runs.opening import Opening
from rnn_tui.storage.disk.errors import StoreError
from rnn_tui.storage.library.store import Store
from rnn_tui.sweep.sweep import Sweep
from rnn_tui.sweep.watching import Watch


def require_screen(ctx: click.Context, options: dict[str, Any]) -> None:
    """Raise the usage error where no screen can be shown."""
    require_theme(ctx, options["theme"])
    if (reason := why_no_screen(os.environ)) is not None:
        raise click.UsageError(reason.replace("rnn-tui train", "the command without --screen"), ctx)


def show_sweep(watch: Watch, sweep: Sweep, store: Store, options: dict[str, Any]) -> int:
    """Show a sweep until it is left; the exit code.

    Args:
        watch: looks at it.
        sweep: trains its runs, and goes on with that while one of them is in the trainer.
        store: where they are kept.
        options: ``theme`` and ``ascii_only`` of the command.
    """
    place, advice = START, ""
    while True:
        app = SweepApp(watch, sweep, place, advice, **looks(options))
        run_in_terminal(app, None, LEAVING)
        if app.failure is not None:
            raise app.failure
        if (chosen := app.return_value) is None:
            return app.return_code or 0
        place = chosen.place
        code, advice = _open(chosen, store, options)
        if code >= 128:  # a signal ends the sweep too
            return code


def _open(chosen: Chosen, store: Store, options: dict[str, Any]) -> tuple[int, str]:
    """Show a run in the trainer; the exit code, and what to tell where it cannot be."""
    opening = Opening(store)
    try:
        run, note = opening.resume(chosen.id)
    except StoreError as error:
        return 0, str(error)
    notes = [note] if note else []
    return show_run(run, notes, opening.kept, {**options, "save": None}), ""
