"""A terminal that has gone, and one that has been given back."""

import contextlib
import os
import signal

import pytest
from textual.app import App

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


async def test_a_terminal_that_has_been_given_back_is_not_taken_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    taken: list[str] = []
    before = {number: signal.getsignal(number) for number in (signal.SIGTSTP, signal.SIGCONT)}
    driver = TerminalDriver(App())
    monkeypatch.setattr(driver, "start_application_mode", lambda: taken.append("taken"))
    driver.go_on()
    assert taken == []
    for number, handler in before.items():
        signal.signal(number, handler)
