"""The curves of other runs that are laid over the present one."""

from rnn_tui.session.snapshot import Ghost
from rnn_tui.timeline.loss_curve import Buckets

MOST_GHOSTS = 3
"""Curves to compare with; the oldest gives way."""


class Ghosts:
    """A few curves, the newest last.

    Attributes:
        all: what is to be drawn.
    """

    def __init__(self) -> None:
        self.all: tuple[Ghost, ...] = ()

    def add(self, ghost: Ghost) -> None:
        """Lay one over, instead of the one of its name."""
        self.remove(ghost.name)
        self.all = (*self.all, ghost)[-MOST_GHOSTS:]

    def remove(self, name: str) -> None:
        """Take one away, if it is there."""
        self.all = tuple(ghost for ghost in self.all if ghost.name != name)

    def clear(self, *, but_kept: bool = False) -> None:
        """Take all away, or all that are not of kept runs."""
        self.all = tuple(ghost for ghost in self.all if but_kept and ghost.is_kept)

    def remember(self, curve: Buckets, name: str) -> None:
        """Lay over what a run has shown before a restart, under this name or a numbered one."""
        if not len(curve.epochs):
            return
        taken = {ghost.name for ghost in self.all}
        number = next(n for n in range(1, MOST_GHOSTS + 2) if _numbered(name, n) not in taken)
        label = _numbered(name, number)
        self.add(Ghost(label, curve, label))


def _numbered(name: str, number: int) -> str:
    return name if number == 1 else f"{name} ({number})"
