"""``rnn-tui runs``: the runs on disk: list, look at one, compare, remove."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Iterable
from shutil import get_terminal_size

import click

from rnn_tui.cli.comparison_table import comparison_lines
from rnn_tui.cli.completing import complete_run
from rnn_tui.cli.options import debug_option, json_option, store_option
from rnn_tui.cli.output import say, terminal_width
from rnn_tui.cli.run_table import RunTable
from rnn_tui.runs import comparison as comparing
from rnn_tui.runs.results import outcome_of
from rnn_tui.storage.library.details import details_of
from rnn_tui.storage.library.listing import RunInfo
from rnn_tui.storage.library.sorting import ORDERS, in_order
from rnn_tui.storage.library.store import Store
from rnn_tui.training.words import count


@click.group(invoke_without_command=True)
@click.option(
    "--sort", "order", type=click.Choice([*ORDERS]), default="age", show_default=True,
    help="Order of the list; age is the newest first, all others the smallest first.",
)  # fmt: skip
@click.option("--reverse", is_flag=True, help="List in the opposite order.")
@store_option
@json_option
@debug_option
@click.pass_context
def runs(
    ctx: click.Context, /, order: str, reverse: bool, store: str | None, as_json: bool
) -> None:
    """List the runs on disk, the newest first.

    LOSS is that of the training curve at the newest epoch, VALID of the validation set there,
    SOLVED the first epoch without a mistake, AGE when the run was last written to. Where the
    terminal is narrow, some columns are left out; --json tells everything.
    """
    ctx.obj = store
    if ctx.invoked_subcommand is not None:
        _refuse_before_subcommand(ctx)
        return
    opened = _open(ctx, store)
    names = opened.newest_first()
    infos: Iterable[RunInfo] = map(opened.info, names)
    if (order, reverse) != ("age", False):
        infos = in_order(infos, order, reverse=reverse)
    if as_json:
        say(json.dumps([info.to_json() for info in infos]))
        return
    if not names:
        say(f"no runs in {opened.folder}")
    for lines in RunTable(names, time.time(), terminal_width()).lines(infos):
        say(*lines)


def _refuse_before_subcommand(ctx: click.Context) -> None:
    """Raise the usage error for an option of the list that stands before a subcommand."""
    name = ctx.invoked_subcommand
    if ctx.params["as_json"]:
        raise click.UsageError(f"write --json after it: rnn-tui runs {name} --json")
    for option in ("order", "reverse"):
        if ctx.get_parameter_source(option) is click.core.ParameterSource.COMMANDLINE:
            raise click.UsageError("--sort and --reverse are for the list; leave them out")


@runs.command()
@click.argument("run", shell_complete=complete_run)
@store_option
@json_option
@debug_option
@click.pass_context
def show(ctx: click.Context, /, run: str, store: str | None, as_json: bool) -> None:
    """Show everything about RUN: an id, or the beginning of one."""
    details = details_of(_open(ctx, store).find(run))
    say(*([json.dumps(details.to_json())] if as_json else details.lines()))


@runs.command(short_help="Compare runs: curves, options, results.")
@click.argument("names", nargs=-1, required=True, metavar="RUN RUN…", shell_complete=complete_run)
@click.option("--log", "logarithmic", is_flag=True, help="Logarithmic loss axis.")
@store_option
@json_option
@debug_option
@click.pass_context
def compare(
    ctx: click.Context,
    /,
    names: tuple[str, ...],
    logarithmic: bool,
    store: str | None,
    as_json: bool,
) -> None:
    """Compare runs: their training curves, what differs in their options, their results.

    Loss and accuracy are those of the parameters of the newest epoch, over the training
    sequences; where patience ended a run, of its best epoch.
    """
    if len(names) < 2:
        raise click.UsageError("name two runs or more; rnn-tui runs show tells of one", ctx)
    opened = _open(ctx, store)
    outcomes = [outcome_of(folder) for folder in [opened.find(name) for name in names]]
    for outcome in outcomes:
        if outcome.note is not None:
            say(f"rnn-tui: {outcome.id}: {outcome.note}", error=True)
    comparison = comparing.compare(outcomes)
    if as_json:
        say(json.dumps(comparison.to_json()))
        return
    from rnn_tui.cli.painting import paint
    from rnn_tui.cli.run_chart import chart  # these load Textual, which the list does without

    width = terminal_width() or 80
    height = min(max(get_terminal_size().lines // 2, 8), 24)
    paint(chart(outcomes, min(width, 120), height, logarithmic=logarithmic))
    say("", *comparison_lines(comparison, width))


@runs.command()
@click.argument("names", nargs=-1, required=True, metavar="RUN…", shell_complete=complete_run)
@store_option
@debug_option
@click.pass_context
def rm(ctx: click.Context, /, names: tuple[str, ...], store: str | None) -> None:
    """Delete runs permanently; name each in full."""
    opened = _open(ctx, store)
    for name in names:  # nothing is removed where one of them is misspelt
        opened.find(name, in_full=True)
    for name in names:
        opened.remove(name)
        say(f"removed {name}")


@runs.command(short_help="List old runs that are not open; with --yes, delete them.")
@click.option("--keep", type=click.IntRange(0), metavar="N", help="Keep the N newest.")
@click.option(
    "--older-than",
    type=click.FloatRange(0),
    metavar="DAYS",
    help="Only those not written to for so many days.",
)
@click.option("--yes", is_flag=True, help="Delete them; otherwise they are only listed.")
@store_option
@debug_option
@click.pass_context
def prune(
    ctx: click.Context, /, keep: int | None, older_than: float | None, yes: bool, store: str | None
) -> None:
    """List old runs that are not open; with --yes, delete them permanently."""
    if older_than is not None and math.isnan(older_than):
        raise click.BadParameter("nan is no number of days", ctx, param_hint="'--older-than'")
    if keep is None and not (older_than is not None and older_than < float("inf")):
        raise click.UsageError("say which runs: --keep N, or --older-than DAYS", ctx)
    opened = _open(ctx, store)
    names = opened.candidates(keep=keep, older_than=older_than)
    if not yes:
        say(*names, f"{count(len(names), 'run')} to be deleted; --yes deletes")
        return
    held = opened.prune(names)
    lines = [f"removed {name}" for name in names if name not in held]
    lines += [f"kept {name}: it is open" for name in held]
    say(*lines, f"{count(len(names) - len(held), 'run')} deleted")


def _open(ctx: click.Context, store: str | None) -> Store:
    """The store named at this command, else at the group, else the user's."""
    return Store(store or ctx.obj)
