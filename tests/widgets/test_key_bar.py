"""The bottom line shows whole hints, greys out what makes no sense, and can be clicked."""

import pytest
from textual.app import App, ComposeResult

from widgets.drawing.panel import MUTED
from widgets.status.key_bar import DISABLED, KEY, KeyBar, KeyHint, fitting, key_line

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


class Bar(App[None]):
    """A bar; remembers what was clicked."""

    CSS = "KeyBar { dock: bottom; }"

    def __init__(self) -> None:
        super().__init__()
        self.ran: list[str] = []

    def compose(self) -> ComposeResult:
        bar = KeyBar()
        bar.value = tuple(
            hint._replace(keys=tuple((key, f"app.note('{action}')") for key, action in hint.keys))
            for hint in HINTS
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
