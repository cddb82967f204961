"""A stored run in the formats of other tools: each is a function that makes the bytes of a file."""

import json
import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from rnn_tui.model.parameters import Parameters
from rnn_tui.storage.checkpoint.latest import load_run
from rnn_tui.storage.curve.reader import Curve, HistoryReader
from rnn_tui.storage.disk.durable import write_durably
from rnn_tui.storage.disk.errors import StoreError, shown, unwritable
from rnn_tui.storage.disk.names import HISTORY
from rnn_tui.storage.export.pytorch import parameters_file
from rnn_tui.storage.export.svg import draw_run
from rnn_tui.storage.export.tensorboard import event_file
from rnn_tui.storage.library.listing import finite, info_of
from rnn_tui.storage.library.own_data import with_alphabets
from rnn_tui.timeline.run_state import BranchState, RunState

COLUMNS = ("epoch", "loss", "accuracy", "learning_rate", "branch")
VALID_COLUMNS = ("valid_loss", "valid_accuracy")
"""More columns, of a run that has a validation set."""
Exported = tuple[bytes, str]
"""The content of a file, and what it holds, such as "300 epochs"."""


class TakenName(StoreError):
    """There is a file of that name, and it was not asked to be replaced."""


def taken(path: str | os.PathLike[str]) -> TakenName:
    """The error to raise where there is a file already."""
    advice = "is already there; choose another name, or add --force"
    if os.path.isdir(path):
        advice = "is a folder; name a file in it"
    return TakenName(f"{shown(path)} {advice}")


def write_export(
    kind: str, folder: Path, output: Path, branch: int | None = None, *, force: bool = False
) -> str:
    """Write a run to a file; what it holds, such as "300 epochs".

    TensorBoard insists on ``tfevents`` in the name of its file: any other output is a folder, made
    if it is not there, in which a file named after run and branch is put.

    Raises:
        TakenName: there is such a file.
    """
    content, what = FORMATS[kind](folder, branch)
    if kind == "tensorboard" and "tfevents" not in output.name:
        try:
            output.mkdir(parents=True, exist_ok=True)
        except FileExistsError:
            raise taken(output) from None
        except OSError as error:
            raise unwritable(output, error) from error
        number = branch_of(_load(folder), branch).number
        created = int(info_of(folder).created)
        output /= f"events.out.tfevents.{created}.{folder.name}.branch{number}"
    write_file(output, content, force=force)
    return what


def write_file(output: Path, content: bytes, *, force: bool) -> None:
    """Write what was exported, in the place of what is there only with `force`.

    Raises:
        TakenName: there is such a file.
        UnwritableFile: it cannot be written.
    """
    try:
        write_durably(output, content, replace=force, follow_links=True)
    except FileExistsError:
        raise taken(output) from None
    except OSError as error:
        raise error if isinstance(error, StoreError) else unwritable(output, error) from error


def csv(folder: Path, branch: int | None) -> Exported:
    """A line for each epoch, NaN as ``nan``."""
    columns, rows = _table(folder, branch)
    lines = [",".join(columns), *(",".join(map(repr, row)) for row in rows)]
    return "\n".join([*lines, ""]).encode(), f"{len(lines) - 1:,} epochs"


def jsonl(folder: Path, branch: int | None) -> Exported:
    """A JSON object for each epoch, numbers that are not finite as null."""
    columns, rows = _table(folder, branch)
    lines = [
        json.dumps({name: finite(value) for name, value in zip(columns, row, strict=True)}) + "\n"
        for row in rows
    ]
    return "".join(lines).encode(), f"{len(lines):,} epochs"


def safetensors(folder: Path, branch: int | None) -> Exported:
    """The newest parameters, as PyTorch takes them."""
    run = _load(folder)
    state, config = branch_of(run, branch).newest, with_alphabets(folder, run.config)
    parameters = Parameters(config.layout, state.parameters)
    content = parameters_file(parameters, config, state.epoch)
    return content, f"parameters of epoch {state.epoch:,}"


def svg(folder: Path, branch: int | None, *, logarithmic: bool = False) -> Exported:
    """A picture of the training curve, and of the validation curve where there is one."""
    run = _load(folder)
    curve = _curve(folder, branch_of(run, branch))
    picture = draw_run(run, curve, logarithmic=logarithmic)
    return picture.encode(), f"a picture of {len(curve.epochs):,} epochs"


def tensorboard(folder: Path, branch: int | None) -> Exported:
    """Losses, accuracies and learning rate as TensorBoard events."""
    curve = _curve(folder, branch_of(_load(folder), branch))
    return event_file(curve, info_of(folder).created), f"{len(curve.epochs):,} epochs"


FORMATS: dict[str, Callable[[Path, int | None], Exported]] = {
    "csv": csv, "jsonl": jsonl, "safetensors": safetensors, "svg": svg, "tensorboard": tensorboard,
}  # fmt: skip
"""By name. A branch is exported with the past it inherited; without one, csv and jsonl have all
branches, their own parts, the others the branch on the screen."""


def branch_of(run: RunState, number: int | None) -> BranchState:
    """A branch by number, None for the one on the screen."""
    if number is None:
        return run.branches[run.current]
    if not 0 <= number < len(run.branches):
        numbers = f"0 to {len(run.branches) - 1}" if len(run.branches) > 1 else "0 alone"
        raise StoreError(f"the run has no branch {number}; it has {numbers}")
    return run.branches[number]


def _load(folder: Path) -> RunState:
    return load_run(folder, allow_nonfinite=True).run


def _curve(folder: Path, branch: BranchState) -> Curve:
    with HistoryReader(folder / HISTORY) as history:
        return history.epochs(branch.number)


def _table(folder: Path, branch: int | None) -> tuple[tuple[str, ...], Iterator[Sequence[float]]]:
    """The names of the columns, and a row for each epoch."""
    with HistoryReader(folder / HISTORY) as history:
        known = history.branches()
        if branch is not None and branch not in known:
            numbers = ", ".join(map(str, known)) or "none"
            raise StoreError(f"the run has no branch {branch}; it has {numbers}")
        curve = history.epochs(branch)
    names = COLUMNS + VALID_COLUMNS if curve.is_validated else COLUMNS
    return names, _rows([curve.epochs, *(getattr(curve, name) for name in names[1:])])


def _rows(columns: Sequence[NDArray[Any]]) -> Iterator[Sequence[float]]:
    """Of some epochs at a time: as objects they take four times the memory."""
    for start in range(0, len(columns[0]), 10_000):
        some = (column[start : start + 10_000].tolist() for column in columns)
        yield from zip(*some, strict=True)
