"""Opens the trainer on the screen and, on leaving, says where it was."""

from __future__ import annotations

import os
import sys
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from rnn_tui.cli.errors import FAILED, USAGE, one_line
from rnn_tui.cli.hangup import HangupWatch
from rnn_tui.cli.options import config_of, open_run
from rnn_tui.cli.output import say

if TYPE_CHECKING:
    from rnn_tui.training.run import Run


def open_screen(ctx: click.Context, options: dict[str, Any]) -> int:
    """Run the screen; the exit code.

    Raises:
        ConfigError: if the options make no sense.
        StoreError: if the run cannot be resumed, or the file of ``--save`` not be written.
        click.UsageError: for options that contradict each other.
    """
    from rnn_tui.app.terminal import speaks_utf8, why_no_screen

    config_of(options)  # mistakes are told before a missing terminal is
    reason = why_no_screen(os.environ)
    if reason is not None:
        say(f"rnn-tui: {reason}", error=True)
        return USAGE
    run, notes = open_run(ctx, options, options["epochs"])

    from rnn_tui import runs
    from rnn_tui.app.app import TrainerApp
    from rnn_tui.app.gate import Gate, run_beside

    # The trainer's thread gives the screen its turn within a millisecond.
    sys.setswitchinterval(0.001)
    session, gate = runs.open_session(run), Gate()
    session.give_way = gate.pass_through
    app = TrainerApp(
        session,
        ascii_only=options["ascii_only"] or not speaks_utf8(os.environ),
        theme=options["theme"],
        advice=" · ".join(notes),
    )

    def save_all() -> None:
        if session.stop(timeout=5):
            run.recording.finish(run.navigator, timeout=30)
            _save(options["save"], run)

    with HangupWatch(save_all):
        run_beside(gate, app.run_async())
    code = app.return_code or 0
    stopped = session.stop(timeout=5)
    failure = app.failure or session.failure
    if stopped:
        run.recording.finish(run.navigator, timeout=30)
    if failure is not None:
        return _failed(failure, options["debug"])
    if not stopped:
        return code
    say(runs.moment_of_run(run).line())
    _save(options["save"], run)
    return code


def _save(file: str | None, run: Run) -> None:
    """Write the parameters shown to the file of ``--save``, if there is one."""
    from rnn_tui import runs

    if file is not None:
        runs.save_to(Path(file), run.navigator.trainer, run.navigator.state)


def _failed(error: Exception, debug: bool) -> int:
    if debug:
        say("".join(traceback.format_exception(error)).rstrip(), error=True)
    say(f"rnn-tui: {one_line(error)}", error=True)
    return FAILED
