"""What the screen shows besides: the mouse, sizes, messages, themes, plain characters."""

import re
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING

import pytest

from rnn_tui.app.app import frame_seconds
from rnn_tui.session.lenses.inside import inside
from rnn_tui.training.goals import Goal
from tests.amounts import few, few_rows
from widgets import KeyBar, LossChart, SequencePanel
from widgets.status.key_bar import DISABLED

if TYPE_CHECKING:
    from .conftest import Driver

Open = Callable[..., "AbstractAsyncContextManager[Driver]"]


async def test_the_bottom_line_can_be_clicked(opened: Open) -> None:
    async with opened() as driver:

        async def click(word: str) -> None:
            column = driver.text.splitlines()[-1].index(word)
            await driver.pilot.click(KeyBar, offset=(column, 0))

        for word, epoch in [("→", 1), ("→", 2), ("←", 1)]:
            await click(word)
            await driver.until(lambda wanted=epoch: driver.epoch == wanted)
        await click("run")
        await driver.until(lambda: driver.snapshot.activity in ("running", "replaying"))
        await click("pause")
        await driver.until(lambda: driver.snapshot.activity == "paused")
        await click("help")
        await driver.until(lambda: "Reading the screen" in driver.text or "help" in driver.text)
        await driver.press("escape")
        await click("↓")
        await driver.until(lambda: "sequence 2 of 10" in driver.text)


async def test_a_click_on_the_chart_goes_to_that_epoch(opened: Open) -> None:
    async with opened() as driver:
        await driver.go(100, "g", *"100", "enter")
        chart = driver.app.view.chart
        await driver.pilot.click(LossChart, offset=(2 + 7 + (chart.size.width - 7) // 2, 3))
        await driver.until(lambda: driver.snapshot.activity == "paused" and driver.epoch < 100)
        assert 40 <= driver.epoch <= 60
        assert driver.snapshot.observation.newest == 100
        assert str(driver.epoch) in driver.panel(0).splitlines()[-1]


async def test_the_arrows_in_the_title_of_the_strings_can_be_clicked(opened: Open) -> None:
    async with opened() as driver:
        await driver.pilot.click(SequencePanel, offset=(5, 0))
        await driver.until(lambda: "sequence 2 of 10" in driver.text)
        await driver.pilot.click(SequencePanel, offset=(3, 0))
        await driver.until(lambda: "sequence 1 of 10" in driver.text)


async def test_a_loss_of_a_sample_says_of_how_many_sequences(opened: Open) -> None:
    async with opened(sequences=1100, length=100, hidden=2) as driver:
        assert "sample of 1,000" in driver.text.splitlines()[0]


def greyed_out(driver: "Driver") -> set[str]:
    line = driver.app.view.key_bar.lines(200, 1)[0]
    grey = [span for span in line.spans if span.style == DISABLED]
    return {line.plain[span.start : span.end].strip() for span in grey} - {""}


async def test_what_makes_no_sense_is_greyed_out(opened: Open) -> None:
    async with opened(sequences=1) as driver:
        assert greyed_out(driver) == {"↑", "↓", "sequence"}
        await driver.go(1, "right")
        assert greyed_out(driver) == {"↑", "↓", "sequence"}


async def test_while_training_runs_a_key_is_answered_without_drawing_the_chart(
    opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rnn_tui.app.app.frame_seconds", lambda pace: 3600)
    async with opened() as driver:
        await driver.press("space")
        await driver.until(lambda: driver.snapshot.activity == "running")
        drawn: list[None] = []
        monkeypatch.setattr(driver.app.view.chart, "redraw", lambda: drawn.append(None))
        for number in (2, 3, 4):
            await driver.press("down")
            await driver.until(lambda wanted=number: f"sequence {wanted} of 10" in driver.text)
        assert not drawn
        await driver.press("space")
        await driver.until(lambda: driver.snapshot.activity == "paused")
        assert drawn, "at rest it is drawn at once"


@pytest.mark.parametrize("size", few([(59, 30), (1, 1), (100, 14), (20, 5)], 2))
async def test_a_terminal_too_small_is_told_so_and_comes_back(
    opened: Open, size: tuple[int, int]
) -> None:
    async with opened() as driver:
        await driver.pilot.resize_terminal(*size)
        await driver.until(lambda: len(driver.text) == size[0] * size[1] + size[1] - 1)
        if size != (1, 1):
            await driver.until(lambda: re.search(r"too\s+small.*60\s+x\s+15", driver.text, re.S))
        await driver.pilot.resize_terminal(60, 15)
        await driver.go(1, "right")
        await driver.until(lambda: "epoch 1 " in driver.text)
        assert "too small" not in driver.text


@pytest.mark.parametrize("size", few([(60, 15), (200, 60), (80, 24), (100, 30), (120, 21)], 2))
async def test_every_size_shows_the_state_the_loss_and_the_strings_whole(
    opened: Open, size: tuple[int, int]
) -> None:
    async with opened(size=size) as driver:
        await driver.go(2, "right", "right")
        text = driver.text
        lines = text.splitlines()
        assert {len(line) for line in lines} == {size[0]} and len(lines) == size[1]
        for wanted in ("paused", "epoch 2", "loss", "prediction", "input", "target"):
            assert wanted in text, wanted
        assert "W 4." in text or re.search(r"W +x→h", text)
        assert ("‖∂L/∂s_h‖" in text and "moved" in text) is (size[1] > 21)
        assert ("guessing" in text) is (size[0] > 75)
        assert re.search(r"right .* *\d+ of 100", text)
        assert (re.search(r"└0─.* epoch ", text) is not None) is (size[0] > 75)
        for line in lines[2:-1]:
            assert line[0] in "╭│╰" and line.rstrip()[-1] in "╮│╯", line


@pytest.mark.parametrize("options", few([{"length": 200, "symbols": 30}, {"sequences": 1}, {}], 1))
async def test_ascii_leaves_no_other_character(opened: Open, options: dict[str, int]) -> None:
    async with opened(ascii_only=True, size=(80, 24), **options) as driver:
        for keys in (["right"] * 2, ["right_square_bracket", "left", "l"], ["question_mark"],
                     ["escape", "2", "question_mark"], ["pagedown"],
                     ["escape", "g", "5"], ["escape", "ctrl+p"], ["e"]):  # fmt: skip
            await driver.press(*keys)
            await driver.pilot.pause()
            strange = {character for character in driver.text if not character.isascii()}
            assert strange == set(), keys


@pytest.mark.parametrize(
    ("theme", "no_colour"),
    few_rows(
        [
            ("dracula", True),
            ("ansi-light", False),
            ("textual-light", False),
            ("textual-light", True),
        ],
        1,
    ),
)
async def test_themes_with_and_without_colour(
    opened: Open, theme: str, no_colour: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if no_colour:
        monkeypatch.setenv("NO_COLOR", "1")
    async with opened(theme=theme) as driver:
        await driver.go(2, "right", "right")
        await driver.press("right_square_bracket", "question_mark", "escape", "g")
        await driver.pilot.pause()
        assert "✗" in driver.text and "go to an epoch" in driver.text


async def test_a_message_passes_and_advice_is_given_at_the_start(
    opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    from rnn_tui.app import app

    monkeypatch.setattr(app, "MESSAGE_SECONDS", 0.3)
    told: list[str] = []
    tell = app.TrainerApp.tell
    monkeypatch.setattr(
        app.TrainerApp,
        "tell",
        lambda self, text, *more, **forms: (told.append(text), tell(self, text, *more, **forms)),
    )
    async with opened(advice="be careful") as driver:
        await driver.until(lambda: "be careful" in told and "be careful" not in driver.bottom)
        assert "successor mod 3" in driver.title
        await driver.press("left")
        await driver.until(lambda: any("this is epoch 0" in text for text in told))
        await driver.until(lambda: "this is epoch 0" not in driver.bottom)


async def test_a_message_goes_with_the_next_command_and_advice_does_not(
    opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    from rnn_tui.app import app

    monkeypatch.setattr(app, "MESSAGE_SECONDS", 1_000)
    async with opened(advice="be careful") as driver:
        await driver.until(lambda: "be careful" in driver.bottom)
        await driver.go(1, "right")
        assert "be careful" in driver.bottom
        await driver.go(0, "left")
        await driver.press("left")
        await driver.until(lambda: "this is epoch 0" in driver.bottom)
        await driver.go(1, "right")
        await driver.until(lambda: "this is epoch 0" not in driver.bottom)


async def test_a_goal_pauses_once(opened: Open) -> None:
    async with opened(goal=Goal(5)) as driver:
        await driver.press("plus", "plus", "space")
        await driver.until(lambda: driver.snapshot.activity == "paused" and driver.epoch == 5)
        assert "space continues" in driver.bottom
        await driver.press("space")
        await driver.until(lambda: driver.epoch > 8)


async def test_patience_goes_back_and_says_so_also_where_the_run_was_solved_before(
    opened: Open,
) -> None:
    options = {"delay": 1, "length": 6, "sequences": 4, "hidden": 8, "init": "scaled"}
    goal = Goal(patience=7)
    async with opened(goal=goal, task="echo", valid=2.0, lr=0.3, **options) as driver:
        await driver.press("plus", "plus", "plus", "plus", "plus", "space")
        await driver.until(lambda: driver.snapshot.activity == "paused")
        await driver.until(lambda: "no lower validation loss for 7 epochs" in driver.bottom)
        seen = driver.snapshot.observation
        assert seen.newest == seen.epoch + 7 and seen.first_solved is not None


@pytest.mark.parametrize("width", few([60, 80, 100, 160], 1))
async def test_a_divergence_is_told_with_what_to_do_and_stays_told(
    opened: Open, width: int
) -> None:
    options = {"hidden": 512, "length": 100, "dtype": "float32", "sequences": 1}
    async with opened(size=(width, 30), **options) as driver:
        await driver.press("space")
        await driver.until(lambda: driver.snapshot.activity == "diverged")
        assert "diverged after epoch" in driver.bottom
        assert "c clips, r restarts" in driver.bottom
        await driver.go(0, "home")
        assert "diverged after" not in driver.bottom


async def test_a_fault_in_the_thread_ends_the_app_with_1(
    opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    from rnn_tui.training.trainer import Trainer

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("out of luck")

    monkeypatch.setattr(Trainer, "advance", fail)
    async with opened() as driver:
        await driver.press("right")
        await driver.until(lambda: driver.app.return_code == 1)
        assert isinstance(driver.app.failure, RuntimeError)


def test_at_full_speed_there_are_fewer_frames_as_nobody_can_follow_single_epochs() -> None:
    assert frame_seconds(None) > frame_seconds(1000) == frame_seconds(1)


@pytest.mark.parametrize("size", few([(80, 24), (200, 60), (100, 30), (120, 40)], 1))
async def test_the_fifty_digits_of_the_notebook_are_whole(
    opened: Open, size: tuple[int, int]
) -> None:
    async with opened(size=size, length=50) as driver:
        await driver.go(3, "g", *"3", "enter")
        seen = driver.snapshot.observation.see(inside)
        rows = [seen.inputs, seen.targets, seen.predictions]
        shown = ["".join(line.split()) for line in driver.text.splitlines()]
        for row in rows:
            assert any("".join(row) in line for line in shown), row


async def test_what_a_key_asks_for_in_a_long_epoch_is_drawn_before_the_epoch_ends(
    opened: Open,
) -> None:
    async with opened(sequences=10_000, length=20, hidden=64, cell="lstm") as driver:
        await driver.press("3")
        await driver.until(lambda: "temperature 1 " in driver.text)
        await driver.press("space")
        await driver.until(lambda: driver.snapshot.activity == "running")
        await driver.press("full_stop")
        await driver.until(lambda: "temperature 1 " not in driver.text)
        assert driver.epoch == 0
