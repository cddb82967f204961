"""The first moment: keys typed ahead, mistakes in one line, a network too large to wait for."""

import re

import pytest

from tests.amounts import few_rows
from tests.end_to_end.terminal import Start

FAULTY = """
import sys
from rnn_tui.training.trainer import Trainer
def fail(*given):
    raise MemoryError("too large")
Trainer.__init__ = fail
from rnn_tui.cli import main
sys.argv = ["rnn-tui", *sys.argv[1:]]
main()
"""


def test_keys_typed_before_there_is_a_screen_act_in_their_order(open_terminal: Start) -> None:
    terminal = open_terminal()
    terminal.press("g", "4", "8", *"\x7f", "2", "enter", "right", "down", "l")
    terminal.until("epoch 43 ")
    terminal.until("sequence 2 of 10")
    terminal.until("log scale")
    terminal.press("q")
    assert terminal.leave() == 0 and terminal.traces == []


def test_leaving_can_be_typed_before_there_is_a_screen(open_terminal: Start) -> None:
    terminal = open_terminal()
    terminal.press("right", "q")
    assert terminal.leave() == 0 and terminal.traces == []
    assert re.search(r"epoch [01] ", terminal.said)


def test_the_first_frame_has_the_untrained_predictions(open_terminal: Start) -> None:
    terminal = open_terminal("--hidden", "100")
    terminal.until("advice: ")
    assert re.search(r"prediction .* \d of 10", terminal.text)


@pytest.mark.parametrize(
    ("arguments", "code", "exit_code", "told"),
    few_rows(
        [
            ([], FAULTY, 1, "MemoryError: too large"),
            (["--resume", "nothing"], "", 4, "nothing"),
            (["--lr", "nan"], "", 2, "--lr"),
        ],
        1,
    ),
)
def test_what_cannot_be_opened_is_one_line_and_no_screen(
    open_terminal: Start, arguments: list[str], code: str, exit_code: int, told: str
) -> None:
    terminal = open_terminal(*arguments, code=code, size=(250, 30))
    assert terminal.leave() == exit_code
    assert b"\x1b" not in terminal.output
    (line,) = terminal.text.strip().splitlines()
    assert line.startswith("rnn-tui: ") and told in line


def test_a_network_too_large_to_wait_for_can_be_left_before_it_is_shown(
    open_terminal: Start,
) -> None:
    large = ("--hidden", "1200", "--length", "100", "--sequences", "1000", "--init", "scaled")
    terminal = open_terminal(*large)
    terminal.until("evaluating")
    terminal.press("ctrl+c")
    assert terminal.leave() == 130
    assert terminal.traces == [] and b"\x1b" not in terminal.output
