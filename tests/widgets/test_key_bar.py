"""The bottom line: whole hints, what makes no sense is grey, clicks, messages with keys beside."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from textual.app import App, ComposeResult

from widgets.drawing.panel import MUTED
from widgets.status.key_bar import (
    DISABLED,
    KEY,
    SEVERITIES,
    BottomLine,
    KeyBar,
    KeyHint,
    bottom_line,
    clipped,
    fitting,
    key_line,
)

pytestmark = pytest.mark.usefixtures("quick_pilot")

HINTS = (
    KeyHint((("space", "run"),), "run / pause", rank=0),
    KeyHint((("↑", "before"), ("↓", "after")), "sequence", rank=3),
    KeyHint((("←", "back"),), "back", enabled=False, rank=1),
    KeyHint((("q", "leave"),), "quit", rank=2),
)


def test_keys_and_what_they_do_stand_side_by_side() -> None:
    assert key_line(HINTS, 80).plain == "space run / pause  ↑↓ sequence  ← back  q quit"


def test_keys_that_are_words_are_kept_apart() -> None:
    hint = KeyHint((("up", "before"), ("down", "after")), "sequence")
    assert key_line([hint], 80).plain == "up/down sequence"


@pytest.mark.parametrize("width", range(60))
def test_a_hint_is_whole_or_not_there(width: int) -> None:
    line = key_line(HINTS, width)
    assert line.cell_length <= width
    labels = [hint.label for hint in fitting(HINTS, width)]
    assert all(label in line.plain for label in labels)


def test_the_highest_rank_goes_first() -> None:
    assert [hint.label for hint in fitting(HINTS, 45)] == ["run / pause", "back", "quit"]
    assert [hint.label for hint in fitting(HINTS, 25)] == ["run / pause", "back"]
    assert [hint.label for hint in fitting(HINTS, 20)] == ["run / pause"]


def colours(hint: KeyHint) -> set[str]:
    return {str(span.style) for span in key_line([hint], 80).spans if isinstance(span.style, str)}


def test_what_makes_no_sense_now_is_greyed_out() -> None:
    assert colours(HINTS[2]) == {DISABLED}
    assert colours(HINTS[0]) == {KEY, MUTED}


def line(message: str, severity: str = "information", width: int = 58) -> str:
    return bottom_line(BottomLine(HINTS, message, severity), width).plain


def test_beside_a_message_stand_the_keys_that_fit_the_first_always() -> None:
    assert line("saved", width=70).startswith("saved  ")
    assert line("saved", width=70).endswith("space run / pause  ↑↓ sequence  ← back  q quit")
    assert line("a message that takes much of the room").endswith("  space run / pause")


def test_a_message_too_long_loses_its_last_clauses() -> None:
    assert line("lr 0.002 from epoch 5 on; the next update begins a new branch") == (
        "lr 0.002 from epoch 5 on…        space run / pause  ← back"
    )


def test_a_suggestion_says_that_it_is_one_where_two_keys_have_room_beside_it() -> None:
    text = "z, hold U: does it need a memory?"
    assert line(text, "suggestion", 80).startswith(f"try: {text}  ")
    both = "  space run / pause  ← back"
    assert line(text, "suggestion", len(f"try: {text} {both}")) == f"try: {text} {both}"
    assert line(text, "suggestion", len(f"{text} {both}")) == f"{text} {both}"


def test_a_message_too_long_is_told_in_a_shorter_form_if_there_is_one() -> None:
    told = BottomLine(HINTS, "it went wrong in this and that way; r restarts", "error", (
        "it went wrong: r restarts", "r restarts",
    ))  # fmt: skip
    for width, text in ((48, told.message), (47, told.shorter[0]), (26, told.shorter[1])):
        assert bottom_line(told, width).plain.startswith(f"x {text}")
    assert bottom_line(told, 10).plain == "x r r…arts"


def test_an_error_may_take_the_whole_line() -> None:
    assert line("diverged after epoch 3: the W became NaN or infinite first", "error", 61) == (
        "x diverged after epoch 3: the W became NaN or infinite first "
    )


def test_signs_tell_what_a_message_is_without_colour() -> None:
    assert line("solved", "success").startswith("✓ solved")
    assert line("again?", "warning").startswith("! again?")


@given(st.text(), st.sampled_from(sorted(SEVERITIES)), st.integers(20, 200), st.booleans())
def test_any_message_fits(text: str, severity: str, width: int, ascii: bool) -> None:
    shown = bottom_line(BottomLine(HINTS, text, severity), width, ascii=ascii)
    assert shown.cell_length <= width
    if text.strip() and severity != "error" and width > 30:
        assert "space run / pause" in shown.plain


@given(st.text(alphabet="ab;:, ·"), st.integers(0, 40))
def test_a_text_is_clipped_to_its_width(text: str, width: int) -> None:
    assert cell_len(clipped(text, width)) <= width


class Bar(App[None]):
    """A bar; remembers what was clicked."""

    CSS = "KeyBar { dock: bottom; }"

    def __init__(self) -> None:
        super().__init__()
        self.ran: list[str] = []

    def compose(self) -> ComposeResult:
        bar = KeyBar()
        bar.value = BottomLine(
            tuple(
                hint._replace(
                    keys=tuple((key, f"app.note('{action}')") for key, action in hint.keys)
                )
                for hint in HINTS
            )
        )
        yield bar

    def action_note(self, name: str) -> None:
        self.ran.append(name)


async def test_a_click_on_a_key_or_its_word_does_what_the_key_does() -> None:
    app = Bar()
    async with app.run_test(size=(80, 5)) as pilot:
        await pilot.pause()
        line = key_line(HINTS, 80).plain
        for text in ("space", "pause", "↑", "↓", "quit"):
            await pilot.click(KeyBar, offset=(1 + line.index(text), 0))
        assert app.ran == ["run", "run", "before", "after", "leave"]


async def test_the_colours_of_the_parts_reach_the_screen() -> None:
    app = Bar()
    async with app.run_test(size=(80, 5)) as pilot:
        await pilot.pause()
        strip = app.query_one(KeyBar).render_line(0)
        shown = {segment.text.strip(): segment.style for segment in strip}
        key, disabled = shown["space"], shown["back"]
        assert key is not None and disabled is not None
        assert len({key.color, disabled.color, shown["quit"].color}) == 3  # type: ignore[union-attr]
