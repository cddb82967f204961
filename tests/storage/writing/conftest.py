"""A recorder that writes soon."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from rnn_tui.storage.writing.recorder import RunRecorder


@pytest.fixture
def recorder(tmp_path: Path) -> Iterator[RunRecorder]:
    """Of a run that begins, closed at the end."""
    recorder = RunRecorder(tmp_path, interval=0.01)
    yield recorder
    recorder.close()
