"""``rnn-tui export``: a stored run in the formats of other tools."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import click

from rnn_tui.cli.output import pour, say
from rnn_tui.cli.runs import debug_option, store_option

FORMATS = ("csv", "jsonl", "safetensors", "svg", "tensorboard")


@click.command()
@click.argument("run")
@click.option("--format", "kind", type=click.Choice(FORMATS), required=True, help="What to write.")
@click.option(
    "--output", type=click.Path(), metavar="FILE", required=True,
    help="Where to, - for standard output; for tensorboard also a folder.",
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
    from rnn_tui.storage.disk.errors import shown, unwritable
    from rnn_tui.storage.library.details import details_of
    from rnn_tui.storage.library.store import Store

    folder = Store(store).find(run)
    if kind in ("csv", "jsonl"):
        for text in details_of(folder, branch).curve.lines():
            say(f"rnn-tui: the curve {text}", error=True)
    if output != "-":
        say(f"{_write(kind, folder, Path(output), branch, force)} written to {shown(output)}")
        return
    if kind == "tensorboard":
        raise click.UsageError("--output: tensorboard reads a folder or a file, not -")
    try:
        temporary = TemporaryDirectory()
    except OSError as error:
        raise unwritable("a temporary folder", error) from error
    with temporary:
        path = Path(temporary.name) / "export"
        _write(kind, folder, path, branch, force)
        pour(path.read_bytes())


def _write(kind: str, folder: Path, path: Path, branch: int | None, force: bool) -> str:
    """Export to a file; what it holds."""
    from rnn_tui.storage.export import formats as to

    if kind == "csv":
        what = f"{to.export_csv(folder, path, branch, force=force):,} epochs"
    elif kind == "jsonl":
        what = f"{to.export_jsonl(folder, path, branch, force=force):,} epochs"
    elif kind == "safetensors":
        what = f"parameters of epoch {to.export_safetensors(folder, path, branch, force=force):,}"
    elif kind == "svg":
        from rnn_tui.storage.export.svg import draw_run

        epochs = to.export_svg(folder, path, draw_run, branch, force=force)
        what = f"a picture of {epochs:,} epochs"
    else:
        from rnn_tui.storage.export.tensorboard import export_tensorboard

        what = f"{export_tensorboard(folder, path, branch, force=force):,} epochs"
    return what
