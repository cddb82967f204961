"""The bytes that are written: no colour that the terminal does not have."""

import re

import pytest

from tests.amounts import few
from tests.end_to_end.terminal import Start, Terminal

SGR = re.compile(rb"\x1b\[([\d;]*)m")


def look_around(terminal: Terminal) -> None:
    """The overview, the weights, a dialog, the help, the palette."""
    terminal.press("right", "right_square_bracket", "2")
    terminal.until("h.h")
    terminal.press("1", "b")
    terminal.until("enter goes there")
    for key, shown in (("?", "Reading the screen"), ("ctrl+p", "search for an action")):
        terminal.press("escape")
        terminal.silence()
        terminal.press(key)
        terminal.until(shown)
    terminal.silence()
    terminal.press("ctrl+c")
    assert terminal.leave() == 0 and terminal.traces == []


def codes(terminal: Terminal) -> set[int]:
    return {
        int(code) for found in SGR.findall(terminal.output) for code in found.split(b";") if code
    }


@pytest.mark.parametrize("theme", few(["textual-dark", "textual-light"], 1))
@pytest.mark.parametrize("term", few(["linux", "xterm-16color"], 1))
def test_a_terminal_of_sixteen_colours_is_sent_no_other(
    trainer: Start, term: str, theme: str
) -> None:
    terminal = trainer("--theme", theme, TERM=term, COLORTERM="")
    assert terminal.text.isascii() is (term == "linux")
    look_around(terminal)
    used = codes(terminal)
    assert not used & {38, 48}
    assert used & {91, 31} and used & {40, 107}


@pytest.mark.soak
@pytest.mark.parametrize(
    "variables", few([{"TERM": "vt220", "COLORTERM": ""}, {"NO_COLOR": "1"}], 1)
)
def test_without_colours_none_is_sent_and_what_is_wrong_is_still_marked(
    trainer: Start, variables: dict[str, str]
) -> None:
    terminal = trainer(**variables)
    terminal.until("✗" if "NO_COLOR" in variables else r"prediction .*\dx")
    look_around(terminal)
    assert codes(terminal) <= set(range(10))
