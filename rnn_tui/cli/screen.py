"""Opens the trainer on the screen and, on leaving, says where it was."""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterable
from threading import Timer
from typing import Any

import click
from textual.theme import BUILTIN_THEMES

from rnn_tui.app.app import TrainerApp
from rnn_tui.app.terminal.abilities import colours, draws_braille, why_no_screen
from rnn_tui.app.terminal.run import run_in_terminal
from rnn_tui.app.views.registry import VIEWS
from rnn_tui.cli.errors import STORE, USAGE, report
from rnn_tui.cli.opening import config_of, goal_given, open_run
from rnn_tui.cli.output import say
from rnn_tui.cli.signals import LEAVING, ended_by_ctrl_c
from rnn_tui.runs.headless import end
from rnn_tui.runs.kept import KeptRuns
from rnn_tui.runs.saving import save_to
from rnn_tui.session.run import Run
from rnn_tui.session.session import Session

PATIENCE = 1.0
"""Seconds until it is told that the screen takes longer."""


def open_screen(ctx: click.Context, options: dict[str, Any]) -> int:
    """Run the screen; the exit code. Raises what `open_run` raises."""
    config = config_of(ctx, options)  # mistakes are told before a missing terminal is
    require_theme(ctx, options["theme"])
    reason = why_no_screen(os.environ)
    if reason is not None:
        say(f"rnn-tui: {reason}", error=True)
        return USAGE
    run, notes, kept = open_run(config, options, goal_given(ctx, options))
    return show_run(run, notes, kept, options)


def looks(options: dict[str, Any]) -> dict[str, Any]:
    """How an app draws here, as the arguments of `TerminalApp`."""
    return {
        "ascii_only": options["ascii_only"] or not draws_braille(os.environ),
        "colours": colours(os.environ),
        "theme": options["theme"],
    }


def show_run(run: Run, notes: Iterable[str], kept: KeptRuns | None, options: dict[str, Any]) -> int:
    """Run the trainer on the screen until it is left, and say where it was; the exit code.

    Args:
        run: new or resumed.
        notes: what the user should know about it.
        kept: the other runs.
        options: ``theme``, ``ascii_only`` and ``save`` of the command.
    """
    session = Session(run)
    _start(session)
    app = TrainerApp(session, advice=" · ".join(notes), kept=kept, **looks(options))
    run_in_terminal(app, session, LEAVING)
    code = app.return_code or 0
    stopped = session.stop(timeout=5)
    if app.failure is not None:
        if stopped:
            session.run.recording.finish(session.navigator, timeout=30)
        return report(app.failure)
    if not stopped:
        return code
    moment = end(session.run, timeout=30)
    say(moment.line())
    if options["save"] is not None:
        save_to(options["save"], session.navigator.trainer, session.navigator.state)
    if moment.stored:
        return code
    advice = "another folder for runs is named by --store, a file for the parameters by --save"
    say(f"rnn-tui: not all of this run could be stored; {advice}", error=True)
    return code or STORE


def _start(session: Session) -> None:
    """Make the first snapshot; ctrl+c ends the program at once: there is nothing to lose yet."""
    patience = Timer(PATIENCE, say, ["rnn-tui: evaluating the network … (ctrl+c leaves)"])
    patience.daemon = True
    patience.start()
    try:
        with ended_by_ctrl_c():
            session.start(VIEWS[0].lenses)
    finally:
        patience.cancel()


def require_theme(ctx: click.Context, name: str | None) -> None:
    """Raise the usage error for a theme that there is not."""
    if name is None or name in BUILTIN_THEMES:
        return
    near = difflib.get_close_matches(name, BUILTIN_THEMES, n=1)
    hint = f"did you mean {near[0]}?" if near else "textual-light is one, ctrl+p shows all"
    raise click.UsageError(f"--theme: there is no {name[:40]!a}; {hint}", ctx)
