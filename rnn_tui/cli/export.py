"""``rnn-tui export``: a stored run in the formats of other tools."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from rnn_tui.cli.options import branch_option, debug_option, force_option, path, store_option
from rnn_tui.cli.output import pour, say
from rnn_tui.storage.disk.errors import unwritable
from rnn_tui.storage.export import formats as to
from rnn_tui.storage.export.svg import draw_run
from rnn_tui.storage.export.tensorboard import export_tensorboard
from rnn_tui.storage.library.details import details_of
from rnn_tui.storage.library.store import Store

FORMATS: dict[str, tuple[Callable[..., int], str]] = {
    "csv": (to.export_csv, "{:,} epochs"),
    "jsonl": (to.export_jsonl, "{:,} epochs"),
    "safetensors": (to.export_safetensors, "parameters of epoch {:,}"),
    "svg": (partial(to.export_svg, picture=draw_run), "a picture of {:,} epochs"),
    "tensorboard": (export_tensorboard, "{:,} epochs"),
}
"""What writes each, and what the number that it returns counts."""


@click.command()
@click.argument("run")
@click.option(
    "--format", "kind", type=click.Choice(list(FORMATS)), required=True, help="Format of the file."
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
        say(f"{_write(kind, folder, output, branch, force)} written to {output}")
        return
    if kind == "tensorboard":
        raise click.UsageError("--output: tensorboard reads a folder or a file, not -")
    try:
        temporary = TemporaryDirectory()
    except OSError as error:
        raise unwritable("a temporary folder", error) from error
    with temporary:
        file = Path(temporary.name) / "export"
        _write(kind, folder, file, branch, force)
        pour(file.read_bytes())


def _write(kind: str, folder: Path, file: Path, branch: int | None, force: bool) -> str:
    """Export to a file; what it holds."""
    write, what = FORMATS[kind]
    return what.format(write(folder, file, branch=branch, force=force))
