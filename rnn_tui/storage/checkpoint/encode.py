"""What a checkpoint says of a run in JSON.

Of a branch's interventions it holds those that its parent does not have. The vectors of the
states follow each other in the order in which the description names them, and so do the states
that are carried along a text.
"""

from collections.abc import Sequence
from typing import Any

from rnn_tui.model.buffers import Array
from rnn_tui.storage.checkpoint.changes import MOST_SHARED, to_rows
from rnn_tui.storage.disk.errors import StoreError
from rnn_tui.timeline.run_state import BranchState, RunState
from rnn_tui.training.journal import Change
from rnn_tui.training.optimizers.optimizer import Vector
from rnn_tui.training.trainer import Partial, State


def describe(run: RunState) -> tuple[dict[str, Any], list[Vector], list[Array]]:
    """The description of a run, its vectors, and the (B, H) states carried in it."""
    if sum(len(branch.interventions) for branch in run.branches) > MOST_SHARED:
        raise StoreError("cannot save the run: its branches have too many changes; start a new run")
    vectors: list[Vector] = []
    values = {
        "engine": run.engine,
        "config": run.config.to_json(),
        "branches": [_describe_branch(run, branch, vectors) for branch in run.branches],
        "current": run.current,
        "shown_epoch": run.shown_epoch,
        "goal": run.goal.to_json(),
        "seconds": run.seconds,
    }
    partials = (branch.partial for branch in run.branches if branch.partial is not None)
    return values, vectors, [state for partial in partials for state in partial.carried]


def _describe_branch(run: RunState, branch: BranchState, vectors: list[Vector]) -> dict[str, Any]:
    parent = () if branch.parent is None else run.branches[branch.parent].interventions
    shared = _shared(parent, branch.interventions)
    return {
        "parent": branch.parent,
        "fork": branch.fork,
        "name": branch.name,
        "shared": shared,
        "changes": to_rows(branch.interventions[shared:]),
        "edits": {str(epoch): dict(edit) for epoch, edit in branch.edits.items()},
        "base": None if branch.base is None else _describe_state(branch.base, vectors),
        "newest": _describe_state(branch.newest, vectors),
        "partial": None if branch.partial is None else _describe_partial(branch.partial, vectors),
    }


def _shared(parent: Sequence[Change], own: Sequence[Change]) -> int:
    """How many interventions both begin with."""
    pairs = enumerate(zip(parent, own, strict=False))
    return next((i for i, (a, b) in pairs if a != b), min(len(parent), len(own)))


def _describe_state(state: State, vectors: list[Vector]) -> dict[str, Any]:
    previous = () if state.previous is None else (state.previous,)
    vectors += [state.parameters, *previous, *state.optimizer]
    return {
        "epoch": state.epoch,
        "previous": state.previous is not None,
        "training_loss": float(state.training_loss),
        "training_accuracy": float(state.training_accuracy),
        "valid_loss": float(state.valid_loss),
        "valid_accuracy": float(state.valid_accuracy),
    }


def _describe_partial(partial: Partial, vectors: list[Vector]) -> dict[str, Any]:
    vectors += [partial.parameters, *partial.optimizer]
    loss, correct = partial.terms
    return {"update": partial.position.update, "terms": [float(loss), int(correct)]}
