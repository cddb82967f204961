"""``rnn-tui replay``: repeats a kept run from its configuration and its journal alone."""

from __future__ import annotations

import json
from typing import Any

import click

from rnn_tui.cli.errors import DIVERGED, STORE
from rnn_tui.cli.output import say


@click.command()
@click.argument("run", required=False)
@click.option("--branch", type=int, help="Number of the branch; the one last shown otherwise.")
@click.option("--epochs", type=int, help="Up to this epoch; the branch's newest otherwise.")
@click.option("--store", type=click.Path(), metavar="DIR", help="Where runs are kept.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object, nothing else.")
@click.option("--debug", is_flag=True, help="Show a traceback when something goes wrong.")
@click.pass_context
def replay(
    ctx: click.Context,
    /,
    run: str | None,
    branch: int | None,
    epochs: int | None,
    store: str | None,
    as_json: bool,
    debug: bool,
) -> None:
    """Train a kept run again, with every intervention, and compare the parameters."""
    from rnn_tui.cli.progress import ProgressBar
    from rnn_tui.cli.signals import SignalPoll
    from rnn_tui.cli.train import finite
    from rnn_tui.runs.replay import Replay
    from rnn_tui.storage.library.store import Store

    kept = Store(store)
    again = Replay(kept, run if run is not None else kept.newest(), branch)
    target = again.newest_epoch if epochs is None else epochs
    if target < 0:
        raise click.UsageError(f"--epochs {target}: must be a whole number, at least 0")
    with SignalPoll() as signals:
        with ProgressBar(target) as bar:
            outcome = again.train(target, signals.poll, bar.show)
        values: dict[str, Any] = outcome.to_json()
        say(json.dumps(finite(values)) if as_json else outcome.text())
        if outcome.differs:
            ctx.exit(STORE)
        ctx.exit(DIVERGED if outcome.trained.diverged is not None else signals.exit_code)
