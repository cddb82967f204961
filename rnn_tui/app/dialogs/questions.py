"""What is asked over the view: a dialog for each question, whose answer is a command."""

from __future__ import annotations

from rnn_tui.app.dialogs import ask
from rnn_tui.app.dialogs.branches import Branches
from rnn_tui.app.dialogs.dialog import Dialog
from rnn_tui.app.dialogs.go_to import GoToPrompt
from rnn_tui.session import commands as c
from rnn_tui.session.snapshot import Snapshot

Question = Dialog[c.Command | None]


def epoch(shown: Snapshot, ascii_only: bool) -> Question:
    """Which epoch to go to."""
    return GoToPrompt(shown.observation.newest, ascii_only)


def branch(shown: Snapshot, ascii_only: bool) -> Question:
    """Which branch to visit."""
    seen = shown.observation
    return Branches(seen.branches, seen.branch, ascii_only)


def clip(shown: Snapshot, ascii_only: bool) -> Question:
    """To what norm gradients are clipped."""

    def understand(text: str) -> c.Command:
        return c.SetClip(ask.clip(text))

    return ask.Ask("clip gradients", "the largest norm, or none", understand, ascii_only)


def zero(shown: Snapshot, ascii_only: bool) -> Question:
    """Which weights are set to zero."""
    shapes = {view.name: view.shape for view in shown.observation.tensors}

    def understand(text: str) -> c.Command:
        return c.ZeroWeights(*ask.weights(text, shapes))

    hint = f"{', '.join(shapes)}; U[3] is a row, U[3, 4] one number"
    return ask.Ask("set weights to zero", hint, understand, ascii_only)


def name(shown: Snapshot, ascii_only: bool) -> Question:
    """What the branch shown is called."""
    seen = shown.observation

    def understand(text: str) -> c.Command:
        return c.NameBranch(seen.branch, ask.name(text))

    present = seen.branches[seen.branch].name
    return ask.Ask("name of this branch", "any text", understand, ascii_only, present)


QUESTIONS = {"epoch": epoch, "branch": branch, "clip": clip, "zero": zero, "name": name}
"""By the word in the table of keys."""
