"""The dialogs for clipping, zeroing, names and branches."""

import re
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from textual.widgets import OptionList

from rnn_tui.app.dialogs.prompt import Prompt
from rnn_tui.app.dialogs.questions import go_to_command
from rnn_tui.session.lenses import norms as norms_lens
from rnn_tui.session.run import Run
from rnn_tui.timeline.navigator import Navigator
from rnn_tui.training.config import Config
from rnn_tui.training.trainer import Trainer
from tests.amounts import few, few_rows
from tests.session.playing import look

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
    few_rows(
        [
            ("Q[99]", "there is no Q; there is W, U, V, b_h, b_o"),
            ("U[3, 4", "write a name, a row or one number"),
            ("b_h[1, 1]", "b_h has numbers 0 to 9"),
            ("U[10]", "U has rows 0 to 9, columns 0 to 9"),
            ("W[2, 10]", "W has rows 0 to 2, columns 0 to 9"),
        ],
        1,
    ),
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


@pytest.mark.parametrize("typed", few(["1.5", "9" * 13, "+-5", "half", "1e3", "+50%", "-", "²"], 1))
async def test_g_says_how_to_write_what_is_not_an_epoch(opened: Open, typed: str) -> None:
    async with opened() as driver:
        await driver.press("g", *typed, "enter")
        await driver.until(lambda: "not an epoch: type a number" in driver.text)
        assert typed in driver.text
        await driver.go(12, *["backspace"] * 13, *"12", "enter")


async def test_g_takes_steps_shares_and_the_first_solved_epoch(opened: Open) -> None:
    async with opened(lr=0.01) as driver:
        await driver.press("g", *"solved", "enter")
        await driver.until(lambda: "not solved yet: space trains on" in driver.bottom)
        assert len(driver.app.screen_stack) == 1, "the dialog has closed"
        await driver.go(80, "g", *"80", "enter")
        for typed, epoch in [("50%", 40), ("+3", 43), ("-13", 30), ("100 %", 80), ("-99", 0)]:
            await driver.go(epoch, "g", *typed, "enter")
        solved = driver.snapshot.observation.first_solved
        assert solved is not None and 0 < solved <= 80
        await driver.go(solved, "g", *"solved", "enter")
        await driver.press("g", *"101%", "enter")
        await driver.until(lambda: "beyond the newest epoch" in driver.text)
        assert driver.snapshot.observation.newest == 80


async def test_steps_typed_in_one_burst_count_from_where_the_ones_before_led(opened: Open) -> None:
    async with opened() as driver:
        driver.burst("g", "9", "enter", "g", "-", "2", "enter")
        await driver.until(lambda: driver.epoch == 7 and driver.app.is_settled)


def test_a_problem_that_nobody_can_solve_has_no_solved_epoch() -> None:
    snapshot = look(Run(Navigator(Trainer(Config.of(sequences=2)))))
    hard = replace(snapshot, task=Unsolvable())
    with pytest.raises(ValueError, match="nobody can solve this without a mistake: coins"):
        go_to_command("solved", hard)


class Unsolvable:
    optimum, note, title = 0.5, "coins are tossed", "coins"


async def test_b_tells_what_each_branch_changed(opened: Open) -> None:
    async with opened() as driver:
        await driver.go(2, "right", "right")
        await driver.press("z", *"U", "enter")
        await driver.until(lambda: driver.snapshot.observation.branch == 1)
        await driver.go(3, "right")
        await driver.press("b")
        await driver.until(lambda: "branches" in driver.text)
        first, second = driver.text.split("─ branches")[1].splitlines()[1:3]
        assert re.search(r"  first +────  ── ●─+┬● +2 +\d", first)
        assert re.search(r"▸ branch 1 2 U = 0 ──────── +└─+● +3 +\d", second)


async def test_b_colours_each_branch_but_the_one_chosen(opened: Open) -> None:
    async with opened() as driver:
        await driver.go(2, "right", "right")
        await driver.press("z", *"U", "enter")
        await driver.until(lambda: driver.snapshot.observation.branch == 1)
        await driver.press("b")
        await driver.until(lambda: "branches" in driver.text)
        found = driver.app.screen.query_one(OptionList)

        def coloured() -> list[bool]:
            return [any("#" in str(s.style) or "$" in str(s.style) for s in option.prompt.spans)
                    for option in found.options]  # fmt: skip

        await driver.until(lambda: coloured() == [True, False])
        await driver.press("up")
        await driver.until(lambda: coloured() == [False, True])


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
