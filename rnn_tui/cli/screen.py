"""Opens the trainer on the screen and, on leaving, says where it was."""

from __future__ import annotations

import difflib
import gc
import os
import sys
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from rnn_tui.cli.errors import STORE, USAGE, exit_code_of, one_line
from rnn_tui.cli.hangup import HangupWatch
from rnn_tui.cli.options import config_of, open_run_later
from rnn_tui.cli.output import say
from rnn_tui.storage.disk.errors import printable

if TYPE_CHECKING:
    from rnn_tui.session.run import Run
    from rnn_tui.session.session import Session


def open_screen(ctx: click.Context, options: dict[str, Any]) -> int:
    """Run the screen; the exit code.

    Raises:
        ConfigError: if the options make no sense.
        StoreError: if the run cannot be resumed, or the file of ``--save`` not be written.
        click.UsageError: for options that contradict each other.
    """
    from rnn_tui.app.terminal.abilities import speaks_utf8, why_no_screen

    config_of(options)  # mistakes are told before a missing terminal is
    _require_theme(ctx, options["theme"])
    reason = why_no_screen(os.environ)
    if reason is not None:
        say(f"rnn-tui: {reason}", error=True)
        return USAGE
    open_run, config, notes = open_run_later(ctx, options, options["epochs"])

    os.environ.setdefault("TEXTUAL_FPS", "120")  # a key waits no longer than 8 ms for its painting
    gc.disable()  # until the app has settled: everything that is loaded stays
    from rnn_tui.app.app import TrainerApp
    from rnn_tui.app.loading import Opening
    from rnn_tui.app.terminal.gate import Gate, run_beside

    # The trainer's thread gives the screen its turn within a millisecond.
    sys.setswitchinterval(0.001)
    gate = Gate()

    def open_session() -> Session:
        from rnn_tui.session.session import Session

        session = Session(open_run())
        session.give_way = gate.pass_through
        return session

    opening = Opening(open_session)
    app = TrainerApp(
        opening,
        config,
        ascii_only=options["ascii_only"] or not speaks_utf8(os.environ),
        theme=options["theme"],
        advice=" · ".join(notes),
    )

    def save_all() -> None:
        session = opening.session
        if session is not None and session.stop(timeout=5):
            session.run.recording.finish(session.navigator, timeout=30)
            _save(options["save"], session.run)

    with HangupWatch(save_all):
        run_beside(gate, app.run_async())
    code = app.return_code or 0
    session = opening.wait()
    failure = app.failure or opening.failure or (session.failure if session else None)
    stopped = session is not None and session.stop(timeout=5)
    if failure is not None:
        if session is not None and stopped:
            session.run.recording.finish(session.navigator, timeout=30)
        return _failed(failure, options["debug"])
    if session is None or not stopped:
        return code
    from rnn_tui.runs.headless import end

    moment = end(session.run, timeout=30)
    say(printable(moment.line()))
    _save(options["save"], session.run)
    if moment.stored:
        return code
    advice = "ctrl+s or --save FILE keeps parameters elsewhere"
    say(f"rnn-tui: not all of this run could be stored; {advice}", error=True)
    return code or STORE


def _require_theme(ctx: click.Context, name: str | None) -> None:
    if name is None:
        return
    from textual.theme import BUILTIN_THEMES

    if name not in BUILTIN_THEMES:
        near = difflib.get_close_matches(name, BUILTIN_THEMES, n=1)
        hint = f"did you mean {near[0]}?" if near else "textual-light is one, ctrl+p shows all"
        raise click.UsageError(f"--theme: there is no {name[:40]!a}; {hint}", ctx)


def _save(file: str | None, run: Run) -> None:
    """Write the parameters shown to the file of ``--save``, if there is one."""
    from rnn_tui.runs.saving import save_to

    if file is not None:
        save_to(Path(file), run.navigator.trainer, run.navigator.state)


def _failed(error: Exception, debug: bool) -> int:
    if debug:
        say("".join(traceback.format_exception(error)).rstrip(), error=True)
    say(f"rnn-tui: {one_line(error)}", error=True)
    return exit_code_of(error)
