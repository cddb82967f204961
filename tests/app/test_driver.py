"""The thread that reads keys."""

import asyncio
import os
import pty
import signal
import sys
from collections.abc import Iterator
from threading import Thread

import pytest

from rnn_tui.app.app import TrainerApp
from rnn_tui.app.loading import Opening
from rnn_tui.app.terminal.driver import PromptDriver
from rnn_tui.training.config import Config

WAIT = 20.0


@pytest.fixture
def ends() -> Iterator[tuple[int, int]]:
    """A terminal's two ends; the signal handlers that a driver sets are put back."""
    numbers = (signal.SIGTSTP, signal.SIGCONT)
    before = [signal.getsignal(number) for number in numbers]
    yield pty.openpty()
    for number, handler in zip(numbers, before, strict=True):
        signal.signal(number, handler)


def fail() -> None:
    raise AssertionError("not opened here")


async def reading(slave: int) -> tuple[PromptDriver, Thread, list[str]]:
    driver = PromptDriver(TrainerApp(Opening(fail), Config()))  # type: ignore[arg-type]
    driver.fileno, driver._pipe = slave, os.pipe()
    keys: list[str] = []
    driver.process_message = lambda message: keys.append(message.key)  # type: ignore[attr-defined]
    thread = Thread(target=driver.run_input_thread, daemon=True)
    thread.start()
    return driver, thread, keys


@pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminals")
async def test_it_reads_keys_until_it_is_told_to_end(ends: tuple[int, int]) -> None:
    master, slave = ends
    driver, thread, keys = await reading(slave)
    os.write(master, b"a\x1b[Ab\n")
    while keys != ["a", "up", "b", "ctrl+j"]:
        await asyncio.sleep(0.001)
    os.write(driver._pipe[1], b".")  # type: ignore[index]
    await asyncio.to_thread(thread.join, WAIT)
    assert not thread.is_alive() and not driver.exit_event.is_set()


async def test_it_ends_with_the_terminal(ends: tuple[int, int]) -> None:
    read, write = os.pipe()
    _, thread, _ = await reading(read)
    os.close(write)
    await asyncio.to_thread(thread.join, WAIT)
    assert not thread.is_alive()
