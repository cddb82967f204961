"""Every key of the table does what its description says."""

import re
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from textual.events import MouseScrollUp

from rnn_tui.app.keys import GLOBAL_KEYS, keys_of_view
from rnn_tui.app.views.registry import VIEWS, switch_keys
from rnn_tui.app.views.view import View
from rnn_tui.app.words import title
from rnn_tui.session.commands import PACES
from tests.amounts import few, few_rows
from widgets import SequencePanel
from widgets.sequence.geometry import geometry

if TYPE_CHECKING:
    from .conftest import Driver

Open = Callable[..., "AbstractAsyncContextManager[Driver]"]


def lr(driver: "Driver") -> float:
    found = re.search(r"lr ([\d.e-]+)", title(driver.snapshot))
    assert found
    return float(found[1])


async def test_plus_and_minus_change_the_pace(opened: Open) -> None:
    async with opened() as driver:
        for keys, places in [(["plus"], 1), (["equals_sign"], 1), (["minus"] * 3, -3)]:
            index = PACES.index(driver.snapshot.pace) + places
            await driver.press(*keys)
            await driver.until(lambda wanted=PACES[index]: driver.snapshot.pace == wanted)
        await driver.press(*["plus"] * 12)
        await driver.until(lambda: "unlimited" in driver.text)
        await driver.press(*["minus"] * 12)
        await driver.until(lambda: re.search(r"\b1 epochs?/s", driver.text))


async def test_the_brackets_change_the_rate_which_the_title_and_the_chart_show(
    opened: Open,
) -> None:
    async with opened() as driver:
        await driver.go(3, "right", "right", "right")
        await driver.press("right_square_bracket")
        await driver.until(lambda: lr(driver) == 0.002)
        assert "lr 0.002" in driver.title
        await driver.press("left_square_bracket", "left_square_bracket")
        await driver.until(lambda: lr(driver) == 0.0005)
        await driver.go(4, "right")
        assert "lr 0.0005" in driver.panel(0)
        await driver.go(2, "left", "left")
        assert lr(driver) == 0.001


async def test_up_and_down_show_the_other_sequences(opened: Open) -> None:
    async with opened(sequences=3) as driver:
        seen = set()
        for key, number in [("down", 2), ("down", 3), ("down", 1), ("up", 3)]:
            await driver.press(key)
            await driver.until(lambda n=number: f"sequence {n} of 3" in driver.text)
            seen.add(driver.panel(1))
        assert len(seen) == 3


async def test_the_angle_brackets_move_the_step_looked_at_and_why_and_the_window_follow(
    opened: Open,
) -> None:
    async with opened(length=200) as driver:
        panel = driver.app.view.strings
        for key, count, step in [("greater_than_sign", 3, 3), ("less_than_sign", 1, 2)]:
            await driver.press(*[key] * count)
            await driver.until(lambda t=step: f"why, at t = {t} " in driver.text)
            assert panel.value is not None and panel.value.step == step
        for _ in range(40):
            await driver.press("greater_than_sign")
        await driver.until(lambda: "why, at t = 42 " in driver.text)
        assert panel._start > 0


async def test_a_click_on_a_step_looks_at_it_and_the_wheel_goes_on(opened: Open) -> None:
    async with opened() as driver:
        panel = driver.app.view.strings
        shape = geometry(panel.value, panel.size.width)
        column = 2 + shape.labels + 6 * shape.cell + shape.lead
        await driver.pilot.click(SequencePanel, offset=(column, 2))
        await driver.until(lambda: "why, at t = 6" in driver.text)
        panel.post_message(MouseScrollUp(panel, 5, 2, 0, 0, 0, False, False, False))
        await driver.until(lambda: "why, at t = 5" in driver.text)


async def test_the_chart_is_zoomed_and_shown_whole_again(opened: Open) -> None:
    async with opened() as driver:
        await driver.go(60, "g", *"60", "enter")
        whole = driver.panel(0)
        await driver.press("i")
        assert " all ┄" in driver.panel(0) and "u all" in driver.text
        closer = driver.panel(0)
        await driver.press("i", "u")
        assert driver.panel(0) == closer
        await driver.press("escape")
        assert driver.panel(0) == whole
        await driver.press("L")
        assert "log epochs" in driver.text and driver.panel(0) != whole
        await driver.press("L")
        assert driver.panel(0) == whole


async def test_the_curve_before_a_restart_stays_in_the_chart(opened: Open) -> None:
    async with opened() as driver:
        await driver.go(9, "g", "9", "enter")
        await driver.go(0, "r")
        await driver.go(2, "right", "right")
        assert "before r" in driver.panel(0) and "now" in driver.panel(0)


async def test_l_changes_the_axis_and_t_the_loss(opened: Open) -> None:
    async with opened() as driver:
        await driver.go(3, "right", "right", "right")
        linear = driver.panel(0)
        await driver.press("l")
        assert "log scale" in driver.text and driver.panel(0) != linear
        await driver.press("l")
        assert "log scale" not in driver.text and driver.panel(0) == linear
        value = driver.app.view.status.value
        assert value is not None and not value.is_total and "loss " in driver.text
        await driver.press("t")
        total = driver.app.view.status.value
        assert total is not None and total.is_total and "total " in driver.text
        assert total.loss == pytest.approx(100 * value.loss)


@pytest.mark.parametrize(("key", "seed"), few_rows([("R", 1), ("r", 0)], 1))
async def test_a_restart_asks_once_after_100_epochs(opened: Open, key: str, seed: int) -> None:
    async with opened() as driver:
        untrained = driver.panel(1)
        await driver.go(2, "right", "right")
        await driver.go(0, key)
        assert driver.snapshot.config.seed == seed
        assert (driver.panel(1) == untrained) is (seed == 0)
        await driver.go(101, "g", *"101", "enter")
        await driver.press(key)
        assert f"{key} again" in driver.bottom and driver.epoch == 101
        await driver.press("up", key)  # another key in between: asks again
        assert f"{key} again" in driver.bottom and driver.epoch == 101
        await driver.go(0, key)
        assert driver.snapshot.config.seed == 2 * seed
        assert driver.snapshot.observation.newest == 0


async def test_ctrl_s_writes_a_file_and_never_over_another(opened: Open, tmp_path: Path) -> None:
    name = "rnn-tui-successor-seed0-epoch1"
    (tmp_path / f"{name}.safetensors").write_text("mine")
    async with opened() as driver:
        await driver.go(1, "right")
        await driver.press("ctrl+s")
        await driver.until(lambda: f"{name}-2.safetensors" in driver.bottom)
    assert (tmp_path / f"{name}.safetensors").read_text() == "mine"
    assert (tmp_path / f"{name}-2.safetensors").stat().st_size > 1000


async def test_ctrl_s_takes_the_name_given(opened: Open, tmp_path: Path) -> None:
    async with opened(save=tmp_path / "mine.safetensors") as driver:
        await driver.press("ctrl+s")
        await driver.until(lambda: "mine.safetensors" in driver.bottom)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.safetensors"]


async def test_p_saves_a_picture_under_a_free_name(opened: Open, tmp_path: Path) -> None:
    name = "rnn-tui-successor-seed0-epoch0"
    (tmp_path / f"{name}.svg").write_text("mine")
    async with opened() as driver:
        await driver.press("p")
        await driver.until(lambda: f"picture saved as {name}-2.svg" in driver.bottom)
    assert (tmp_path / f"{name}.svg").read_text() == "mine"
    picture = (tmp_path / f"{name}-2.svg").read_text()
    assert "predict" in picture and "@font-face" not in picture


@pytest.mark.parametrize("size", few([(60, 15), (80, 24), (100, 24)], 1))
async def test_the_bottom_line_names_the_other_view(opened: Open, size: tuple[int, int]) -> None:
    async with opened(size=size) as driver:
        assert "2 weights" in driver.text.splitlines()[-1]
        for key, other in [("2", "1 overview"), ("1", "2 weights")]:
            await driver.press(key)
            await driver.until(lambda wanted=other: wanted in driver.text.splitlines()[-1])


async def test_the_help_lists_every_key(opened: Open) -> None:
    async with opened(size=(100, 160)) as driver:
        await driver.press("question_mark")
        await driver.until(lambda: "Reading the screen" in driver.text)
        shown = driver.text
        for key in driver.app.view.keys:
            assert f" {key.shown} " in shown and key.description in shown, key
        await driver.pilot.resize_terminal(60, 15)
        for closing in ("question_mark", "escape", "enter"):
            await driver.press(closing)
            assert len(driver.app.screen_stack) == 1
            await driver.press("question_mark")


@pytest.mark.parametrize("view", VIEWS)
def test_no_key_has_two_meanings(view: type[View]) -> None:
    keys = keys_of_view(view.view_keys, switch_keys())
    names = [name for key in keys for name in key.keys.split(",")]
    assert len(set(names)) == len(names)
    assert all(key.description and key.section and key.ascii.isascii() for key in keys)


def test_a_hint_of_the_bottom_line_has_one_rank() -> None:
    ranks = {(key.hint, key.rank) for key in GLOBAL_KEYS if key.hint}
    assert len({rank for _, rank in ranks}) == len(ranks)
