"""The training curves of all branches."""

from typing import NamedTuple

from rnn_tui.session.lenses.lens import Scene
from rnn_tui.timeline.branch import Timeline
from rnn_tui.timeline.loss_curve import Buckets
from rnn_tui.training.journal import Change


class BranchView(NamedTuple):
    """One branch of the run.

    Attributes:
        number: counts the branches from 0.
        name: for the user.
        parent: number of the branch whose past it shares up to the fork, None for the first.
        fork: the epoch at which it left that, 0 for the first.
        newest: its newest epoch.
        changes: all interventions that led there.
        curve: its training curve from the fork on.
        first_solved: the first epoch without a mistake, if any, before the fork too.
    """

    number: int
    name: str
    parent: int | None
    fork: int
    newest: int
    changes: tuple[Change, ...]
    curve: Buckets
    first_solved: int | None


def branches(scene: Scene) -> tuple[BranchView, ...]:
    """A lens: every branch; made again only where something is new on it."""
    return tuple(scene.of_branch(timeline, branch_view) for timeline in scene.navigator.timelines)


def branch_view(timeline: Timeline) -> BranchView:
    """What the list of branches and the chart show of one."""
    whole = timeline.curve.buckets()
    origin = timeline.origin
    start = 0 if origin is None else timeline.fork.epoch
    own = whole.epochs > start
    return BranchView(
        number=timeline.number,
        name=timeline.name,
        parent=None if origin is None else origin.number,
        fork=start,
        newest=timeline.newest,
        changes=timeline.journal.changes,
        curve=Buckets(*(column[own] for column in whole)),
        first_solved=timeline.curve.first_solved,
    )
