"""``rnn-tui train``: the same training without a screen."""

from __future__ import annotations

import json
import math
import shlex
from dataclasses import replace
from typing import Any

import click

from rnn_tui.cli.errors import DIVERGED, FAILED, STORE
from rnn_tui.cli.gradient import check_lines, check_run
from rnn_tui.cli.opening import config_of, goal_given, open_run
from rnn_tui.cli.options import (
    GOAL,
    GroupedOption,
    debug_option,
    force_option,
    json_option,
    seconds,
    store_option,
)
from rnn_tui.cli.output import say
from rnn_tui.cli.run_command import RunCommand
from rnn_tui.cli.signals import SignalPoll
from rnn_tui.cli.training_progress import LOGGED_EVERY, TrainingProgress
from rnn_tui.runs import headless
from rnn_tui.runs.saving import save_to
from rnn_tui.session.run import Run
from rnn_tui.session.summary import Trained
from rnn_tui.training.goals import Goal
from rnn_tui.training.words import plural

_EXAMPLES = """\b
Examples:
  rnn-tui train --epochs 800 --save rnn.safetensors
  rnn-tui train --lr 0.01 --until solved --json
  rnn-tui train --text book.txt --cell lstm --hidden 64 --init scaled
        --optimizer adam --epochs 20 --log-every 60
  rnn-tui train --config run.toml --seed 1
  rnn-tui train --resume
"""


@click.command(cls=RunCommand, short_help="Train without a screen.", epilog=_EXAMPLES)
@force_option
@store_option
@click.option(
    "--epochs", type=click.IntRange(0), metavar="N", default=1000, show_default=True,
    cls=GroupedOption, group=GOAL,
    help="Number of epochs in all; with --resume, those that the run was to have.",
)  # fmt: skip
@click.option(
    "--log-every", type=seconds, metavar="SECONDS",
    help="Tell on standard error how it goes, in a line every so many seconds; 0: after every "
    f"epoch. Where that is no terminal, every {LOGGED_EVERY:.0f}; a terminal has a progress bar.",
)  # fmt: skip
@click.option(
    "--check-gradient",
    is_flag=True,
    help="Check the gradient by numerical differentiation first; train only if it is right.",
)
@json_option
@debug_option
@click.pass_context
def train(ctx: click.Context, /, as_json: bool, check_gradient: bool, **options: Any) -> None:
    """Train without a screen, with a progress bar where there is a terminal."""
    run, notes, _ = open_run(config_of(ctx, options), options, goal_given(ctx, options))
    navigator = run.navigator
    if navigator.goal.epochs is None:
        navigator.goal = replace(navigator.goal, epochs=options["epochs"])
    goal, newest = navigator.goal, navigator.timeline.newest
    if newest > (goal.epochs or 0):
        notes.append(f"the run is at epoch {newest:,}; --epochs counts from 0, nothing is trained")
    about = navigator.trainer.config.describe_data() if options["resume"] is None else []
    for note in (*about, *notes):
        say(f"rnn-tui: {note}", error=True)
    with SignalPoll() as signals:
        found = _checked(ctx, run, signals, as_json=as_json) if check_gradient else {}
        every = options["log_every"]
        with TrainingProgress(navigator.trainer, newest, goal.epochs, every) as progress:
            trained = headless.train_run(run, goal, signals.poll, progress.show)
        while (problem := run.recording.problem()) is not None:
            say(f"rnn-tui: {problem}", error=True)
        say(*([_json(trained, found)] if as_json else _summary(trained)))
        if (path := options["save"]) is not None:
            save_to(path, navigator.trainer, navigator.state)
            if not as_json:
                say(f"saved as {path}")
        ctx.exit(_end(run, trained, signals, options))


def _checked(ctx: click.Context, run: Run, signals: SignalPoll, *, as_json: bool) -> dict[str, Any]:
    """What the gradient check found, for the JSON; where the gradient is wrong, that is the end."""
    check = check_run(run, signals.poll)
    if check is None:
        return {}
    found = {"gradient_check": check.to_json()}
    if not as_json:
        say(*check_lines(check))
    if check.wrong:
        trained = headless.train_run(run, Goal(run.navigator.timeline.newest), signals.poll)
        if as_json:
            say(_json(trained, found))
        wrong = ", ".join(check.wrong)
        say(f"rnn-tui: the gradient of {wrong} is wrong; not trained", error=True)
        ctx.exit(FAILED)
    return found


def _end(run: Run, trained: Trained, signals: SignalPoll, options: dict[str, Any]) -> int:
    """Say what to do next, if there is something; the exit code."""
    if trained.diverged is not None:
        say(f"rnn-tui: {trained.diverged}; lower --lr or set --clip", error=True)
        return DIVERGED
    if trained.stopped == "interrupted" and run.recording.stored_epoch is not None:
        say(f"rnn-tui: to continue: {resuming(str(trained.moment.run), options)}", error=True)
    return signals.exit_code or (0 if trained.moment.stored else STORE)


def resuming(run: str, options: dict[str, Any]) -> str:
    """The command that continues a run as the options say, to be pasted into a shell."""
    store, save = options["store"], options["save"]
    where = [] if store is None else ["--store", str(store)]
    saving = [] if save is None else ["--save", str(save), "--force"]  # what it has just written
    return shlex.join(["rnn-tui", "train", "--resume", run, *where, *saving])


def finite(value: Any) -> Any:
    """The same with null for every number that is not finite."""
    if isinstance(value, dict):
        return {key: finite(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [finite(inner) for inner in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def _json(trained: Trained, found: dict[str, Any]) -> str:
    return json.dumps(finite(trained.to_json() | found))


def _summary(trained: Trained) -> list[str]:
    made, pace = trained.updates_made, round(trained.to_json()["updates_per_second"])
    lines = [  # numbers as on the command line, to be compared and pasted
        trained.moment.line(),
        f"{made} {plural(made, 'update')} in {trained.seconds:.2f} s, "
        f"{pace} {plural(pace, 'update')}/s",
    ]
    if trained.told and trained.stopped != "epochs":
        lines.append(f"ended: {trained.told}")
    if trained.training_loss is not None:
        epoch, newest = trained.moment.epoch, trained.moment.newest
        which = "the last epoch" if epoch == newest else f"epoch {epoch}"
        lines.append(f"training loss of {which}: {trained.training_loss:.6g} nats/symbol")
    if trained.first_solved_epoch is not None:
        lines.append(f"first epoch without a mistake: {trained.first_solved_epoch}")
    return lines
