"""Opens a sweep on the screen, and its runs in the trainer."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import nullcontext
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
from rnn_tui.sweep.execution import Engine
from rnn_tui.sweep.members import Member
from rnn_tui.sweep.sweep import Sweep
from rnn_tui.sweep.watching import Watch

_SIGNALLED = 128
"""Exit codes from here on are of a signal."""


def require_screen(ctx: click.Context, options: dict[str, Any]) -> None:
    """Raise the usage error where no screen can be shown."""
    require_theme(ctx, options["theme"])
    if (reason := why_no_screen(os.environ)) is not None:
        raise click.UsageError(reason.split(";")[0] + "; leave out --screen", ctx)


def train_on_screen(
    watch: Watch, left: Sequence[Member], store: Store, engine: Engine, options: dict[str, Any]
) -> int:
    """Train runs while the sweep is on the screen, until that is left; the exit code.

    The runs under way have then written their checkpoints, and no worker is left.

    Args:
        watch: looks at the sweep.
        left: the runs that are to be trained, if any.
        store: where they are kept.
        engine: where they are trained.
        options: ``theme`` and ``ascii_only`` of the command.
    """
    with engine if left else nullcontext():
        going = Sweep(left, store.root, engine)
        going.start()
        try:
            return _show(watch, going, store, options)
        finally:
            going.stop()
            while going.is_running and not going.is_given_up:
                for result in going.news(0.1):
                    watch.tell(result)


def _show(watch: Watch, going: Sweep, store: Store, options: dict[str, Any]) -> int:
    """Show a sweep, and its runs in the trainer, while others are trained; the exit code."""
    place, advice = START, ""
    while True:
        app = SweepApp(watch, going, place, advice, **looks(options))
        run_in_terminal(app, None, LEAVING)
        if app.failure is not None:
            raise app.failure
        if (chosen := app.return_value) is None:
            return app.return_code or 0
        place = chosen.place
        code, advice = _open(chosen, store, options)
        if code >= _SIGNALLED:  # which ends the sweep too
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
