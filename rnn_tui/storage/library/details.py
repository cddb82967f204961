"""Everything to be told of one run: its configuration, its branches, its interventions."""

import math
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rnn_tui.model.option import as_written
from rnn_tui.storage.checkpoint.latest import load_run
from rnn_tui.storage.curve.losses import Differences, differences
from rnn_tui.storage.disk.errors import StoreError, printable, shown
from rnn_tui.storage.library.listing import RunInfo, finite, info_of, iso
from rnn_tui.tasks.own_data import OwnData
from rnn_tui.timeline.run_state import BranchState, RunState
from rnn_tui.training.config import Config
from rnn_tui.training.evaluation import percent
from rnn_tui.training.goals import NO_GOAL
from rnn_tui.training.journal import Change
from rnn_tui.training.settings.table import describe
from rnn_tui.training.words import size


@dataclass(frozen=True)
class RunDetails:
    """A run, as ``runs show`` prints it.

    Attributes:
        info: its line in the list.
        folder: where it is.
        run: None if no checkpoint can be used.
        curve: where its training curve and its checkpoint differ, of all branches.
    """

    info: RunInfo
    folder: Path
    run: RunState | None
    curve: Differences

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        run = self.run
        return self.info.to_json() | {
            "folder": str(self.folder),
            "epochs_lost": self.curve.lost,
            "epochs_ahead": self.curve.ahead,
            "goal": None if run is None else run.goal.to_json(),
            "branch_list": [] if run is None else [_branch_json(run, b) for b in run.branches],
        }

    def lines(self) -> list[str]:
        """For people."""
        info = self.info
        lines = [
            f"run          {shown(info.id)}",
            f"folder       {shown(self.folder)}",
            f"created      {_local(info.created)}",
            f"changed      {_local(info.changed)}",
            f"epochs       {info.epochs:,}",
            f"training     loss {info.loss:.6g} nats/symbol, accuracy {percent(info.accuracy)}",
        ]
        if not math.isnan(info.valid_loss):
            lines.append(f"validation   loss {info.valid_loss:.6g} nats/symbol")
        if info.seconds is not None:
            lines.append(f"trained for  {info.seconds:.2f} s")
        lines.append(f"size         {size(info.size)}")
        if info.config is not None:
            lines.append(f"options      {options_of(info.config)}")
        if self.run is not None and self.run.goal != NO_GOAL:
            lines.append(f"goal         {self.run.goal.options()}")
        lines += [f"open in      {info.held_by}"] if info.held_by else []
        lines += [f"problem      {info.problem}"] if info.problem else []
        lines += [f"curve        {text}" for text in self.curve.lines()]
        if self.run is not None:
            lines += [_branch_line(self.run, branch) for branch in self.run.branches]
        return lines


def details_of(folder: Path, branch: int | None = None) -> RunDetails:
    """What can be told of a run, however broken; of the training curve of one branch or of all."""
    run: RunState | None = None
    with suppress(StoreError):
        run = load_run(folder, allow_nonfinite=True).run
    curve = Differences() if run is None else differences(folder, run, branch)
    return RunDetails(info_of(folder), folder, run, curve)


def options_of(config: Config) -> str:
    """The options that differ from the defaults, as they can be pasted into a command line.

    Task, or own data, and seed are always among them, so that the run can be told from others.
    """
    default = Config()
    usual = config.usual.to_json() | {
        "cell": default.cell.name, "optimizer": default.optimizer.name,
    }  # fmt: skip
    usual.pop("file", None)
    always = ("task", "seed")
    if isinstance(config.task, OwnData):  # which is chosen by naming the file
        always = (config.task.option_name, "seed")
        usual |= {"task": config.task.name}
    values = {name: value for name, value in config.to_json().items() if name in usual}
    changed = {n: value for n, value in values.items() if value != usual[n] or n in always}
    return " ".join(as_written(name, value) for name, value in changed.items())


def intervention_line(change: Change) -> str:
    """One intervention, one line."""
    epoch, update = change.position
    where = f"epoch {epoch:,}" + (f", update {update}" if update else "")
    return f"{where}: {describe(change.name, change.value)}"


def origin(run: RunState, branch: BranchState) -> int | None:
    """The number of the branch whose past it shares up to its fork, None for the first.

    That is an ancestor of its parent where it was made at an epoch before the parent's own fork.
    """
    parent = None if branch.parent is None else run.branches[branch.parent]
    while parent is not None and parent.parent is not None and branch.fork < parent.fork:
        parent = run.branches[parent.parent]
    return None if parent is None else parent.number


def _branch_line(run: RunState, branch: BranchState) -> str:
    text = f"{printable(branch.name)}, epoch {branch.newest.epoch:,}"
    left = origin(run, branch)
    if left is not None:
        text += f", left branch {left} at epoch {branch.fork.epoch:,}"
    changes = map(intervention_line, branch.interventions[-20:])
    return "; ".join([f"branch {branch.number:<5} {text}", *changes])


def _branch_json(run: RunState, branch: BranchState) -> dict[str, Any]:
    return {
        "number": branch.number,
        "name": branch.name,
        "parent": origin(run, branch),
        "fork": list(branch.fork),
        "epoch": branch.newest.epoch,
        "training_loss": finite(branch.newest.training_loss),
        "interventions": [intervention_line(change) for change in branch.interventions],
    }


def _local(seconds: float) -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(seconds)) + f" ({iso(seconds)})"
