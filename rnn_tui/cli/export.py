"""``rnn-tui export``: a stored run in the formats of other tools."""

from __future__ import annotations

from pathlib import Path

import click

from rnn_tui.cli.completing import complete_run
from rnn_tui.cli.options import branch_option, debug_option, force_option, path, store_option
from rnn_tui.cli.output import pour, say
from rnn_tui.storage.export.formats import FORMATS, write_export
from rnn_tui.storage.library.details import details_of
from rnn_tui.storage.library.store import Store


@click.command(short_help="Write curve, parameters or a picture of RUN.")
@click.argument("run", shell_complete=complete_run)
@click.option(
    "--format", "kind", type=click.Choice([*FORMATS]), required=True, help="Format of the file."
)
@click.option(
    "--output", type=path, metavar="FILE", required=True,
    help="File to write; - is standard output. For tensorboard also a folder.",
)  # fmt: skip
@branch_option
@force_option
@store_option
@debug_option
def export(
    run: str, kind: str, output: Path, branch: int | None, force: bool, store: str | None
) -> None:
    """Write the training curve, the parameters or a picture of RUN to a file.

    RUN is an id, or the beginning of one. csv and jsonl contain all branches, the other formats
    the branch that was on the screen, unless --branch names one.
    """
    folder = Store(store).find(run)
    if kind in ("csv", "jsonl"):
        for text in details_of(folder, branch).curve.lines():
            say(f"rnn-tui: the curve {text}", error=True)
    if str(output) != "-":
        what = write_export(kind, folder, output, branch, force=force)
        say(f"{what} written to {output}")
    elif kind == "tensorboard":
        raise click.UsageError("--output: tensorboard reads a folder or a file, not -")
    else:
        content, _ = FORMATS[kind](folder, branch)
        pour(content)
