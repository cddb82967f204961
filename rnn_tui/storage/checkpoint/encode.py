"""What a checkpoint says beside its numbers: a small JSON text, distrusted when it is read.

Of a branch's interventions it only says how many: those it shares with its parent, and its
own. The vectors of the states follow each other in the order in which this text names them.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from rnn_tui.storage.disk.checks import InvalidValue, fields, require
from rnn_tui.timeline.run_state import RunState
from rnn_tui.training.config import Config, ConfigError
from rnn_tui.training.journal import Intervention
from rnn_tui.training.optimizers.optimizer import Vector
from rnn_tui.training.trainer import Partial, State

MAX_BYTES, _MAX_BRACKETS = 2_000_000, 50_000  # parsed, that is 30 MB
_RUN = {"config", "branches", "current", "shown_epoch", "generator"}


def describe(run: RunState) -> tuple[bytes, list[Intervention], list[Vector]]:
    """The text, the interventions that each branch added, and all vectors, in its order."""
    changes: list[Intervention] = []
    vectors: list[Vector] = []
    branches = []
    for branch in run.branches:
        parent = () if branch.parent is None else run.branches[branch.parent].interventions
        shared = _shared(parent, branch.interventions)
        changes += branch.interventions[shared:]
        edits = [
            [epoch, float(edit.rate), None if edit.clip is None else float(edit.clip)]
            for epoch, edit in branch.edits.items()
        ]
        branches.append(
            {
                "parent": branch.parent,
                "fork": list(branch.fork),
                "name": branch.name,
                "shared": shared,
                "own": len(branch.interventions) - shared,
                "base": None if branch.base is None else _describe_state(branch.base, vectors),
                "newest": _describe_state(branch.newest, vectors),
                "partial": _describe_partial(branch.partial, vectors),
            }
            | ({"edits": edits} if edits else {})
        )
    values = {
        "config": run.config.to_json(),
        "branches": branches,
        "current": run.current,
        "shown_epoch": run.shown_epoch,
        "generator": run.generator,
    }
    return json.dumps(values, separators=(",", ":")).encode(), changes, vectors


def parse(content: bytes) -> dict[str, Any]:
    """The values in the text, not yet looked at.

    Raises:
        InvalidValue: if it is not such a text, or one that would take much memory.
    """
    brackets = content.count(b"{") + content.count(b"[")
    require(len(content) <= MAX_BYTES and brackets <= _MAX_BRACKETS, "its description is too long")
    try:
        values = json.loads(content)
    except (ValueError, RecursionError):
        raise InvalidValue("its description is not valid JSON") from None
    return fields(values, "its description", _RUN)


def config_of(values: dict[str, Any]) -> Config:
    """The configuration in the text.

    Raises:
        InvalidValue: if it is none.
    """
    try:
        return Config.from_json(values["config"])
    except (ConfigError, ArithmeticError, TypeError, ValueError) as error:
        problem = str(error) if isinstance(error, ConfigError) else type(error).__name__
        raise InvalidValue(
            f"its configuration makes no sense ({ascii(problem)[1:-1][:200]})"
        ) from None


def _shared(parent: Sequence[Intervention], own: Sequence[Intervention]) -> int:
    """How many interventions both begin with."""
    pairs = enumerate(zip(parent, own, strict=False))
    different = (i for i, (a, b) in pairs if type(a) is not type(b) or a != b)
    return next(different, min(len(parent), len(own)))


def _describe_state(state: State, vectors: list[Vector]) -> dict[str, Any]:
    vectors.append(state.parameters)
    if state.previous is not None:
        vectors.append(state.previous)
    vectors.extend(state.optimizer)
    return {
        "epoch": state.epoch,
        "previous": state.previous is not None,
        "training_loss": float(state.training_loss),
        "training_accuracy": float(state.training_accuracy),
    }


def _describe_partial(partial: Partial | None, vectors: list[Vector]) -> dict[str, Any] | None:
    if partial is None:
        return None
    vectors.extend((partial.parameters, *partial.optimizer))
    loss, correct = partial.terms
    return {"update": partial.position.update, "terms": [float(loss), int(correct)]}
