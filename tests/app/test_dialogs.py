"""The dialogs for clipping, zeroing, names and branches."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING

import pytest

from rnn_tui.app.dialogs.prompt import Prompt
from rnn_tui.session.lenses import norms as norms_lens

if TYPE_CHECKING:
    from .conftest import Driver

Open = Callable[..., "AbstractAsyncContextManager[Driver]"]


async def test_c_clips_from_the_next_update_on(opened: Open) -> None:
    async with opened() as driver:
        await driver.go(1, "right")
        await driver.press("c", *"0.5", "enter")
        await driver.until(lambda: "clip 0.5 from epoch 1" in driver.bottom)
        await driver.press("c", *"none", "enter")
        await driver.until(lambda: "no clipping" in driver.bottom)


async def test_a_change_in_the_past_is_marked_as_waiting_until_its_update_is_made(
    opened: Open,
) -> None:
    async with opened() as driver:
        await driver.go(4, *["right"] * 4)
        await driver.go(2, "left", "left")
        await driver.press("right_square_bracket")
        await driver.until(lambda: "lr 0.002 ?" in driver.panel(0))
        await driver.go(4, "end")
        assert "lr 0.002 ?" in driver.panel(0)
        await driver.go(2, "left", "left")
        await driver.go(3, "right")
        assert driver.snapshot.observation.branch == 1
        assert "lr 0.002" in driver.panel(0) and "?" not in driver.panel(0)


async def test_z_sets_weights_to_zero_on_a_new_branch(opened: Open) -> None:
    async with opened() as driver:
        await driver.go(2, "right", "right")
        await driver.press("z", *"U", "enter")
        await driver.until(lambda: driver.snapshot.observation.branch == 1)
        seen = driver.snapshot.observation.see(norms_lens.norms)
        norms = {view.name: view.norm for view in seen}
        assert norms["U"] == 0 and norms["V"] > 0


async def test_z_holds_weights_and_releases_those_that_are_held(opened: Open) -> None:
    async with opened() as driver:
        await driver.press("z", *"hold U, b_h", "enter")
        await driver.until(lambda: driver.snapshot.observation.settings["hold"] == "U, b_h")
        await driver.press("z", *"release V", "enter")
        await driver.until(lambda: "V is not held; held: U, b_h" in driver.text)
        await driver.press(*["backspace"] * 9, *"release U", "enter")
        await driver.until(lambda: driver.snapshot.observation.settings["hold"] == "b_h")


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("Q[99]", "there is no Q; there is W, U, V, b_h, b_o"),
        ("U[3, 4", "write a name, a row or one number"),
        ("U[10]", "U has rows 0 to 9, columns 0 to 9"),
        ("W[2, 10]", "W has rows 0 to 2, columns 0 to 9"),
        ("b_h[1, 1]", "b_h has numbers 0 to 9"),
    ],
)
async def test_weights_that_are_not_there_keep_the_dialog_and_the_text(
    opened: Open, typed: str, told: str
) -> None:
    async with opened() as driver:
        await driver.press("z")
        await driver.until(lambda: isinstance(driver.app.screen, Prompt))
        await driver.press(*typed, "enter")
        await driver.until(lambda: told in driver.text)
        assert typed in driver.text
        await driver.press("escape")
        await driver.until(lambda: len(driver.app.screen_stack) == 1)
        assert driver.snapshot.observation.branch == 0


@pytest.mark.parametrize("typed", ["-5", "1.5", "1e3", "9" * 13])
async def test_g_tells_what_is_not_the_number_of_an_epoch(opened: Open, typed: str) -> None:
    async with opened() as driver:
        await driver.press("g", *typed, "enter")
        await driver.until(lambda: "write the number of an epoch" in driver.text)
        assert typed in driver.text
        await driver.go(12, *["backspace"] * 13, *"12", "enter")


async def test_b_tells_what_is_different_in_each_branch(opened: Open) -> None:
    async with opened() as driver:
        await driver.go(2, "right", "right")
        await driver.press("z", *"U", "enter")
        await driver.until(lambda: driver.snapshot.observation.branch == 1)
        await driver.go(3, "right")
        await driver.press("b")
        await driver.until(lambda: "branches" in driver.text)
        first, of_first, second, of_second = driver.text.split("branches")[1].splitlines()[1:5]
        assert "  first  epochs 0 to 2  curve ends at " in first
        assert "    epoch 2: without U = 0 " in of_first
        assert "▸ branch 1  from epoch 2 to 3  curve ends at " in second
        assert "    epoch 2: U = 0 " in of_second


async def test_n_names_the_branch_and_b_visits_another(opened: Open) -> None:
    async with opened() as driver:
        await driver.go(2, "right", "right")
        await driver.press("z", *"U", "enter")
        await driver.until(lambda: driver.snapshot.observation.branch == 1)
        await driver.press("n")
        await driver.until(lambda: isinstance(driver.app.screen, Prompt))
        await driver.press(*["backspace"] * 20, *"mine", "enter")
        await driver.until(lambda: driver.snapshot.observation.branches[1].name == "mine")
        await driver.press("b")
        await driver.until(lambda: "mine" in driver.text)
        await driver.press("up", "enter")
        await driver.until(lambda: driver.snapshot.observation.branch == 0)
