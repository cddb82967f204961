"""A terminal that has gone, and one that has been given back."""

import contextlib
import os
import signal
from collections.abc import AsyncIterator

import pytest
from textual.app import App
from textual.drivers.linux_driver import LinuxDriver

from rnn_tui.app.terminal.driver import Output, TerminalDriver


def test_writing_to_a_terminal_that_has_gone_is_no_error() -> None:
    read, write = os.pipe()
    os.close(read)
    file = os.fdopen(write, "w")
    output = Output(file)
    output.write("x" * 100_000)
    output.flush()
    with contextlib.suppress(BrokenPipeError):
        file.close()


@pytest.fixture
async def driver() -> AsyncIterator[TerminalDriver]:
    before = {number: signal.getsignal(number) for number in (signal.SIGTSTP, signal.SIGCONT)}
    yield TerminalDriver(App())
    for number, handler in before.items():
        signal.signal(number, handler)


async def test_a_synchronized_update_is_written_in_one_piece(
    driver: TerminalDriver, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[str] = []
    monkeypatch.setattr(LinuxDriver, "write", lambda _, data: written.append(data))
    for data in ("before", "\x1b[?2026h", "lines", "\x1b[?2026l", "after"):
        driver.write(data)
    assert written == ["before", "\x1b[?2026hlines\x1b[?2026l", "after"]


async def test_a_terminal_that_has_been_given_back_is_not_taken_again(
    driver: TerminalDriver, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken: list[str] = []
    monkeypatch.setattr(driver, "start_application_mode", lambda: taken.append("taken"))
    driver.go_on()
    assert taken == []
