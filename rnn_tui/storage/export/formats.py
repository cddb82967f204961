"""A stored run in the formats of other tools."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Callable, Iterator
from pathlib import Path

from rnn_tui.model.parameters import Parameters
from rnn_tui.storage.checkpoint.latest import load_run
from rnn_tui.storage.checkpoint.vectors import layout_of
from rnn_tui.storage.curve.reader import Curve, HistoryReader
from rnn_tui.storage.disk.durable import write_durably
from rnn_tui.storage.disk.errors import StoreError, shown
from rnn_tui.storage.disk.names import HISTORY
from rnn_tui.storage.export.pytorch import write_parameters
from rnn_tui.timeline.run_state import BranchState, RunState

COLUMNS = ("epoch", "loss", "accuracy", "learning_rate", "branch")
Picture = Callable[[RunState, Curve], str]
"""Draws a run and the training curve of a branch of it, as SVG."""


class TakenName(StoreError):
    """There is a file of that name, and it was not asked to be replaced."""


def taken(path: str | os.PathLike[str]) -> TakenName:
    """The error to raise where there is a file already."""
    advice = "is already there; choose another name, or add --force"
    if os.path.isdir(path):
        advice = "is a folder; name a file in it"
    return TakenName(f"{shown(path)} {advice}")


def export_csv(
    folder: Path, output: Path, branch: int | None = None, *, force: bool = False
) -> int:
    """Epoch, loss, accuracy, learning rate and branch, a line each, NaN as ``nan``.

    Args:
        folder: of the run.
        output: the file.
        branch: its whole past, the part inherited too; None for all branches, their own parts.
        force: replace a file of that name.

    Returns:
        How many epochs.

    Raises:
        TakenName: there is such a file.
        StoreError: the run cannot be read, or the file not written.
    """
    rows = [",".join(COLUMNS)]
    rows += [",".join(map(repr, row)) for row in _rows(folder, branch)]
    write_new(output, "\n".join([*rows, ""]).encode(), force)
    return len(rows) - 1


def export_jsonl(
    folder: Path, output: Path, branch: int | None = None, *, force: bool = False
) -> int:
    """The same, a JSON object a line, numbers that are not finite as null; see `export_csv`."""
    rows = [
        json.dumps({name: _finite(value) for name, value in zip(COLUMNS, row, strict=True)})
        for row in _rows(folder, branch)
    ]
    write_new(output, "".join(row + "\n" for row in rows).encode(), force)
    return len(rows)


def export_safetensors(
    folder: Path, output: Path, branch: int | None = None, *, force: bool = False
) -> int:
    """The newest parameters of a branch, None for the one on the screen, as PyTorch takes them.

    Returns:
        Their epoch.

    Raises:
        TakenName: there is such a file.
        StoreError: the run cannot be read, or the file not written.
    """
    run = load_run(folder, allow_nonfinite=True).run
    state = branch_of(run, branch).newest
    parameters = Parameters(layout_of(run.config), state.parameters)
    try:
        write_parameters(output, parameters, run.config, state.epoch, replace=force)
    except FileExistsError:
        raise taken(output) from None
    return state.epoch


def export_svg(
    folder: Path, output: Path, picture: Picture, branch: int | None = None, *, force: bool = False
) -> int:
    """A picture of the run, drawn by ``picture``; see `export_safetensors`.

    Returns:
        How many epochs it shows.
    """
    run = load_run(folder, allow_nonfinite=True).run
    with HistoryReader(folder / HISTORY) as history:
        curve = history.epochs(branch_of(run, branch).number)
    write_new(output, picture(run, curve).encode(), force)
    return len(curve.epochs)


def branch_of(run: RunState, number: int | None) -> BranchState:
    """A branch by number, None for the one on the screen.

    Raises:
        StoreError: there is none of that number.
    """
    if number is None:
        return run.branches[run.current]
    if not 0 <= number < len(run.branches):
        numbers = f"0 to {len(run.branches) - 1}" if len(run.branches) > 1 else "0 alone"
        raise StoreError(f"the run has no branch {number}; it has {numbers}")
    return run.branches[number]


def write_new(path: Path, data: bytes, force: bool) -> None:
    """Write durably; over a file that is there only if asked to.

    Raises:
        TakenName: there is such a file.
        UnwritableFile: it cannot be written.
    """
    try:
        write_durably(path, data, replace=force, follow_links=True)
    except FileExistsError:
        raise taken(path) from None


def _rows(folder: Path, branch: int | None) -> Iterator[tuple[int, float, float, float, int]]:
    with HistoryReader(folder / HISTORY) as history:
        known = history.branches()
        if branch is not None and branch not in known:
            numbers = ", ".join(map(str, known)) or "none"
            raise StoreError(f"the run has no branch {branch}; it has {numbers}")
        for piece in history.pieces(branch):
            for number, epoch, loss, accuracy, rate in piece.tolist():
                yield int(epoch), loss, accuracy, rate, int(number)


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
