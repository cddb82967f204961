"""Stopped and continued by whoever, left by whatever: the terminal is as it was."""

import signal
import sys
import termios

import pytest

from tests.amounts import few
from tests.end_to_end.terminal import Start, Terminal


def test_suspending_gives_the_terminal_back_and_fg_repaints(trainer: Start) -> None:
    terminal = trainer()
    terminal.press("right", "right", "right")
    terminal.until("epoch 3 ")
    for _ in range(2):
        terminal.press("ctrl+z")
        terminal.until(lambda: terminal.stopped)
        while terminal.read(0.05):
            pass
        assert terminal.traces == []
        terminal.screen.reset()
        terminal.send(signal.SIGCONT)
        terminal.until("epoch 3 ")
        terminal.until("quit")
        assert 1049 in terminal.traces
    terminal.press("right")
    terminal.until("epoch 4 ")
    terminal.press("q")
    assert terminal.leave() == 0 and terminal.traces == []


@pytest.mark.soak
def test_suspending_while_it_trains(trainer: Start) -> None:
    terminal = trainer()
    terminal.run()
    terminal.press("ctrl+z")
    terminal.until(lambda: terminal.stopped)
    before = terminal.epoch
    terminal.send(signal.SIGCONT)
    terminal.until(lambda: terminal.epoch > before + 100)
    terminal.press("q")
    assert terminal.leave() == 0 and terminal.traces == []


def stop(terminal: Terminal) -> None:
    """As ``kill -STOP`` does; the shell then sets its own mode, and draws."""
    terminal.send(signal.SIGSTOP)
    terminal.until(lambda: terminal.stopped)
    while terminal.read(0.05):
        pass
    termios.tcsetattr(terminal.slave, termios.TCSANOW, terminal.attributes)
    terminal.screen.reset()


def test_what_a_shell_did_meanwhile_is_undone_on_coming_back(trainer: Start) -> None:
    terminal = trainer()
    for _ in range(2):
        stop(terminal)
        terminal.send(signal.SIGCONT)
        terminal.until("epoch 0 ")
        terminal.until("quit")
        assert terminal.traces
    terminal.press("right")
    terminal.until("epoch 1 ")
    terminal.press("q")
    assert terminal.leave() == 0 and terminal.traces == []


@pytest.mark.soak
@pytest.mark.parametrize("times", few([5, 1], 1))
def test_going_on_without_having_been_stopped_changes_nothing(trainer: Start, times: int) -> None:
    terminal = trainer()
    for _ in range(times):
        terminal.send(signal.SIGCONT)
        terminal.press("right")
    terminal.until(f"epoch {times} ")
    terminal.press("q")
    assert terminal.leave() == 0 and terminal.traces == []


@pytest.mark.parametrize("stops", few([1, 0], 1))
def test_a_signal_after_coming_back(trainer: Start, farewell: tuple[int, int], stops: int) -> None:
    number, code = farewell
    terminal = trainer()
    for _ in range(stops):
        stop(terminal)
    terminal.send(signal.SIGCONT)
    terminal.until("epoch 0 ")
    terminal.send(number)
    assert terminal.leave() == code and terminal.traces == []


def test_in_the_background_of_a_shell_it_waits_for_its_turn(open_terminal: Start) -> None:
    """A shell of its own gives and takes the terminal; what it says is what it knows of jobs."""
    terminal = open_terminal(code="import os; os.execlp('bash', 'bash', '--norc', '-i')", PS1="$ ")
    terminal.until(r"^\$")
    terminal.press(f"{sys.executable} -m rnn_tui --no-store", "enter")
    terminal.until("epoch 0 ")
    terminal.press("ctrl+z")
    terminal.until(lambda: "Stopped" in terminal.said)
    terminal.press("bg; wait; jobs", "enter")
    terminal.until(lambda: terminal.said.count("Stopped") >= 2)
    assert 1049 not in terminal.on
    terminal.press("fg", "enter")
    terminal.until(lambda: 1049 in terminal.on)
    terminal.press("right")
    terminal.until("epoch 1 ")
    terminal.press("q")
    terminal.until(lambda: terminal.said.startswith("epoch 1 ") and terminal.said[-1] == "$")
    terminal.press("exit", "enter")
    assert terminal.leave() == 0 and terminal.traces == []
