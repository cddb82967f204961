"""What a terminal can show is found out from its name, and kept to."""

import pytest
from rich.color import Color as RichColor
from rich.segment import Segment
from rich.style import Style
from textual.color import Color

from rnn_tui.app.terminal.abilities import Colours, colours, draws_braille
from rnn_tui.app.terminal.colours import (
    BLACK,
    BLUE,
    BRIGHT,
    GREEN,
    GREY,
    RED,
    SILVER,
    WHITE,
    YELLOW,
    NoColours,
    SixteenColours,
)
from widgets.drawing.heat_map import NEGATIVE, POSITIVE

UTF8 = {"LANG": "de_AT.UTF-8"}
DARK, LIGHT = Color.parse("#121212"), Color.parse("#E0E0E0")


@pytest.mark.parametrize("term", ["linux", "linux-16color", "vt100", "vt220", "vt52", "ansi"])
def test_terminals_with_only_the_characters_of_their_font_are_drawn_on_in_ascii(term: str) -> None:
    assert not draws_braille({"TERM": term, **UTF8})


@pytest.mark.parametrize("term", ["xterm", "xterm-256color", "tmux", "screen", "foot", "vte"])
def test_the_others_get_braille_where_the_locale_is_utf8(term: str) -> None:
    assert draws_braille({"TERM": term, **UTF8})
    assert not draws_braille({"TERM": term, "LANG": "C"})


@pytest.mark.parametrize(
    ("environment", "number"),
    [
        ({"TERM": "xterm-16color"}, "sixteen"),
        ({"TERM": "linux"}, "sixteen"),
        ({"TERM": "xterm", "COLORTERM": ""}, "sixteen"),
        ({"TERM": "vt220"}, "none"),
        ({"TERM": "xterm-mono"}, "none"),
        ({"TERM": "vt525"}, "sixteen"),
        ({"TERM": "xterm-256color"}, "many"),
        ({"TERM": "xterm-kitty"}, "many"),
        ({"TERM": "xterm", "COLORTERM": "truecolor"}, "many"),
        ({"TERM": "xterm", "COLORTERM": "truecolor", "NO_COLOR": ""}, "none"),
        ({"TERM": "xterm-256color", "TEXTUAL_COLOR_SYSTEM": "standard"}, "sixteen"),
    ],
)
def test_how_many_colours_there_are(environment: dict[str, str], number: Colours) -> None:
    assert colours(environment) == number


def sixteen(text: str, background: Color, below: str = "") -> tuple[int | None, int | None]:
    """The numbers of the two colours."""
    style = Style(color=text or None, bgcolor=below or background.hex)
    ((_, style, _),) = SixteenColours().apply([Segment("x", style)], background)
    assert style is not None and style.color is not None and style.bgcolor is not None
    return style.color.number, style.bgcolor.number


@pytest.mark.parametrize(
    ("text", "on_dark", "on_light"),
    [
        ("#E0E0E0", WHITE, SILVER),
        ("#8d8d8d", SILVER, GREY),  # muted, and still read
        ("#454545", GREY, BLACK),
        ("#BA3C5B", RED + BRIGHT, RED),
        ("#4EBF71", GREEN + BRIGHT, GREEN),
        ("#FFA62B", YELLOW + BRIGHT, RED),  # yellow on white cannot be read
        (NEGATIVE, YELLOW + BRIGHT, RED),
        (POSITIVE, BLUE + BRIGHT, BLUE),
    ],
)
def test_text_keeps_its_hue_and_its_contrast(text: str, on_dark: int, on_light: int) -> None:
    assert sixteen(text, DARK) == (on_dark, BLACK)
    assert sixteen(text, LIGHT) == (on_light, WHITE)


def test_what_is_chosen_in_a_list_has_a_background_and_text_that_can_be_read() -> None:
    assert sixteen("#E0E0E0", DARK, "#0178D4") == (WHITE, BLUE)
    assert sixteen("#121212", DARK, "#FFA62B") == (BLACK, YELLOW)


def without(style: Style) -> str:
    ((_, plain, _),) = NoColours().apply([Segment("x", style)], DARK)
    assert plain is not None and plain.color is None and plain.bgcolor is None
    return str(plain)


def test_without_colours_there_is_dim_and_reversed_text() -> None:
    assert without(Style(color="#E0E0E0", bgcolor="#121212", bold=True)) == "bold"
    assert without(Style(color="#8d8d8d", bgcolor="#121212")) == "dim"
    assert without(Style(color="#E0E0E0", bgcolor="#0178D4")) == "reverse"
    assert without(Style(color="#121212", bgcolor="#E0E0E0", reverse=True)) == "none"


def test_no_style_stays_no_style_and_the_terminals_own_colours_are_understood() -> None:
    for painter in (SixteenColours(), NoColours()):
        assert painter.apply([Segment("x")], DARK) == [Segment("x")]
        painter.apply([Segment("x", Style(color=RichColor.default(), bgcolor="red"))], LIGHT)
