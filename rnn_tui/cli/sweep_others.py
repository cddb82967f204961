"""``rnn-tui sweep merge`` and ``verify``: what is done with the runs of a plan afterwards."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import click

from rnn_tui.cli.errors import FAILED
from rnn_tui.cli.options import GroupedCommand, debug_option, json_option, path, store_option
from rnn_tui.cli.output import say
from rnn_tui.cli.progress import ProgressBar
from rnn_tui.cli.signals import SignalPoll
from rnn_tui.cli.sweep_table import tell_report
from rnn_tui.model.interruption import Interrupted
from rnn_tui.storage.disk.errors import StoreError
from rnn_tui.storage.library.store import Store
from rnn_tui.sweep.fingerprint import fingerprint
from rnn_tui.sweep.merging import gather, stores
from rnn_tui.sweep.plan import read_plan
from rnn_tui.sweep.report import Report
from rnn_tui.sweep.train_member import Job, known_results
from rnn_tui.sweep.verifying import Verified, drawn
from rnn_tui.sweep.verifying import verify as verified
from rnn_tui.training.words import count

plan_argument = click.argument("plan", type=path, metavar="PLAN.toml")


@click.command(cls=GroupedCommand, short_help="Gather the runs of a plan from several stores.")
@plan_argument
@click.argument("more", type=path, nargs=-1, metavar="")
@click.option(
    "--from", "roots", type=path, multiple=True, required=True, metavar="STORE…",
    help="Stores to gather from; each may be the --store of one task of a job array.",
)  # fmt: skip
@store_option
@json_option
@debug_option
@click.pass_context
def merge(
    ctx: click.Context,
    /,
    plan: Path,
    more: tuple[Path, ...],
    roots: tuple[Path, ...],
    store: Path | None,
    as_json: bool,
) -> None:
    """Copy the runs of PLAN.toml from other stores into one, and tell what they have come to.

    A run that is finished takes the place of one that is not; one that is damaged, or open, is
    told and left out. Nothing is removed: gathering again does no harm.

    Exit codes: 0 every run is done or diverged, 4 runs failed or are missing.
    """
    known, into = read_plan(plan), Store(store)
    sources = stores((*roots, *more), into)
    for problem in gather(known.members, sources, into):
        say(f"rnn-tui: {problem}", error=True)
    results = known_results(into.root, known.members)
    ctx.exit(tell_report(known, Report(known, results), as_json, store=store))


@click.command(cls=GroupedCommand, short_help="Train some runs of a plan again, compare bits.")
@plan_argument
@click.option(
    "--sample", type=click.IntRange(1), metavar="N", default=5, show_default=True,
    help="How many of the runs that are done.",
)  # fmt: skip
@click.option(
    "--seed", type=click.IntRange(0), metavar="S", default=0, show_default=True,
    help="Of the draw: which ones.",
)  # fmt: skip
@store_option
@json_option
@debug_option
@click.pass_context
def verify(
    ctx: click.Context, /, plan: Path, sample: int, seed: int, store: Path | None, as_json: bool
) -> None:
    """Train a sample of the finished runs of PLAN.toml once more, and compare the bits.

    The same NumPy, BLAS kernel and CPU features give the same parameters to the bit. Runs from
    machines of another kind, with another fingerprint, cannot be compared here and are told apart.

    Exit codes: 0 no difference, 1 the bits of a run differ, 4 no run is done.
    """
    known, opened = read_plan(plan), Store(store)
    results = known_results(opened.root, known.members)
    chosen = drawn(results, sample, seed)
    if not chosen:
        raise StoreError(f"no run of this plan is done in {opened.root}; rnn-tui sweep trains them")
    jobs = {member.id: Job.of(member) for member in known.members}
    found: list[Verified] = []
    with SignalPoll() as signals:
        try:
            with ProgressBar(len(chosen), "verifying") as bar:
                for result in chosen:
                    found.append(verified(jobs[result.id], result, signals.poll))
                    bar.show(len(found))
        except Interrupted:
            pass
    if as_json:
        values = {"fingerprint": fingerprint(), "runs": [asdict(each) for each in found]}
        say(json.dumps(values))
    else:
        say(*map(_line, found), _summary(found))
    is_different = any(each.verdict == "different" for each in found)
    ctx.exit(signals.exit_code or (FAILED if is_different else 0))


def _line(run: Verified) -> str:
    told = {
        "same": "same bits",
        "different": f"DIFFERENT: {str(run.found)[:12]} here, {str(run.parameters_sha256)[:12]} "
        "kept, though the machines are alike",
        "incomparable": f"cannot be compared: trained on a machine with fingerprint "
        f"{run.fingerprint}, this one has {fingerprint()}",
    }
    return f"{run.id}: {told[run.verdict]}"


def _summary(found: list[Verified]) -> str:
    same = sum(each.verdict == "same" for each in found)
    others = sum(each.verdict == "incomparable" for each in found)
    parts = [f"{same} of {count(len(found), 'run')} verified"]
    if others:
        parts.append(f"{others} from machines of another kind")
    return ", ".join(parts)
