"""A store whose clock stands still."""

from pathlib import Path

import pytest

from rnn_tui.storage.library.store import Store
from tests.storage.library.kept_runs import NOON


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """An empty one, at noon."""
    return Store(tmp_path / "home", now=lambda: NOON)
