"""What tests of runs that are kept share: leaving one, coming back, and where it is."""

from pathlib import Path

from rnn_tui.runs.opening import Opening
from rnn_tui.session import commands as c
from rnn_tui.session.run import Run
from rnn_tui.storage.library.store import Store
from tests.session.playing import DEADLINE, do


def leave(run: Run) -> None:
    """All of it is on disk."""
    assert run.recording.finish(run.navigator, DEADLINE)
    assert run.recording.problem() is None


def resumed(root: Path) -> Run:
    """The newest run, at the epoch at which it was left."""
    run, note = Opening(Store(root)).resume(None)
    assert note is None
    return do(run, c.Forget())


def folder_of(root: Path) -> Path:
    """The only run's."""
    (folder,) = (root / "runs").iterdir()
    return folder
