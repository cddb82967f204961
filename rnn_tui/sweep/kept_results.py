"""The results of a run, kept in its folder: a run that has one is not trained again.

A goal that was reached once stays reached, whatever happens to the run later: its result is that
of the epoch at which it was.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from rnn_tui.model.option import is_number
from rnn_tui.storage.disk.durable import write_durably
from rnn_tui.storage.disk.names import SWEEP
from rnn_tui.storage.disk.regular import open_regular
from rnn_tui.sweep.fingerprint import fingerprint, machine
from rnn_tui.sweep.results import Result
from rnn_tui.training.goals import Goal

_AT_MOST = 2**20  # bytes
_TEXTS = ("id", "status", "parameters_sha256", "host", "fingerprint", "problem")
_SHAPE_ERRORS = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)


@dataclass(frozen=True)
class Kept:
    """What is known of a run beside the run itself.

    Attributes:
        machines: on which it was trained, by fingerprint.
        seconds: spent in training it so far.
        results: for each goal that was reached.
    """

    machines: dict[str, Any] = field(default_factory=dict)
    seconds: float = 0.0
    results: tuple[tuple[Goal, Result], ...] = ()

    @property
    def fingerprint(self) -> str:
        """Of the machines that trained it; more than one where it was continued on another."""
        return "+".join(self.machines)

    def on_this_machine(self) -> Kept:
        """Trained here from now on."""
        return replace(self, machines={**self.machines, fingerprint(): machine()})

    def after(self, seconds: float) -> Kept:
        """Trained for so many seconds more."""
        return replace(self, seconds=self.seconds + seconds)

    def reached(self, goal: Goal, result: Result) -> Kept:
        """With the result of a goal."""
        others = tuple(pair for pair in self.results if pair[0] != goal)
        return replace(self, results=(*others, (goal, result)))

    def with_results_of(self, other: Kept) -> Kept:
        """With those of another copy of the run, for goals that this one has not reached."""
        return replace(self, results=tuple({**dict(other.results), **dict(self.results)}.items()))

    def of(self, goal: Goal) -> Result | None:
        """The result of a goal, if it was reached."""
        return dict(self.results).get(goal)


def read_kept(folder: Path) -> Kept:
    """What is kept in the folder of a run; nothing where there is none that can be read."""
    try:
        with open(open_regular(folder / SWEEP), "rb") as file:
            return _from_json(folder.name, json.loads(file.read(_AT_MOST)))
    except (OSError, RecursionError, *_SHAPE_ERRORS):
        return Kept()


def write_kept(folder: Path, kept: Kept) -> None:
    """Keep it.

    Raises:
        UnwritableFile: if that is not possible.
    """
    results = [{"goal": goal.to_json(), **asdict(result)} for goal, result in kept.results]
    values = {"machines": kept.machines, "seconds": kept.seconds, "results": results}
    write_durably(folder / SWEEP, json.dumps(values, allow_nan=False).encode())


def _from_json(id: str, values: Any) -> Kept:
    results = tuple(
        (Goal.from_json(each["goal"]), _result({**each, "id": id})) for each in values["results"]
    )
    return Kept(dict(values["machines"]), float(values["seconds"]), results)


def _result(values: dict[str, Any]) -> Result:
    result = Result.from_json(values)
    for name, value in asdict(result).items():
        if value is not None and not (
            isinstance(value, str) if name in _TEXTS else is_number(value)
        ):
            raise TypeError(name)
    if not result.has_ended:
        raise ValueError(result.status)
    return result
