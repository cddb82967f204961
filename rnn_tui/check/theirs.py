"""Their network as the check sees it: a description, and a worker that runs it."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Literal, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from rnn_tui.check.problem import Numbers, Problem, Sizes
from rnn_tui.check.worker.process import Fault


class Function(NamedTuple):
    """A function of theirs.

    Attributes:
        name: with its class.
        line: the first, in their file.
        source: its lines.
    """

    name: str
    line: int
    source: tuple[str, ...]


@dataclass(frozen=True)
class Description:
    """What the style has said of the subject; see `rnn_tui.check.subject.Subject`."""

    target: str
    style: str
    took: list[str]
    sizes: Sizes
    inputs: Literal["symbols", "vectors"]
    targets: Literal["symbols", "labels", "real"]
    loss: Literal["theirs", "targets", "upstream"]
    outputs: Literal["states", "scores", "probabilities"] | None
    at_last_step: bool
    has_batch: bool
    batch: int | None
    steps: int | None
    states: tuple[str, ...]
    own_names: dict[str, str]
    roles: dict[str, str]
    cell: Literal["rnn", "gru", "lstm"] | None
    updates_inside: bool
    truncation: int | None
    parameters: dict[str, Numbers]
    functions: dict[str, list[Function]] = field(default_factory=dict)

    def shown(self, name: str) -> str:
        """What a parameter, or an input or start state, is called when it is told.

        The name of an object that all parameters are on is left out, and so is an attribute that
        is called the same on several objects: ``cell.Wxh`` is Wxh, ``fc_hidden.weights`` fc_hidden.
        """
        if name not in self.parameters:
            own = self.own_names.get(name, name)
            return name if own in self.parameters else own
        head, dot, tail = name.rpartition(".")
        heads, tails = zip(*(each.rpartition(".")[::2] for each in self.parameters), strict=True)
        if not dot:
            return name
        if len(set(heads)) == 1:
            return tail
        return head if len(set(tails)) == 1 and len(set(heads)) == len(heads) else name

    def code_at(self, line: int | None) -> str:
        """What stands in a line of their file; empty where it is in none of the functions."""
        for function in (each for functions in self.functions.values() for each in functions):
            if line is not None and function.line <= line < function.line + len(function.source):
                return function.source[line - function.line].strip()
        return ""

    @classmethod
    def of(cls, answer: Mapping[str, Any]) -> Description:
        """From the worker's answer."""
        values = {each.name: answer[each.name] for each in fields(cls)}
        values["sizes"] = Sizes(*answer["sizes"])
        values["states"] = tuple(answer["states"])
        values["functions"] = {
            what: [Function(f["name"], f["line"], tuple(f["source"])) for f in functions]
            for what, functions in answer["functions"].items()
        }
        return cls(**values)


class Answer(NamedTuple):
    """What one run gave; see `rnn_tui.check.problem.Result`.

    Attributes:
        changed: names of the problem's arrays that their code has changed.
    """

    outputs: Numbers | None
    loss: complex | None
    gradients: dict[str, Numbers]
    hidden: Numbers | None
    end: dict[str, Numbers]
    changed: list[str]


class Along(NamedTuple):
    """Outputs (K · S, B, T, O) and losses (K · S,) along K directions, S steps each."""

    outputs: Numbers | None
    losses: Numbers | None


class Asked(Protocol):
    """A `Worker`, or what stands for one."""

    def ask(self, request: str, limit: float | None = None, **arguments: Any) -> dict[str, Any]:
        """See `rnn_tui.check.worker.process.Worker.ask`."""


class Theirs:
    """Their network, run in the worker.

    Args:
        worker: that has loaded it.
        description: what the worker said of it.

    Attributes:
        slowest: seconds that the longest call took so far.
    """

    def __init__(self, worker: Asked, description: Description) -> None:
        self._worker, self.is_ = worker, description
        self.slowest = 0.0

    def run(
        self,
        problem: Problem,
        parameters: Mapping[str, Numbers],
        *,
        backward: bool = True,
        seed: int = 0,
        again: bool = False,
    ) -> Answer:
        """One call; with ``again`` on the object as the last call left it.

        Raises:
            Fault: if their code fails.
        """
        start = time.monotonic()
        values = self._worker.ask(
            "run", problem=_plain(problem), parameters=dict(parameters), backward=backward,
            seed=seed, again=again,
        )  # fmt: skip
        self.slowest = max(self.slowest, time.monotonic() - start)
        return Answer(**values)

    def at_once(self, steps: int) -> int:
        """Along how many directions to ask at a time: for about a second, within the time limit."""
        return int(np.clip(1.0 / max(steps * self.slowest, 1e-6), 1, 64))

    def stand_at(self, problem: Problem, parameters: Mapping[str, Numbers]) -> None:
        """Where `along` starts from."""
        self._worker.ask("base_at", problem=_plain(problem), parameters=dict(parameters))

    def along(self, name: str, directions: Numbers, steps: NDArray[Any]) -> Along:
        """Run forward from where it stands, a parameter (or ``x``, ``h0``) moved.

        Args:
            name: what is moved.
            directions: (K,) flat indices, or (K, size).
            steps: (S,) real or complex.

        Raises:
            Fault: if their code fails.
        """
        answer = self._worker.ask("along", name=name, directions=directions, steps=steps, seed=0)
        return Along(**answer)


Progress = Callable[[str, float], None]
"""Called with what is being done and the share that is done, 0 to 1."""


def _plain(problem: Problem) -> dict[str, Any]:
    return {each.name: getattr(problem, each.name) for each in fields(problem)}


__all__ = ["Along", "Answer", "Description", "Fault", "Function", "Progress", "Theirs"]
