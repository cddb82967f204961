"""What several kinds of tests share."""

import json
import os
import shutil
import sqlite3
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from hypothesis import settings

# The many processes that tests start need not compile the same sources again and again.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# A busy machine is no fault of the code. Few cases of each property, others in each run: those
# that matter most say how many they want.
settings.register_profile("quick", deadline=None, max_examples=25)
settings.load_profile("quick")

DATA = Path(__file__).parent / "data"

Outcome = tuple[int, str, str]

WITH_OTHERS = {
    "app", "check", "cli", "end_to_end", "keeping", "session", "storage", "sweep", "widgets",
}  # fmt: skip
"""Folders whose tests wait for threads, processes and frames of a screen."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Such a test is run once more if it fails: a busy machine is no fault of the code.

    The report counts those that were.
    """
    for item in items:
        if item.path.relative_to(Path(__file__).parent).parts[0] in WITH_OTHERS:
            item.add_marker(pytest.mark.flaky(reruns=1))


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


@pytest.fixture(scope="session")
def require_whole() -> Callable[[Path], None]:
    """SQLite finds no damage in a history, and no epoch is missing in between."""

    def require(path: Path) -> None:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
            assert database.execute("PRAGMA quick_check").fetchall() == [("ok",)]
            query = "SELECT count(*), max(epoch) - min(epoch) + 1 FROM epoch GROUP BY branch"
            assert all(count == length for count, length in database.execute(query))

    return require


@pytest.fixture(scope="session")
def until() -> Callable[[Callable[[], bool]], None]:
    """Waits until something is so."""

    def wait(expected: Callable[[], bool], seconds: float = 60.0) -> None:
        end, pause = time.monotonic() + seconds, Event()
        while not expected():
            assert time.monotonic() < end, "not in time"
            pause.wait(0.001)

    return wait


@pytest.fixture
def quick_pilot(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wherever a pilot would wait for an idle process it waits until all is handled."""
    from tests.pilot import all_is_handled, rules_parsed_once

    monkeypatch.setattr("textual.css.stylesheet.Stylesheet._parse_rules", rules_parsed_once)
    monkeypatch.setattr("textual.app.wait_for_idle", all_is_handled)
    monkeypatch.setattr("textual.pilot.wait_for_idle", all_is_handled)


@pytest.fixture
def run(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Outcome]:
    """Runs rnn-tui in this process: (exit code, standard output, standard error)."""
    from rnn_tui.cli import main

    def call(*arguments: str) -> Outcome:
        monkeypatch.setattr(sys, "argv", ["rnn-tui", *arguments])
        capsys.readouterr()
        with pytest.raises(SystemExit) as left:
            main()
        out, err = capsys.readouterr()
        return int(left.value.code or 0), out, err

    return call


@pytest.fixture
def trained(run: Callable[..., Outcome]) -> Callable[..., dict[str, Any]]:
    """The JSON of a training that went well."""

    def call(*arguments: str) -> dict[str, Any]:
        code, out, err = run("train", "--json", *arguments)
        assert (code, err) == (0, "")
        values: dict[str, Any] = json.loads(out)
        return values

    return call
