"""However it ends, the terminal is as it was, the code is right, one line is left."""

import re
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from safetensors import safe_open

from tests.amounts import few, few_rows
from tests.end_to_end.terminal import Start

Train = Callable[..., dict[str, Any]]
DRIVER = """
import sys
from rnn_tui.training.trainer import Trainer
advance = Trainer.advance
def fail(self, *given):
    print("not for the screen")
    if self.epoch == 3:
        raise RuntimeError("out of luck")
    return advance(self, *given)
Trainer.advance = fail
from rnn_tui.cli import main
sys.argv = ["rnn-tui", *sys.argv[1:]]
main()
"""


def test_a_signal_while_training(
    trainer: Start, train: Train, farewell: tuple[int, int], tmp_path: Path
) -> None:
    number, code = farewell
    path = tmp_path / "kept.safetensors"
    terminal = trainer("--save", str(path))
    terminal.run()
    assert terminal.traces
    terminal.send(number)
    began = time.monotonic()
    assert terminal.leave() == code
    assert time.monotonic() - began < 10
    assert terminal.traces == []
    line = terminal.said
    epoch = re.match(r"epoch (\d+) ", line)
    assert epoch and "\n" not in line
    assert train("--epochs", epoch[1])["parameters_sha256"][:12] in line
    with safe_open(path, "numpy") as file:
        assert file.metadata()["epoch"] == epoch[1]


@pytest.mark.soak
def test_a_signal_at_rest_and_in_a_prompt(trainer: Start) -> None:
    terminal = trainer()
    terminal.press("g")
    terminal.until("go to an epoch")
    terminal.send(signal.SIGTERM)
    assert terminal.leave() == 143
    assert terminal.traces == []
    assert terminal.said.startswith("epoch 0 ")


@pytest.mark.parametrize("key", few(["q", "ctrl+c", "ctrl+q"], 1))
def test_the_keys_that_leave_while_training(trainer: Start, key: str) -> None:
    terminal = trainer()
    terminal.run()
    terminal.press(key)
    assert terminal.leave() == 0
    assert terminal.traces == []
    assert re.match(r"epoch \d+ ", terminal.said)


@pytest.mark.parametrize(
    ("opens", "shows", "key"),
    few_rows(
        [("ctrl+p", "search", "ctrl+c"), ("?", "help", "ctrl+q"), ("g", "go to an", "ctrl+c")], 1
    ),
)
def test_the_keys_that_leave_do_so_from_everywhere(
    trainer: Start, opens: str, shows: str, key: str
) -> None:
    terminal = trainer()
    terminal.press(opens)
    terminal.until(shows)
    terminal.press(key)
    assert terminal.leave() == 0 and terminal.traces == []


def test_a_long_update_is_left_at_once(trainer: Start) -> None:
    terminal = trainer(
        "--init", "scaled", "--hidden", "500", "--length", "60", "--sequences", "150",
        "--batch", "150",
    )  # fmt: skip
    terminal.press("space")
    terminal.until(r"[▸>] (\d+( epochs?)?/s|unlimited|max/s)")
    terminal.press("q")
    assert terminal.leave() == 0
    assert terminal.traces == []
    assert terminal.said.startswith("epoch ")


@pytest.mark.parametrize("debug", few([False, True], 1))
def test_a_fault_in_the_trainer_is_told_on_the_terminal_of_before(
    trainer: Start, debug: bool
) -> None:
    terminal = trainer(*["--debug"] * debug, code=DRIVER)
    terminal.press(*["right"] * 6)
    assert terminal.leave() == 1
    assert terminal.traces == []
    lines = terminal.said.splitlines()
    assert "RuntimeError: out of luck" in " ".join(lines[-2:])
    assert ("Traceback" in terminal.said) is debug
    assert debug or terminal.said.startswith("rnn-tui: RuntimeError")
    assert "not for the screen" not in terminal.said


def test_train_draws_a_bar_with_the_time_left_and_leaves_the_summary(
    open_terminal: Start,
) -> None:
    terminal = open_terminal("train", "--epochs", "100000000")
    terminal.until(r"epoch +\d+/100000000 .*\d\d:\d\d left")
    terminal.send(signal.SIGINT)
    assert terminal.leave() == 130
    assert re.search(r"^epoch \d+ .*parameters_sha256", terminal.text.replace("\n", ""), re.M) or (
        "parameters_sha256" in terminal.text
    )


@pytest.mark.parametrize("term", few(["dumb", "unknown", ""], 1))
def test_a_terminal_that_cannot_show_a_screen_is_told_so(open_terminal: Start, term: str) -> None:
    terminal = open_terminal(TERM=term, size=(200, 30))
    assert terminal.leave() == 2
    assert b"\x1b" not in terminal.output and terminal.output.count(b"\n") == 1
    assert b"rnn-tui train" in terminal.output


@pytest.mark.parametrize(
    ("command", "told"),
    few_rows([([], True), ([], False), (["train", "--epochs", "100000000"], True)], 2),
)
def test_a_window_that_is_closed(
    open_terminal: Start, tmp_path: Path, command: list[str], told: bool
) -> None:
    """Not told by SIGHUP, as ssh and some multiplexers let it be, the reading thread notices."""
    path = tmp_path / "kept.safetensors"
    terminal = open_terminal(*command, "--save", str(path), controlling=told)
    terminal.until(r"epoch +[1-9]\d*/" if command else "epoch 0 ")
    if not command:
        terminal.run()
    terminal.hang_up()
    assert terminal.process.wait(60) == 129
    with safe_open(path, "numpy") as file:
        assert int(file.metadata()["epoch"]) > 0
