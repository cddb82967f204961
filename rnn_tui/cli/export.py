"""``rnn-tui export``: stored runs in the formats of other tools."""

from __future__ import annotations

from pathlib import Path

import click
from click.core import ParameterSource

from rnn_tui.cli.completing import complete_run
from rnn_tui.cli.options import branch_option, debug_option, force_option, path, store_option
from rnn_tui.cli.output import pour, say
from rnn_tui.storage.export.formats import FORMATS, svg, write_export, write_file
from rnn_tui.storage.export.picture import picture
from rnn_tui.storage.library.details import details_of
from rnn_tui.storage.library.store import Store
from rnn_tui.training.words import count

_OF_PICTURES = {"all_branches": "--all-branches", "labels": "--label", "logarithmic": "--log"}


@click.command(short_help="Write curve, parameters or a picture of RUN.")
@click.argument("names", nargs=-1, required=True, metavar="RUN…", shell_complete=complete_run)
@click.option(
    "--format", "kind", type=click.Choice([*FORMATS]), required=True, help="Format of the file."
)
@click.option(
    "--output", type=path, metavar="FILE", required=True,
    help="File to write; - is standard output. For tensorboard also a folder.",
)  # fmt: skip
@branch_option
@click.option("--all-branches", is_flag=True, help="svg: the curves of all branches.")
@click.option(
    "--label", "labels", metavar="NAME", multiple=True,
    help="svg: what a run is called in the legend; once for each RUN, in their order.",
)  # fmt: skip
@click.option("--log", "logarithmic", is_flag=True, help="svg: logarithmic loss axis.")
@force_option
@store_option
@debug_option
@click.pass_context
def export(
    ctx: click.Context, /, names: tuple[str, ...], kind: str, output: Path, branch: int | None,
    all_branches: bool, labels: tuple[str, ...], logarithmic: bool, force: bool, store: str | None,
) -> None:  # fmt: skip
    """Write the training curve, the parameters or a picture of RUN to a file.

    RUN is an id, or the beginning of one. csv and jsonl contain all branches, the other formats
    the branch that was on the screen, unless --branch names one. svg draws several runs into one
    picture, with a legend.
    """
    _require_sense(ctx, names, kind, labels)
    folders = [Store(store).find(name) for name in names]
    if kind in ("csv", "jsonl"):
        for text in details_of(folders[0], branch).curve.lines():
            say(f"rnn-tui: the curve {text}", error=True)
    if kind == "tensorboard":
        if str(output) == "-":
            raise click.UsageError("--output: tensorboard reads a folder or a file, not -")
        what = write_export(kind, folders[0], output, branch, force=force)
    else:
        if len(folders) > 1 or all_branches or labels:
            content, what = picture(
                folders, labels, all_branches=all_branches, logarithmic=logarithmic
            )
        elif kind == "svg":
            content, what = svg(folders[0], branch, logarithmic=logarithmic)
        else:
            content, what = FORMATS[kind](folders[0], branch)
        if str(output) == "-":
            pour(content)
            return
        write_file(output, content, force=force)
    say(f"{what} written to {output}")


def _require_sense(
    ctx: click.Context, names: tuple[str, ...], kind: str, labels: tuple[str, ...]
) -> None:
    """Raise the usage error for options that do not go together."""
    given = {
        name
        for name in (*_OF_PICTURES, "branch")
        if ctx.get_parameter_source(name) is ParameterSource.COMMANDLINE
    }
    if kind != "svg":
        if len(names) > 1:
            raise click.UsageError(
                f"--format {kind}: takes one run; several go into one picture by --format svg"
            )
        for name, option in _OF_PICTURES.items():
            if name in given:
                raise click.UsageError(f"{option} is for --format svg; leave it out")
    if "branch" in given and (len(names) > 1 or "all_branches" in given):
        others = "--all-branches" if "all_branches" in given else "several runs"
        raise click.UsageError(f"--branch N is for the picture of one run, not for {others}")
    if labels and len(labels) != len(names):
        raise click.UsageError(
            f"--label: name each run, in their order: {count(len(names), 'label')} needed, "
            f"not {len(labels)}"
        )
