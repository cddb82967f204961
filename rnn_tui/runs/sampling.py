"""Text that a trained network writes: of a kept run, or of a file of saved parameters."""

import os
from collections.abc import Iterator
from itertools import islice

import numpy as np

from rnn_tui.model.buffers import Array
from rnn_tui.model.parameters import Parameters
from rnn_tui.model.sampling import Reader, write
from rnn_tui.runs.opening import use_one_thread
from rnn_tui.storage.checkpoint.latest import load_run
from rnn_tui.storage.disk.errors import shown
from rnn_tui.storage.export.formats import branch_of
from rnn_tui.storage.export.saved import SavedNetwork, read_parameters
from rnn_tui.storage.library.own_data import with_alphabets
from rnn_tui.storage.library.store import Store
from rnn_tui.tasks.symbols import Spelling, alphabets_of
from rnn_tui.training.config import ConfigError

_TOGETHER = 1000
"""Symbols that are handed out at once."""


def open_network(name: str, store: Store, branch: int | None = None) -> SavedNetwork:
    """The network of a file, or the newest one on a branch of a kept run.

    Args:
        name: a path to a file that is there, or any that ends in ``.safetensors``; else the id of
            a run, or the beginning of one.
        store: of the runs.
        branch: its number; None for the one that was on the screen.

    Raises:
        ConfigError: if there is a branch to a file.
        DataError: if the file does not say what the symbols look like.
        StoreError: if it cannot be read.
    """
    use_one_thread()
    if name.endswith(".safetensors") or os.path.isfile(name):
        if branch is not None:
            raise ConfigError(f"--branch {branch}: {shown(name)} is a file, which has no branches")
        return read_parameters(name)
    folder = store.find(name)
    run = load_run(folder).run
    config, newest = with_alphabets(folder, run.config), branch_of(run, branch).newest
    parameters = Parameters(config.layout, newest.parameters)
    return SavedNetwork(config.cell, parameters, alphabets_of(config.task))


def sample(
    network: SavedNetwork, prompt: str | None, count: int, temperature: float, seed: int
) -> Iterator[str]:
    """The prompt and so many symbols that follow, in parts to be put together.

    Args:
        network: what writes.
        prompt: the beginning; without one, or with an empty one, the first symbol is drawn evenly
            and counts.
        count: symbols after the prompt.
        temperature: 0 for the most probable symbol at every step.
        seed: of what is drawn.

    Raises:
        DataError: if the network cannot write on, or the prompt has a symbol it does not know.
    """
    spelling = Spelling(network.alphabets)
    spelling.require_writable()
    given, generator = spelling.parse(prompt or ""), np.random.default_rng(seed)
    start = given or (int(generator.choice(spelling.starts)),)
    symbols = write(
        Reader(network.cell, network.parameters),
        start, spelling.written, spelling.end, temperature, generator,
    )  # fmt: skip
    return _joined(spelling, islice(symbols, len(given) + count))


def _joined(spelling: Spelling, symbols: Iterator[tuple[int, Array | None]]) -> Iterator[str]:
    gap = ""
    while True:
        with np.errstate(all="ignore"):
            part = [symbol for symbol, _ in islice(symbols, _TOGETHER)]
        if not part:
            return
        yield gap + spelling.join(part)
        gap = "" if spelling.is_dense else " "
