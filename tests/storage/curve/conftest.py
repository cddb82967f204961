"""A history, and what writes it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from rnn_tui.storage.curve.writer import HistoryWriter


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the history will be: nothing is there yet."""
    return tmp_path / "history.sqlite"


@pytest.fixture
def writer(path: Path) -> Iterator[HistoryWriter]:
    """Has made it, and is closed at the end."""
    writer = HistoryWriter(path)
    yield writer
    writer.close()
