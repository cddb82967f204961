"""``rnn-tui replay``: repeats a kept run from its configuration and its journal alone."""

from __future__ import annotations

import json

import click

from rnn_tui.cli.completing import complete_run
from rnn_tui.cli.errors import DIVERGED, STORE
from rnn_tui.cli.options import branch_option, debug_option, json_option, store_option
from rnn_tui.cli.output import say
from rnn_tui.cli.progress import ProgressBar
from rnn_tui.cli.signals import SignalPoll
from rnn_tui.cli.train import finite
from rnn_tui.runs.replay import Replay
from rnn_tui.storage.library.store import Store


@click.command(short_help="Repeat RUN with its interventions and compare the bits.")
@click.argument("run", required=False, shell_complete=complete_run)
@branch_option
@click.option("--epochs", type=click.IntRange(0), metavar="N", help="Stop at this epoch.")
@store_option
@json_option
@debug_option
@click.pass_context
def replay(
    ctx: click.Context, /, run: str | None, branch: int | None, epochs: int | None,
    store: str | None, as_json: bool,
) -> None:  # fmt: skip
    """Repeat RUN with all its interventions and compare the parameters.

    RUN is an id, or the beginning of one; without it, the newest run. The branch is the one that
    was on the screen, unless --branch names one. Exit code 4 if the parameters differ and the
    same engine recorded them.
    """
    kept = Store(store)
    again = Replay(kept, kept.newest() if run is None else run, branch)
    target = again.newest_epoch if epochs is None else epochs
    with SignalPoll() as signals:
        with ProgressBar(target) as bar:
            outcome = again.train(target, signals.poll, bar.show)
        say(*([json.dumps(finite(outcome.to_json()))] if as_json else outcome.lines()))
        if outcome.same is False:
            ctx.exit(STORE)
        ctx.exit(DIVERGED if outcome.trained.diverged is not None else signals.exit_code)
