"""What a run does when its storage has something to say."""

import pytest

from rnn_tui.session.recording import Recording
from rnn_tui.session.run import Run
from rnn_tui.timeline.navigator import Navigator
from rnn_tui.training.config import Config
from rnn_tui.training.trainer import Trainer


class Keeps:
    """A recorder that says one thing."""

    name = "somewhere"

    def __init__(self, problem: str, failing: bool) -> None:
        self._problem: str | None = problem
        self.failing = failing

    def problem(self) -> str | None:
        problem, self._problem = self._problem, None
        return problem

    def __getattr__(self, name: str) -> object:
        return lambda *arguments: None


@pytest.mark.parametrize(
    ("failing", "goes_on", "severity"), [(False, True, "warning"), (True, False, "error")]
)
def test_only_what_is_not_on_disk_pauses_training(failing, goes_on, severity):
    recording = Recording(recorder=Keeps("the history was set aside", failing))
    run = Run(Navigator(Trainer(Config.of(hidden=2))), recording=recording)
    run.navigator.run()
    assert run.tell_problems()
    assert run.navigator.running is goes_on
    snapshot = run.look(lambda: None)
    assert snapshot is not None and snapshot.notice is not None
    assert snapshot.notice.severity == severity
    assert "set aside" in snapshot.notice.text
    assert not run.tell_problems()
