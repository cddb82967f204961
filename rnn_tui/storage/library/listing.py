"""One line of the list of runs: what can be told of a run's folder, however broken it is."""

import json
import math
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rnn_tui.storage.checkpoint.checkpoint import WRONG_TYPE
from rnn_tui.storage.checkpoint.latest import has_checkpoint, load_run
from rnn_tui.storage.curve.reader import HistoryReader
from rnn_tui.storage.disk.errors import StoreError
from rnn_tui.storage.disk.lock import holder
from rnn_tui.storage.disk.names import ABOUT, HISTORY, LOCK
from rnn_tui.storage.disk.regular import open_regular
from rnn_tui.tasks.task import can_be_solved
from rnn_tui.training.config import Config

_YEAR_9999 = 253_370_764_800.0  # seconds


@dataclass(frozen=True)
class RunInfo:
    """A run, as the list shows it.

    Attributes:
        id: name of its folder.
        task: such as ``successor``; empty if unknown.
        epochs: newest epoch of the branch on the screen: where it goes on when it is resumed, or,
            while a process has it open or no checkpoint can be read, what its history has.
        loss: of the training curve there, nats per symbol; NaN if there is none.
        accuracy: of the training curve there, 0 to 1; NaN if there is none.
        learning_rate: of the last epoch; None if unknown.
        first_solved_epoch: the first one of the training curve without a mistake, if any.
        branches: how many.
        created: seconds since 1970.
        changed: when something was last written, seconds since 1970.
        size: bytes on disk.
        valid_loss: of the validation set at its newest epoch, nats per symbol; NaN if there is
            none.
        seconds: spent on training; None if that was not kept.
        held_by: such as ``process 1234``, None if nobody holds it.
        problem: one line if something is wrong with it.
        config: None if unknown.
    """

    id: str
    task: str
    epochs: int
    loss: float
    accuracy: float
    learning_rate: float | None
    first_solved_epoch: int | None
    branches: int
    created: float
    changed: float
    size: int
    held_by: str | None
    problem: str | None
    config: Config | None
    valid_loss: float = math.nan
    seconds: float | None = None

    def to_json(self) -> dict[str, Any]:
        """Plain values; times in ISO 8601, numbers that are not finite as None."""
        values = asdict(self) | {
            "created": iso(self.created),
            "changed": iso(self.changed),
            "config": None if self.config is None else self.config.to_json(),
        }
        return {name: finite(value) for name, value in values.items()}


def info_of(folder: Path) -> RunInfo:
    """What can be told of a run; never raises for what is broken or just being removed."""
    about, created = _about(folder)
    config: Config | None = None
    held_by = holder(folder / LOCK)
    epochs, loss, accuracy, branches, branch = 0, math.nan, math.nan, 0, 0
    problem: str | None = None
    is_loaded = False
    rate = solved = seconds = None
    valid_loss = math.nan
    try:
        run, problem = load_run(folder, allow_nonfinite=True)
        branch, branches, config = run.current, len(run.branches), run.config
        newest = run.branches[branch].newest
        epochs, loss, accuracy = newest.epoch, newest.training_loss, newest.training_accuracy
        valid_loss, seconds = newest.valid_loss, run.seconds
        is_loaded = True
    except StoreError as error:
        problem = str(error) if has_checkpoint(folder) else "it ended before its first checkpoint"
    except Exception as error:  # whatever a file does to us, it is one line of the list
        problem = f"its checkpoint cannot be read: {type(error).__name__}"
    if config is None:
        config = _config_in(about)
    try:
        with HistoryReader(folder / HISTORY) as history:
            last = history.last(branch)
            if last is not None and last.epoch > epochs and (held_by or not is_loaded):
                epochs, loss, accuracy = last.epoch, last.loss, last.accuracy
                valid_loss = last.valid_loss
            rate = None if last is None else last.learning_rate
            if config is None or can_be_solved(config.task):
                solved = history.first_solved(branch, epochs)
    except StoreError as error:
        if os.path.lexists(folder / HISTORY):
            problem = problem or str(error)
    files = list(_files(folder))
    changed = max((time for _, time in files), default=created)
    return RunInfo(
        folder.name, "" if config is None else config.task.name, epochs, loss, accuracy,
        _rate(config) if rate is None else rate, solved, branches,
        created or changed, changed, sum(size for size, _ in files), held_by,
        problem, config, valid_loss, seconds,
    )  # fmt: skip


def changed_at(folder: Path) -> float:
    """When something was last written to a run, seconds since 1970."""
    return max((time for _, time in _files(folder)), default=0.0)


def about_text(config: Config, created: float) -> bytes:
    """What is written to a run's folder when it is made."""
    return json.dumps({"created": created, "config": config.to_json()}).encode()


def sane(seconds: float) -> float:
    """A time in seconds since 1970, not before and not after the year 9998.

    A machine without a battery can begin before 1970, where times have no names.
    """
    return min(seconds, _YEAR_9999) if seconds >= 0 else 0.0


def iso(seconds: float) -> str:
    """A time, ISO 8601, UTC."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")


def finite(value: Any) -> Any:
    """The same value as JSON has it: None for a number that is not finite."""
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _about(folder: Path) -> tuple[object, float]:
    """The configuration that a run was made with, not yet checked, and when that was."""
    try:
        with open(open_regular(folder / ABOUT), "rb") as file:
            values = json.loads(file.read(100_000))
        return values["config"], sane(float(values["created"]))
    except (OSError, RecursionError, *WRONG_TYPE):
        return None, changed_at(folder)


def _config_in(values: object) -> Config | None:
    try:
        return Config.from_json(values)
    except (RecursionError, *WRONG_TYPE):
        return None


def _files(folder: Path) -> Iterator[tuple[int, float]]:
    """Size and time of each file of a run but those that merely opening or reading it changes."""
    try:
        for path in folder.iterdir():
            status = path.lstat()
            empty = path.name.endswith("-wal") and status.st_size == 0
            if not (empty or path.name == LOCK or path.name.endswith("-shm")):
                yield status.st_size, sane(status.st_mtime)
    except OSError:
        return


def _rate(config: Config | None) -> float | None:
    return None if config is None else float(config.settings["lr"] or 0)
