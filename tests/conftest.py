"""What several kinds of tests share."""

import shutil
from pathlib import Path

import pytest

DATA = Path(__file__).parent / "data"


@pytest.fixture(params=[1, pytest.param(10, marks=pytest.mark.soak)], ids=["quick", "soak"])
def effort(request: pytest.FixtureRequest) -> int:
    """How many times the usual number of cases a property test looks at."""
    return int(request.param)


@pytest.fixture
def store_of_0_1_0(tmp_path: Path) -> Path:
    """A store with two runs that version 0.1.0 kept; see `data/make_kept_run.py`."""
    root = tmp_path / "store of 0.1.0"
    for name in ("run-0.1.0", "run-0.1.0-plain"):
        shutil.copytree(DATA / name, root, dirs_exist_ok=True)
    return root
