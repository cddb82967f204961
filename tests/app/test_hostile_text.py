"""What is in names and messages is shown, and neither obeyed nor in the way."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.segment import Segment
from textual.color import Color
from wcwidth import wcswidth

from rnn_tui.app.dialogs.questions import branch_name
from rnn_tui.app.terminal.clear_text import ClearText
from rnn_tui.model.option import option
from rnn_tui.tasks.registry import TASKS
from rnn_tui.tasks.successor import Successor
from tests.amounts import few
from tests.app.conftest import Open

NAMES = {
    "x[@click=app.leave]y": "x[@click=app.leave]y",
    "a\x1b[31mb": "a␛[31mb",
    "[bold red]x[/]": "[bold red]x[/]",
    "[/]": "[/]",
    "😀漢": "😀漢",
    "\u202eabc\u200d": "‹202E›abc‹200D›",
    "long" * 50: "long" * 10,
    "漢" * 200: "漢" * 20,
}


@pytest.mark.parametrize("typed", few(NAMES, 1))
async def test_a_branch_may_have_any_name(opened: Open, typed: str) -> None:
    shown = NAMES[typed]
    async with opened(size=(200, 40)) as driver:
        await driver.press("right", "left", "right_square_bracket", "right", "n")
        await driver.until(lambda: "name of branch" in driver.text)
        driver.app.screen._input.value = typed
        await driver.press("enter")
        await driver.until(lambda: f"branch 1 is now “{shown}”" in driver.text)
        await driver.press("b")
        await driver.until(lambda: "enter goes there" in driver.text)
        assert shown[:4] in driver.text  # long names are shortened
        await driver.press("escape", "z")
        await driver.until(lambda: f"of {shown[:5]}" in driver.text)
        await driver.press("escape", "up")
        assert shown[:4] in driver.text


def test_a_name_needs_something_to_see() -> None:
    for text in ("", "   "):
        with pytest.raises(ValueError, match="write a name"):
            branch_name(text)


@given(st.text(st.characters()), st.booleans())
def test_whatever_is_painted_keeps_its_width_and_commands_nothing(text: str, ascii: bool) -> None:
    segments = [Segment("a┤✗⣿"), Segment(text)]
    first, second = ClearText(ascii).apply(segments, Color(0, 0, 0))
    assert first.text == "a┤✗⣿"
    assert cell_len(second.text) == cell_len(text) == wcswidth(second.text)
    assert not ascii or not any(
        character.isalpha() and not character.isascii() for character in second.text
    )


ALPHABET = (
    "\0",
    "\x1b[31m",
    "[red]",
    "漢",
    "😀",
    "א",
    "e\u0301",
    "\u200d",
    "👩\u200d💻",
    " ",
    "\ud800",
)


@dataclass(frozen=True)
class Hostile(Successor):
    """Symbols that a terminal might obey, swallow or draw in any width."""

    name = "hostile"
    symbols: int = option(len(ALPHABET), "Size of the vocabulary, V.", least=2)

    @property
    def inputs(self) -> tuple[str, ...]:
        return ALPHABET


@pytest.mark.parametrize("ascii_only", few([False, True], 1))
@pytest.mark.parametrize("size", few([(200, 60), (80, 24), (60, 15), (100, 30)], 1))
async def test_symbols_of_any_kind_leave_every_line_as_wide_as_the_screen(
    opened: Open, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int], ascii_only: bool
) -> None:
    monkeypatch.setitem(TASKS, "hostile", Hostile)
    async with opened(size=size, ascii_only=ascii_only, task="hostile") as driver:
        for key in ("right", "down", "m", "greater_than_sign", "tab"):
            await driver.press(key)
            await driver.settled()
            for line in driver.text.splitlines():
                assert wcswidth(line) == cell_len(line) == size[0], line
        if size[0] == 200:
            shown = ("<00>", "<5D0>", "_") if ascii_only else ("␀", "‹5D0›", "␣", "漢")
            assert all(stand_in in driver.text for stand_in in shown), driver.text
        foreign = [c for c in driver.text if not c.isascii()]
        assert not ascii_only or not foreign, driver.text
