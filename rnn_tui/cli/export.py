"""``rnn-tui export``: a stored run in the formats of other tools."""

from __future__ import annotations

from pathlib import Path

import click

from rnn_tui.cli.output import say
from rnn_tui.cli.runs import debug_option, store_option

FORMATS = ("csv", "jsonl", "safetensors", "svg", "tensorboard")


@click.command()
@click.argument("run")
@click.option("--format", "kind", type=click.Choice(FORMATS), required=True, help="What to write.")
@click.option(
    "--output", type=click.Path(), metavar="FILE", required=True,
    help="Where to; for tensorboard also a folder.",
)  # fmt: skip
@click.option("--branch", type=click.IntRange(0), metavar="N", help="One branch with its past.")
@click.option("--force", is_flag=True, help="Replace a file of that name.")
@store_option
@debug_option
def export(
    run: str, kind: str, output: str, branch: int | None, force: bool,
    store: str | None, debug: bool,
) -> None:  # fmt: skip
    """Write the training curve, the parameters or a picture of RUN to a file.

    csv and jsonl hold all branches, the others the one that was on the screen, unless --branch
    names one. RUN is an id, or the beginning of it.
    """
    from rnn_tui.storage import export as to
    from rnn_tui.storage.store import Store

    folder, path = Store(store).find(run), Path(output)
    if kind == "csv":
        what = f"{to.export_csv(folder, path, branch, force=force):,} epochs"
    elif kind == "jsonl":
        what = f"{to.export_jsonl(folder, path, branch, force=force):,} epochs"
    elif kind == "safetensors":
        what = f"parameters of epoch {to.export_safetensors(folder, path, branch, force=force):,}"
    elif kind == "svg":
        from rnn_tui.storage.picture import draw_run

        epochs = to.export_svg(folder, path, draw_run, branch, force=force)
        what = f"a picture of {epochs:,} epochs"
    else:
        from rnn_tui.storage.tensorboard import export_tensorboard

        what = f"{export_tensorboard(folder, path, branch, force=force):,} epochs"
    say(f"{what} written to {output}")
