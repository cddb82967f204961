"""A sweep on the screen of a terminal: watched, a run of it opened, left by key and by signal."""

import os
import signal
from pathlib import Path

import pytest

from tests.amounts import few
from tests.end_to_end.terminal import Start

PLAN = "[base]\nepochs = {epochs}\n[grid]\nlr = [0.01, 0.1]\nseed = [0, 1]\n"


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    return tmp_path / "plan.toml"


def children(process: int) -> list[int]:
    """The processes that it has started, which have not ended."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if int(fields[1]) == process and fields[0] != "Z":
                found.append(int(entry.name))
    return found


def is_there(process: int) -> bool:
    try:
        os.kill(process, 0)
    except OSError:
        return False
    return True


def test_a_run_is_opened_in_the_trainer_which_comes_back_to_the_sweep(
    open_terminal: Start, plan: Path
) -> None:
    plan.write_text(PLAN.format(epochs=20))
    terminal = open_terminal("sweep", str(plan), "--screen", "--jobs", "1")
    terminal.until("4 done, all runs have ended")
    terminal.press("down", "enter", "down", "enter")
    terminal.until("epoch 20 .*right")
    terminal.until(lambda: "runs of lr 0.1" not in terminal.text)  # all of it is drawn
    assert "lr 0.1 · 10 × 10 · seed 1" in terminal.text
    terminal.press("q")
    terminal.until("runs of lr 0.1")
    terminal.press("q")
    assert terminal.leave() == 0
    assert terminal.traces == []
    assert "4 of 4 runs done" in terminal.said and "to continue" not in terminal.said


@pytest.mark.parametrize("number", few([signal.SIGTERM, signal.SIGHUP, 0], 1))
def test_left_in_the_middle_nothing_is_lost_and_no_worker_stays(
    open_terminal: Start, plan: Path, number: int
) -> None:
    plan.write_text(PLAN.format(epochs=1_000_000))
    terminal = open_terminal("sweep", str(plan), "--screen", "--jobs", "2")
    terminal.until("2 running, 2 waiting")
    workers = children(terminal.process.pid)
    assert len(workers) >= 2
    if number:
        terminal.send(number)
    else:
        terminal.press("q")
    assert terminal.leave() == (128 + number if number else 0)
    assert terminal.traces == []
    assert f"to continue: rnn-tui sweep {plan} --screen --jobs 2" in terminal.said
    terminal.until(lambda: not any(map(is_there, workers)))
    terminal = open_terminal("sweep", str(plan), "--screen", "--jobs", "1")
    terminal.until("1 running, 1 stopped, 2 waiting")
    terminal.press("q")
    assert terminal.leave() == 0
