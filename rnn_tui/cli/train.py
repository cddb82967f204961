"""``rnn-tui train``: the same training without a screen."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from rnn_tui.cli.errors import DIVERGED, STORE
from rnn_tui.cli.options import open_run, run_options, storing_options
from rnn_tui.cli.output import say
from rnn_tui.storage.disk.errors import printable, shown

if TYPE_CHECKING:
    from rnn_tui.session.summary import Trained


@click.command()
@run_options
@storing_options
@click.option("--epochs", type=int, default=1000, show_default=True, help="How many in all.")
@click.option("--save", type=click.Path(), metavar="FILE", help="Write the parameters at the end.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object, nothing else.")
@click.option("--debug", is_flag=True, help="Show a traceback when something goes wrong.")
@click.pass_context
def train(ctx: click.Context, /, as_json: bool, **options: Any) -> None:
    """Train without a screen, with a progress bar where there is a terminal."""
    epochs: int = options["epochs"]
    run, notes = open_run(ctx, options, None)

    from rnn_tui.cli.progress import ProgressBar
    from rnn_tui.cli.signals import SignalPoll
    from rnn_tui.runs import headless
    from rnn_tui.runs.saving import save_to

    newest = run.navigator.timeline.newest
    if newest > epochs:
        notes.append(f"the run is at epoch {newest:,}; --epochs counts from 0, nothing is trained")
    for note in notes:
        say(f"rnn-tui: {note}", error=True)
    path = None if options["save"] is None else Path(options["save"])
    with SignalPoll() as signals:
        with ProgressBar(epochs if newest < epochs else 0) as bar:
            trained = headless.train(run, epochs, signals.poll, bar.show)
        while (problem := run.recording.problem()) is not None:
            say(f"rnn-tui: {problem}", error=True)
        if path is not None:
            save_to(path, run.navigator.trainer, run.navigator.state)
        say(json.dumps(finite(trained.to_json())) if as_json else _summary(trained, path))
        if trained.diverged is not None:
            say(f"rnn-tui: {trained.diverged}; lower --lr or set --clip", error=True)
            ctx.exit(DIVERGED)
        ctx.exit(signals.exit_code or (0 if trained.moment.stored else STORE))


def finite(value: Any) -> Any:
    """The same with null for every number that is not finite."""
    if isinstance(value, dict):
        return {key: finite(inner) for key, inner in value.items()}
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def _summary(trained: Trained, path: Path | None) -> str:
    moment = trained.moment
    values = trained.to_json()
    lines = [
        printable(moment.line()),
        f"{trained.updates_made:,} updates in {trained.seconds:.2f} s, "
        f"{values['updates_per_second']:,.0f} updates/s",
    ]
    if trained.first_solved_epoch is not None:
        lines.append(f"first epoch without a mistake: {trained.first_solved_epoch:,}")
    if path is not None:
        lines.append(f"saved as {shown(path)}")
    return "\n".join(lines)
