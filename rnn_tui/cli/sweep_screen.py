"""Opens a sweep on the screen, and its runs in the trainer."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import click

from rnn_tui.app.sweep.app import Chosen, SweepApp, Training
from rnn_tui.app.sweep.screen import START
from rnn_tui.app.terminal.abilities import why_no_screen
from rnn_tui.app.terminal.run import run_in_terminal
from rnn_tui.cli.errors import one_line
from rnn_tui.cli.screen import looks, require_theme, show_run
from rnn_tui.cli.signals import LEAVING
from rnn_tui.model.interruption import Interrupted
from rnn_tui.runs.opening import Opening
from rnn_tui.storage.library.store import Store
from rnn_tui.sweep.execution import Engine
from rnn_tui.sweep.members import Member
from rnn_tui.sweep.plan import Plan
from rnn_tui.sweep.results import Result
from rnn_tui.sweep.seen import Seen
from rnn_tui.sweep.sweep import Sweep
from rnn_tui.sweep.watching import Watch

UNFINISHED = "not done in its sweep yet: changed here, it is no longer a run of its plan"
_SIGNALLED = 128
"""Exit codes from here on are of a signal."""


def require_screen(ctx: click.Context, options: dict[str, Any]) -> None:
    """Raise the usage error where no screen can be shown."""
    require_theme(ctx, options["theme"])
    if (reason := why_no_screen(os.environ)) is not None:
        raise click.UsageError(reason.split(";")[0] + "; leave out --screen", ctx)


class NothingToTrain:
    """Where every run has its result."""

    error: Exception | None = None
    is_running = False

    def news(self, timeout: float) -> list[Result]:
        """None."""
        return []


def train_on_screen(
    plan: Plan,
    left: Sequence[Member],
    results: dict[str, Result],
    store: Store,
    engine: Engine | None,
    options: dict[str, Any],
) -> tuple[int | None, Exception | None]:
    """Train runs while the sweep is on the screen, until that is left.

    The runs under way have then written their checkpoints, and no worker is left.

    Args:
        plan: what is shown.
        left: the runs that are to be trained.
        results: those that are known; what comes is added.
        store: where runs are kept.
        engine: where they are trained; None where nothing is left.
        options: ``theme`` and ``ascii_only`` of the command.

    Returns:
        The exit code of the screen, None where there was none yet, and what ended it early.
    """
    watch = Watch(plan, store)
    if engine is None:
        return _show(watch, NothingToTrain(), store, options)
    shown: tuple[int | None, Exception | None] = None, None
    with suppress(Interrupted), engine:  # while waiting for workers
        going = Sweep(left, store.root, engine)
        going.start()
        try:
            shown = _show(watch, going, store, options)
        finally:
            going.stop()
            while going.is_running and not going.is_given_up:
                _hear(watch, going, 0.1)
            _hear(watch, going, 0.0)
            results |= watch.told
    return shown


def _hear(watch: Watch, going: Sweep, timeout: float) -> None:
    for result in going.news(timeout):
        watch.tell(result)


def _show(
    watch: Watch, training: Training, store: Store, options: dict[str, Any]
) -> tuple[int, Exception | None]:
    """Show a sweep, and its runs in the trainer, while others are trained.

    Returns:
        The exit code, and what ended the screen early.
    """
    place, advice = START, ""
    while True:
        app = SweepApp(watch, training, place, advice, **looks(options))
        run_in_terminal(app, None, LEAVING)
        if app.failure is not None:
            return 1, app.failure
        if (chosen := app.return_value) is None:
            return app.return_code or 0, None
        place = chosen.place
        code, advice = _open(chosen, watch.seen, store, options)
        if code >= _SIGNALLED:  # which ends the sweep too
            return code, None


def _open(chosen: Chosen, seen: Seen, store: Store, options: dict[str, Any]) -> tuple[int, str]:
    """Show a run in the trainer; the exit code, and what to tell where it cannot be."""
    opening = Opening(store)
    try:
        run, note = opening.resume(chosen.id)
    except Exception as error:  # nothing is lost by what a file does to us
        return 0, one_line(error)
    notes = [note] if note else []
    if any(run.member.id == chosen.id and not run.result.has_ended for run in seen.runs):
        notes.append(UNFINISHED)
    return show_run(run, notes, opening.kept, {**options, "save": None}), ""
