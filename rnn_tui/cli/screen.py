"""Opens the trainer on the screen and, on leaving, says where it was."""

from __future__ import annotations

import os
import sys
import traceback
from pathlib import Path
from typing import Any

from rnn_tui.cli.errors import FAILED, USAGE, one_line
from rnn_tui.cli.output import say


def open_screen(options: dict[str, Any]) -> int:
    """Run the screen; the exit code.

    Raises:
        ConfigError: if the options make no sense.
        StoreError: if the file of ``--save`` cannot be written.
    """
    from rnn_tui.app.terminal import speaks_utf8, why_no_screen
    from rnn_tui.cli.options import advise, config_of

    config = config_of(options)
    reason = why_no_screen(os.environ)
    if reason is not None:
        say(f"rnn-tui: {reason}", error=True)
        return USAGE

    from rnn_tui import runs
    from rnn_tui.app.app import TrainerApp

    # The trainer's thread gives the screen its turn within a millisecond.
    sys.setswitchinterval(0.001)
    save = Path(options["save"]) if options["save"] is not None else None
    session = runs.open_session(config, options["epochs"], save)
    app = TrainerApp(
        session,
        ascii_only=options["ascii_only"] or not speaks_utf8(os.environ),
        theme=options["theme"],
        advice=advise(config),
    )
    app.run()
    code = app.return_code or 0
    stopped = session.stop(timeout=5)
    if app.failure is not None:
        return _failed(app.failure, options["debug"])
    if not stopped:
        return code
    moment = runs.moment_of_session(session)
    say(moment.line())
    if save is not None:
        navigator = session.navigator
        runs.save_to(save, navigator.trainer, navigator.state)
    return code


def _failed(error: Exception, debug: bool) -> int:
    if debug:
        say("".join(traceback.format_exception(error)).rstrip(), error=True)
    say(f"rnn-tui: {one_line(error)}", error=True)
    return FAILED
