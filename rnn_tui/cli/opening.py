"""From the options of the command line to a run."""

from __future__ import annotations

from typing import Any

import click

from rnn_tui.cli.config_file import config_file, naming_config_file
from rnn_tui.cli.options import given, is_given
from rnn_tui.cli.run_command import NEWEST
from rnn_tui.model.option import flag
from rnn_tui.runs.kept import KeptRuns
from rnn_tui.runs.opening import Opening
from rnn_tui.session.run import Run
from rnn_tui.storage.library.store import Store
from rnn_tui.tasks.files.reading import STANDARD_INPUT
from rnn_tui.tasks.registry import OWN_DATA
from rnn_tui.training.config import Config
from rnn_tui.training.goals import Goal
from rnn_tui.training.option_values import GOALS
from rnn_tui.training.own_data import read_own_data


def open_run(
    config: Config, options: dict[str, Any], goal: dict[str, Any]
) -> tuple[Run, list[str], KeptRuns | None]:
    """The run that the options ask for, new or resumed, what to tell the user about it, the others.

    Args:
        config: what `config_of` made of the options.
        options: of the command.
        goal: the parts of it that were given, by name.

    Raises:
        ConfigError: if the run that is resumed cannot reach the goal.
        StoreError: if the run cannot be resumed, or ``--save`` cannot be written.
    """
    resume = options["resume"]
    opening = Opening(
        None if options["no_store"] else Store(options["store"]),
        options["save"],
        options["memory"] * 2**20,
        force=options["force"],
    )
    if resume is None:
        content = None if config.file is None else config.file.content
        notes = [*(content.notes if content else ()), *advise(config)]
        return opening.new(config, Goal(**goal)), notes, opening.kept
    name = None if resume is NEWEST else resume
    run, note = opening.resume(
        name, goal, allow_nonfinite=options["allow_nonfinite"], file=_file_named(options)
    )
    return run, [note] if note else [], opening.kept


def goal_given(ctx: click.Context, options: dict[str, Any]) -> dict[str, Any]:
    """The parts of a goal that are given, by name."""
    return {name: options[name] for name in GOALS if is_given(ctx, name)}


def config_of(ctx: click.Context, options: dict[str, Any]) -> Config:
    """The configuration that the options given describe; the usual one to resume.

    Raises:
        ConfigError: naming the option with an invalid value, or a goal that it cannot reach.
        DataError: if own data cannot be trained on.
        click.UsageError: for options that contradict each other.
    """
    _require_no_contradiction(ctx, options)
    values = {name: options[name] for name in given(ctx)}
    goal = Goal(**goal_given(ctx, options))
    if ctx.parent is None:  # no command: the screen
        _require_no_keyboard(ctx, values)
    if options["resume"] is not None:
        return Config()
    if options["schedule"] != "constant" and is_given(ctx, "epochs"):
        values["epochs"] = options["epochs"]
    with naming_config_file(ctx):
        config = Config.of(**read_own_data(values))
        goal.check(config)
    return config


def _file_named(options: dict[str, Any]) -> str | None:
    return next((str(options[name]) for name in OWN_DATA if options[name] is not None), None)


def advise(config: Config) -> list[str]:
    """A line for networks that start out chaotic, else nothing."""
    if config.init != "normal" or config.hidden <= 64:
        return []
    return [
        f"advice: with {config.hidden} hidden nodes N(0,1) weights make the network chaotic; "
        "--init scaled trains better"
    ]


def _require_no_contradiction(ctx: click.Context, options: dict[str, Any]) -> None:
    if options["store"] is not None and options["no_store"]:
        raise click.UsageError("--store and --no-store contradict each other; leave one out")
    if options["resume"] is None:
        return
    if config_file(ctx) is not None:
        raise click.UsageError("--config beside --resume: the run has its own; leave it out")
    if names := [name for name in given(ctx) if name not in OWN_DATA]:
        raise click.UsageError(
            f"{flag(names[0])} cannot be changed with --resume: the run has its own; leave it out"
        )
    if options["no_store"]:
        raise click.UsageError("--resume continues to store the run; leave out --no-store")


def _require_no_keyboard(ctx: click.Context, values: dict[str, Any]) -> None:
    """Refuse standard input as a file where it is the keyboard."""
    for name in OWN_DATA:
        if str(values.get(name)) == STANDARD_INPUT:
            raise click.UsageError(
                f"--{name} -: standard input is the keyboard on the screen; name a file, or train "
                "without the screen: rnn-tui train",
                ctx,
            )
