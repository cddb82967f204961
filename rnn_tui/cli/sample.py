"""``rnn-tui sample``: text that a trained network writes."""

from __future__ import annotations

import math
from pathlib import Path

import click

from rnn_tui.cli.completing import complete_run_or_file
from rnn_tui.cli.options import branch_option, debug_option, store_option
from rnn_tui.cli.output import give
from rnn_tui.runs.sampling import open_network
from rnn_tui.runs.sampling import sample as samples
from rnn_tui.storage.library.store import Store


def _temperature(text: str | float) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0 <= value < math.inf:
        raise click.BadParameter(f"{str(text)[:40]!r} must be a number, at least 0")
    return value


@click.command(short_help="Write text with the network of RUN or FILE.")
@click.argument("name", metavar="RUN|FILE", shell_complete=complete_run_or_file)
@click.option(
    "--prompt", metavar="TEXT",
    help="What the text begins with; with spaces between symbols of several characters. Without "
    "it the first symbol is drawn evenly.",
)  # fmt: skip
@click.option(
    "--count", type=click.IntRange(0), metavar="N", default=200, show_default=True,
    help="Symbols after the prompt.",
)  # fmt: skip
@click.option(
    "--temperature", type=_temperature, metavar="X", default=1.0, show_default=True,
    help="Below 1 what is likely becomes likelier; 0 takes the most probable symbol every time.",
)  # fmt: skip
@click.option(
    "--seed", type=click.IntRange(0), metavar="N", default=0, show_default=True,
    help="Seed of what is drawn.",
)  # fmt: skip
@branch_option
@store_option
@debug_option
def sample(
    name: str, prompt: str | None, count: int, temperature: float, seed: int,
    branch: int | None, store: Path | None,
) -> None:  # fmt: skip
    """Print a prompt, and what a trained network writes on.

    RUN is an id, or the beginning of one: its newest epoch, on the branch that was on the screen
    unless --branch names one. FILE holds saved parameters, such as train --save writes. After
    what ends a sequence (E of the Reber grammar, the second one of the embedded, $ of anbn) another
    one begins, with the first symbol of the prompt.
    """
    network = open_network(name, Store(store), branch)
    give(samples(network, prompt, count, temperature, seed))
