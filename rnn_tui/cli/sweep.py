"""``rnn-tui sweep``: the runs of a plan, on this machine or on many."""

from __future__ import annotations

import re
import shlex
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import click

from rnn_tui.cli.options import (
    GroupedCommand,
    ascii_option,
    debug_option,
    json_option,
    seconds,
    store_option,
    theme_option,
)
from rnn_tui.cli.output import say
from rnn_tui.cli.signals import SignalPoll
from rnn_tui.cli.sweep_others import merge, plan_argument, verify
from rnn_tui.cli.sweep_progress import SweepProgress
from rnn_tui.cli.sweep_table import tell_report
from rnn_tui.cli.training_progress import LOGGED_EVERY
from rnn_tui.model.interruption import Interrupted
from rnn_tui.storage.library.store import Store
from rnn_tui.sweep.execution import Engine, usable_cores
from rnn_tui.sweep.members import Member
from rnn_tui.sweep.plan import Plan, read_plan
from rnn_tui.sweep.processes import Processes
from rnn_tui.sweep.report import Report
from rnn_tui.sweep.results import Result
from rnn_tui.sweep.shards import Shard
from rnn_tui.sweep.sweep import Sweep
from rnn_tui.sweep.train_member import known_results
from rnn_tui.training.words import count

_EXAMPLES = """\b
Examples:
  rnn-tui sweep plan.toml                       on all cores of this machine
  rnn-tui sweep plan.toml --screen              watch it, and open its runs
  rnn-tui sweep plan.toml --jobs 4 --json
  rnn-tui sweep plan.toml --scheduler tcp://127.0.0.1:8786
  rnn-tui sweep plan.toml --shard 3/8 --store task3
  rnn-tui sweep merge plan.toml --from task*
  rnn-tui sweep verify plan.toml --sample 5
"""
_RUN = "run"
_TELL_EVERY = 0.2


class Plans(GroupedCommand, click.Group):
    """A group whose commands may be left out: what is no command is a plan to run."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """As click does, with the command that is meant."""
        is_named = bool(args) and args[0] in self.commands
        return super().parse_args(ctx, args if is_named else [_RUN, *args])


class RunPlan(GroupedCommand):
    """The command that is meant where none is named."""

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Without the name of the command."""
        formatter.write_usage("rnn-tui sweep", "[OPTIONS] PLAN.toml")
        for name in ("merge", "verify"):
            formatter.write_usage("rnn-tui sweep", f"{name} [OPTIONS] PLAN.toml", "   or: ")


@click.group(cls=Plans, short_help="Train many runs: a grid of options, on one machine or many.")
def sweep() -> None:
    """Many runs of one plan."""


def shard(text: str) -> Shard:
    """The type of ``--shard``."""
    found = re.fullmatch(r"([0-9]{1,9})/([0-9]{1,9})", text) if isinstance(text, str) else None
    if found is None or not 1 <= int(found[1]) <= int(found[2]):
        raise click.BadParameter(f"{text!r} must be I/N with I from 1 to N, such as 1/4")
    return Shard(int(found[1]), int(found[2]))


sweep.add_command(merge)
sweep.add_command(verify)
jobs_option = click.option(
    "--jobs", type=click.IntRange(1, 10_000), metavar="N",
    help="Runs at a time on this machine, one BLAS thread each; as a rule one for each core.",
)  # fmt: skip


@sweep.command(_RUN, cls=RunPlan, short_help="Train the runs of a plan.", epilog=_EXAMPLES)
@plan_argument
@jobs_option
@click.option(
    "--scheduler", metavar="ADDRESS",
    help="Train on the workers of this dask scheduler, such as tcp://HOST:8786. Whoever reaches "
    "its port can run programs there: use it on this machine, in a VPN, or with tls://.",
)  # fmt: skip
@click.option(
    "--wait-workers", type=seconds, metavar="SECONDS", default=60.0, show_default=True,
    help="How long to wait for the first worker of the scheduler.",
)  # fmt: skip
@click.option(
    "--shard", type=shard, metavar="I/N",
    help="Only the I-th of N shares of the runs, I from 1 to N, as in a job array.",
)  # fmt: skip
@click.option(
    "--log-every", type=seconds, metavar="SECONDS",
    help="Tell on standard error how it goes, in a line every so many seconds; 0: after every "
    f"run. Where that is no terminal, every {LOGGED_EVERY:.0f}; a terminal has a table.",
)  # fmt: skip
@click.option(
    "--screen", "on_screen", is_flag=True,
    help="Watch it on the screen: a table of settings, their training curves as bands, the runs, "
    "each of which can be opened in the trainer. q leaves, and keeps what is done.",
)  # fmt: skip
@ascii_option
@theme_option
@store_option
@json_option
@debug_option
@click.pass_context
def run(
    ctx: click.Context,
    /,
    plan: Path,
    jobs: int | None,
    scheduler: str | None,
    wait_workers: float,
    shard: Shard | None,
    log_every: float | None,
    store: Path | None,
    as_json: bool,
    on_screen: bool,
    **look: Any,
) -> None:
    """Train every run of a plan that is not done yet, and tell what they have come to.

    PLAN.toml has [base], options of a run by their names on the command line; [grid], of each
    option that varies a list (lr = [0.001, 0.01]) or a range (seed = "0..9"); [report], by which
    options the table has its lines, and which figure it tells. Each run is kept like any other,
    named by its content: the same command continues what was interrupted.

    Exit codes: 0 every run is done or diverged, 2 the plan, 3 its data, 4 runs failed or are
    missing, 130 / 143 interrupted.
    """
    if scheduler is not None and jobs is not None:
        raise click.UsageError("--jobs is for this machine; leave it out with --scheduler", ctx)
    _require_screen(ctx, on_screen, look, {"--json": as_json, "--log-every": log_every is not None})
    known, opened = read_plan(plan), Store(store)
    opened.check_writable()
    members = known.members if shard is None else shard.of(known.members)
    results = {result.id: result for result in known_results(opened.root, known.members)}
    left = [member for member in members if member.id not in results]
    error: Exception | None = None
    left_by: int | None = None
    with SignalPoll() as signals:
        engine = None
        if left:
            engine = _engine(ctx, opened.root, jobs, scheduler, wait_workers, signals)
        if on_screen:
            from rnn_tui.cli.sweep_screen import train_on_screen

            left_by, error = train_on_screen(known, left, results, opened, engine, look)
        elif engine is not None:
            error = _train(known, left, results, opened.root, engine, signals, log_every)
    report = Report(known, results.values())
    code = tell_report(known, report, as_json, store=store, asked={member.id for member in members})
    if error is not None:
        raise error
    if signals.exit_code or (on_screen and code):
        _note(f"to continue: {shlex.join(['rnn-tui', *sys.argv[1:]])}")
    ctx.exit(signals.exit_code or (code if left_by is None else left_by))


def _require_screen(
    ctx: click.Context, on_screen: bool, look: dict[str, Any], others: dict[str, bool]
) -> None:
    """Raise the usage error for options of a screen without one, and the other way round."""
    if on_screen:
        from rnn_tui.cli.sweep_screen import require_screen

        for flag in (flag for flag, is_given in others.items() if is_given):
            raise click.UsageError(f"--screen and {flag} contradict each other; leave one out", ctx)
        require_screen(ctx, look)
    for flag in (f for f, name in (("--ascii", "ascii_only"), ("--theme", "theme")) if look[name]):
        if not on_screen:
            raise click.UsageError(f"{flag} is for --screen; add that, or leave it out", ctx)


def _engine(
    ctx: click.Context,
    root: Path,
    jobs: int | None,
    scheduler: str | None,
    wait: float,
    signals: SignalPoll,
) -> Engine:
    if scheduler is None:
        return Processes(root, jobs or usable_cores())
    try:
        from rnn_tui.sweep.cluster import Cluster
    except ImportError as error:
        raise click.UsageError(
            f"--scheduler needs dask ({error}); install it: pip install 'rnn-tui[dask]'", ctx
        ) from None
    return Cluster(root, scheduler, wait, _note, signals.poll)


def _note(text: str) -> None:
    say(f"rnn-tui: {text}", error=True)


def _train(
    plan: Plan,
    left: list[Member],
    results: dict[str, Result],
    root: Path,
    engine: Engine,
    signals: SignalPoll,
    log_every: float | None,
) -> Exception | None:
    """Train what is left, adding to the results; what ended it early."""
    before = len(results)
    with suppress(Interrupted), engine:  # while waiting for workers
        going = Sweep(left, root, engine)
        done = f", {before} done before" if before else ""
        _note(f"{count(len(left), 'run')} to train with {engine.name}{done}")
        progress = SweepProgress(plan, before, log_every)
        going.start()
        is_going = True
        while is_going and not going.is_given_up:
            is_going = going.is_running  # what came before it ended is news below
            results |= {result.id: result for result in going.news(_TELL_EVERY)}
            if signals.exit_code:
                going.stop()
            report, expected = Report(plan, results.values()), before + len(left)
            progress.show(report, expected, len(going.under_way), engine.workers)
        progress.end()
        return going.error
    return None
