"""``rnn-tui runs``: the runs on disk: list, look at one, remove."""

from __future__ import annotations

import json
import math
import time

import click

from rnn_tui.cli.completing import complete_run
from rnn_tui.cli.options import debug_option, json_option, store_option
from rnn_tui.cli.output import say
from rnn_tui.storage.library.details import details_of
from rnn_tui.storage.library.listing import RunInfo
from rnn_tui.storage.library.store import Store
from rnn_tui.training.evaluation import percent
from rnn_tui.training.words import count, size


@click.group(invoke_without_command=True)
@store_option
@json_option
@debug_option
@click.pass_context
def runs(ctx: click.Context, /, store: str | None, as_json: bool) -> None:
    """List the runs on disk, the newest first."""
    ctx.obj = store
    if ctx.invoked_subcommand is not None:
        if as_json:
            raise click.UsageError(
                f"write --json after it: rnn-tui runs {ctx.invoked_subcommand} --json"
            )
        return
    opened = _open(ctx, store)
    infos = opened.list_runs()
    if as_json:
        say(json.dumps([info.to_json() for info in infos]))
    elif infos:
        say(*_table(infos))
    else:
        say(f"no runs in {opened.folder}")


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


def _table(infos: list[RunInfo]) -> list[str]:
    rows = [
        ("RUN", "TASK", "EPOCHS", "TRAINING LOSS", "ACCURACY", "BRANCHES", "CHANGED", "SIZE", "")
    ]
    rows += [
        (
            info.id, info.task or "?", f"{info.epochs:,}",
            "–" if math.isnan(info.loss) else f"{info.loss:.4g}",
            "–" if math.isnan(info.accuracy) else percent(info.accuracy), str(info.branches),
            time.strftime("%Y-%m-%d %H:%M", time.localtime(info.changed)), size(info.size),
            f"open in {info.held_by}" if info.held_by else info.problem or "",
        )
        for info in infos
    ]  # fmt: skip
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    left = (0, 1, 6, 8)
    return [
        "  ".join(
            cell.ljust(width) if index in left else cell.rjust(width)
            for index, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]
