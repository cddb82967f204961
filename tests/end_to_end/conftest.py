"""The program in a real pseudo-terminal."""

import os
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.amounts import few
from tests.end_to_end.terminal import Start, Terminal


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """Of a usual terminal, the tests' warnings as errors, and nothing of the person's own."""
    foreign = ("COLUMNS", "LINES", "NO_COLOR", "LC_ALL", "LC_CTYPE", "TEXTUAL")
    kept = {key: value for key, value in os.environ.items() if not key.startswith(foreign)}
    paths = os.pathsep.join(path for path in sys.path if path)
    return kept | {
        "RNN_TUI_HOME": str(tmp_path / "store"), "TERM": "xterm-256color",
        "COLORTERM": "truecolor", "LANG": "C.UTF-8",
        "PYTHONPATH": os.pathsep.join([str(Path(__file__).parents[2]), paths]),
    }  # fmt: skip


@pytest.fixture
def open_terminal(tmp_path: Path, environment: dict[str, str]) -> Iterator[Start]:
    """Starts rnn-tui, or Python code that takes its arguments, in a terminal."""
    opened: list[Terminal] = []

    folder = tmp_path / "work"
    folder.mkdir()

    def start(
        *arguments: str,
        size: tuple[int, int] = (100, 30),
        code: str = "",
        controlling: bool = True,
        **variables: str,
    ) -> Terminal:
        program = ["-c", code] if code else ["-m", "rnn_tui"]
        command = [sys.executable, *program, *arguments]
        opened.append(
            Terminal(command, size, environment | variables, folder, controlling=controlling)
        )
        return opened[-1]

    yield start
    for terminal in opened:
        terminal.close()


@pytest.fixture
def trainer(open_terminal: Start) -> Start:
    """The same, and waits for the untrained predictions."""

    def start(*arguments: str, **options: Any) -> Terminal:
        terminal = open_terminal(*arguments, **options)
        terminal.until("epoch 0 ")
        return terminal

    return start


@pytest.fixture
def train(
    trained: Callable[..., dict[str, Any]],
    environment: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
) -> Callable[..., dict[str, Any]]:
    """What ``rnn-tui train --json`` says, with the store of the terminals."""
    monkeypatch.setenv("RNN_TUI_HOME", environment["RNN_TUI_HOME"])
    return trained


SIGNALS = [
    (signal.SIGTERM, 143), (signal.SIGINT, 130), (signal.SIGHUP, 129), (signal.SIGQUIT, 131),
    (signal.SIGUSR1, 138), (signal.SIGUSR2, 140),
]  # fmt: skip


@pytest.fixture(params=few(SIGNALS, 1), ids=[number.name for number, _ in SIGNALS])
def farewell(request: pytest.FixtureRequest) -> tuple[int, int]:
    """A signal that ends the program, and the exit code."""
    number, code = request.param
    return int(number), int(code)
