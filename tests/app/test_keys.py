"""Every key of the table does what its description says."""

import asyncio
import re
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from textual import events
from textual.command import CommandList

from rnn_tui.app.keys import GLOBAL_KEYS
from rnn_tui.app.views.registry import VIEWS, switch_keys
from rnn_tui.app.views.view import View
from rnn_tui.session.commands import PACES
from rnn_tui.session.lenses import norms as norms_lens
from rnn_tui.session.lenses import sequence as sequence_lens

if TYPE_CHECKING:
    from .conftest import Driver

Open = Callable[..., "AbstractAsyncContextManager[Driver]"]


def lr(driver: "Driver") -> float:
    found = re.search(r"lr ([\d.e-]+)", driver.app.view.status.value.title)
    assert found
    return float(found[1])


async def test_it_starts_paused_at_epoch_0_with_the_untrained_predictions(opened: Open) -> None:
    async with opened() as driver:
        assert driver.snapshot.activity == "paused" and driver.epoch == 0
        lines = driver.text.splitlines()
        assert lines[0].rstrip().endswith("paused")
        assert "press space" in driver.text and "✗" in driver.text
        assert lines[-1].startswith(" space run")


async def test_space_runs_and_pauses(opened: Open) -> None:
    async with opened() as driver:
        await driver.press("space")
        await driver.until(lambda: driver.epoch > 2)
        assert driver.snapshot.activity == "running" and "space pause" in driver.text
        await driver.press("space")
        await driver.until(lambda: driver.snapshot.activity == "paused")
        epoch = driver.epoch
        await driver.press("down")
        await driver.until(lambda: "sequence 2 of 10" in driver.text)
        assert driver.epoch == epoch and "space run" in driver.text


@pytest.mark.parametrize(
    ("forward", "back", "epochs"),
    [("right", "left", 1), ("shift+right", "shift+left", 10), ("pagedown", "pageup", 10)],
)
async def test_the_keys_that_step_move_by_exactly_so_many(
    opened: Open, forward: str, back: str, epochs: int
) -> None:
    async with opened() as driver:
        for epoch in (1, 2, 3):
            await driver.go(epoch * epochs, forward)
        for epoch in (2, 1, 0, 0):
            await driver.go(epoch * epochs, back)
        assert driver.snapshot.observation.newest == 3 * epochs


async def test_stepping_pauses_first(opened: Open) -> None:
    async with opened() as driver:
        await driver.press("space")
        await driver.until(lambda: driver.epoch > 2)
        await driver.press("left")
        await driver.until(lambda: driver.snapshot.activity == "paused")


async def test_home_and_end_keep_the_future(opened: Open) -> None:
    async with opened() as driver:
        await driver.go(10, "pagedown")
        await driver.go(0, "home")
        assert driver.snapshot.observation.newest == 10
        await driver.go(10, "end")


async def test_the_past_is_shown_as_it_was_and_goes_on_with_the_same_bits(opened: Open) -> None:
    async with opened(lr=0.01) as driver:

        def seen() -> tuple[object, ...]:
            at = driver.snapshot.observation
            one = at.see(sequence_lens.sequence)
            return (
                at.evaluation, at.settings, one.predictions,
                one.confidence.tolist(), one.gradient_norms.tolist(),
                [(v.norm, v.gradient_norm, v.update_ratio) for v in at.see(norms_lens.norms)],
                driver.panel(1), driver.panel(3),
            )  # fmt: skip

        first = [seen()]
        for epoch in range(1, 7):
            await driver.go(epoch, "right")
            first.append(seen())
        assert len({str(moment) for moment in first}) == 7
        for epoch in range(5, -1, -1):
            await driver.go(epoch, "left")
            assert seen() == first[epoch]
        for epoch in range(1, 7):
            await driver.go(epoch, "right")
            assert seen() == first[epoch]


@pytest.mark.parametrize("repeated", range(5))
async def test_keys_that_come_at_once_mean_what_they_mean_one_by_one(
    opened: Open, repeated: int
) -> None:
    async with opened() as driver:
        driver.burst("g", "5", "7", "backspace", "2", "enter", "l", "g", "9", "escape", "t")
        await driver.until(lambda: driver.epoch == 52 and driver.snapshot.activity == "paused")
        await driver.until(lambda: driver.app.total and driver.app.view.chart.logarithmic)
        driver.burst("z", *"U[3]", "enter", "right")
        await driver.until(lambda: driver.epoch == 53)
        assert "branch" in driver.text and len(driver.app.screen_stack) == 1
        driver.burst("z", *"Q[3]", "enter", *["backspace"] * 4, *"V[1]", "enter")
        await driver.until(lambda: "V[1] is zero" in driver.text)


async def test_keys_that_come_with_one_that_opens_a_list_or_the_help_go_into_it(
    opened: Open,
) -> None:
    async with opened() as driver:
        await driver.go(9, "g", "9", "enter")
        driver.burst("z", "U", "enter", "right")
        await driver.until(lambda: driver.epoch == 10)
        assert driver.snapshot.observation.branch == 1
        driver.burst("b", "up", "enter", "b", "down", "b", "question_mark", "enter", "l")
        await driver.until(lambda: driver.app.view.chart.logarithmic)
        await driver.until(lambda: driver.snapshot.observation.branch == 0)
        driver.burst("ctrl+p", *"next seed")
        await driver.until(
            lambda: [li.option_count for li in driver.app.screen.query(CommandList)] == [1]
        )
        await driver.press("enter")
        await driver.until(lambda: driver.snapshot.config.seed == 1)


async def test_keys_act_while_the_view_is_busy(opened: Open) -> None:
    async with opened() as driver:
        free = asyncio.Event()
        driver.app.view.call_later(free.wait)
        driver.burst("g", "4")
        try:
            await driver.until(lambda: len(driver.app.screen_stack) == 2)
        finally:
            free.set()
        driver.burst("2", "enter")
        await driver.until(lambda: driver.epoch == 42)


async def test_a_text_that_is_pasted_keeps_its_place_among_the_keys(opened: Open) -> None:
    async with opened() as driver:
        driver.burst("g", "1")
        driver.app.post_message(events.Paste("2\n3"))
        driver.burst("0", "enter")
        await driver.until(lambda: driver.epoch == 120)


async def test_what_is_closed_twice_is_closed_once(opened: Open) -> None:
    async with opened() as driver:
        await driver.press("b")
        x, y = driver.app.screen.query_one("OptionList").content_region.offset
        for kind in (events.MouseDown, events.MouseUp):
            driver.app.post_message(kind(None, x, y, 0, 0, 1, False, False, False, x, y))
        driver.burst("enter")
        await driver.until(lambda: len(driver.app.screen_stack) == 1)
        await driver.press("ctrl+p", *"go to an")
        await driver.until(
            lambda: [found.option_count for found in driver.app.screen.query(CommandList)] == [1]
        )
        driver.burst("enter", "enter")
        await driver.pilot.pause()
        await driver.press("escape")
        driver.burst("ctrl+p", "escape", "right")
        await driver.until(lambda: driver.epoch == 1)


async def test_g_goes_back_and_trains_beyond_the_newest(opened: Open) -> None:
    async with opened() as driver:
        await driver.go(15, "g", "1", "5", "enter")
        await driver.go(4, "g", "4", "enter")
        assert driver.snapshot.observation.newest == 15
        await driver.press("g", "x", "escape")
        await driver.press("g", "enter")
        await driver.pilot.pause()
        assert driver.epoch == 4 and len(driver.app.screen_stack) == 1


async def test_escape_cancels_a_way_that_is_long(opened: Open) -> None:
    async with opened() as driver:
        await driver.press("g", *"999999999", "enter")
        await driver.until(lambda: driver.epoch > 20)
        assert "going to 999999999" in driver.title
        await driver.press("escape")
        await driver.until(lambda: driver.snapshot.activity == "paused")
        assert 20 < driver.epoch < 999_999_999


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


async def test_a_rate_set_back_in_the_past_has_not_happened(opened: Open) -> None:
    async with opened() as driver:
        await driver.go(10, "pagedown")
        await driver.go(0, "home")
        await driver.press("right_square_bracket", "left_square_bracket")
        await driver.until(lambda: lr(driver) == 0.001)
        await driver.go(1, "right")
        assert driver.snapshot.observation.newest == 10
        assert driver.snapshot.observation.changes == ()


async def test_up_and_down_show_the_other_sequences(opened: Open) -> None:
    async with opened(sequences=3) as driver:
        seen = set()
        for key, number in [("down", 2), ("down", 3), ("down", 1), ("up", 3)]:
            await driver.press(key)
            await driver.until(lambda n=number: f"sequence {n} of 3" in driver.text)
            seen.add(driver.panel(1))
        assert len(seen) == 3


async def test_the_angle_brackets_move_through_a_long_sequence(opened: Open) -> None:
    async with opened(length=200) as driver:
        start = driver.app.view.strings._start
        await driver.press("greater_than_sign", "greater_than_sign")
        assert driver.app.view.strings._start > start
        await driver.press(*["less_than_sign"] * 3)
        assert driver.app.view.strings._start < start + 2


async def test_l_changes_the_axis_and_t_the_loss(opened: Open) -> None:
    async with opened() as driver:
        await driver.go(3, "right", "right", "right")
        linear = driver.panel(0)
        await driver.press("l")
        assert "log scale" in driver.text and driver.panel(0) != linear
        await driver.press("l")
        assert "log scale" not in driver.text and driver.panel(0) == linear
        value = driver.app.view.status.value
        assert value is not None and value.unit == "nats/symbol"
        await driver.press("t")
        total = driver.app.view.status.value
        assert total is not None and total.unit == "nats"
        assert total.loss == pytest.approx(100 * value.loss)


@pytest.mark.parametrize(("key", "seed"), [("r", 0), ("R", 1)])
async def test_beginning_anew_asks_once_after_100_epochs(opened: Open, key: str, seed: int) -> None:
    async with opened() as driver:
        untrained = driver.panel(1)
        await driver.go(2, "right", "right")
        await driver.go(0, key)
        assert driver.snapshot.config.seed == seed
        assert (driver.panel(1) == untrained) is (seed == 0)
        await driver.go(101, "g", *"101", "enter")
        await driver.press(key)
        assert f"{key} again" in driver.title and driver.epoch == 101
        await driver.press("up", key)  # another key in between: asks again
        assert f"{key} again" in driver.title and driver.epoch == 101
        await driver.go(0, key)
        assert driver.snapshot.config.seed == 2 * seed
        assert driver.snapshot.observation.newest == 0


async def test_ctrl_s_writes_a_file_and_never_over_another(opened: Open, tmp_path: Path) -> None:
    name = "rnn-tui-successor-seed0-epoch1"
    (tmp_path / f"{name}.safetensors").write_text("mine")
    async with opened() as driver:
        await driver.go(1, "right")
        await driver.press("ctrl+s")
        await driver.until(lambda: f"{name}-2.safetensors" in driver.title)
    assert (tmp_path / f"{name}.safetensors").read_text() == "mine"
    assert (tmp_path / f"{name}-2.safetensors").stat().st_size > 1000


async def test_ctrl_s_takes_the_name_given(opened: Open, tmp_path: Path) -> None:
    async with opened(save=tmp_path / "mine.safetensors") as driver:
        await driver.press("ctrl+s")
        await driver.until(lambda: "mine.safetensors" in driver.title.replace("\n", ""))
    assert [path.name for path in tmp_path.iterdir()] == ["mine.safetensors"]


async def test_the_help_lists_every_key(opened: Open) -> None:
    async with opened(size=(100, 80)) as driver:
        await driver.press("question_mark")
        await driver.until(lambda: "Reading the screen" in driver.text)
        shown = driver.text
        for key in driver.app.view.keys:
            assert f" {key.shown} " in shown and key.description in shown, key
        for closing in ("question_mark", "escape", "enter"):
            await driver.press(closing)
            assert len(driver.app.screen_stack) == 1
            await driver.press("question_mark")


@pytest.mark.parametrize("view", VIEWS)
def test_no_key_has_two_meanings(view: type[View]) -> None:
    keys = view(switch_keys(), False).keys
    names = [name for key in keys for name in key.keys.split(",")]
    assert len(set(names)) == len(names)
    assert all(key.description and key.section and key.ascii.isascii() for key in keys)


def test_a_hint_of_the_bottom_line_has_one_rank() -> None:
    ranks = {(key.hint, key.rank) for key in GLOBAL_KEYS if key.hint}
    assert len({rank for _, rank in ranks}) == len(ranks)
