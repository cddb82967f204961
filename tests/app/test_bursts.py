"""Keys typed in one burst do what the same keys do one after the other."""

import random
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING, Any

import pytest

from tests.amounts import few

if TYPE_CHECKING:
    from .conftest import Driver

Open = Callable[..., "AbstractAsyncContextManager[Driver]"]

WORDS: list[tuple[str, ...]] = [
    ("right",), ("left",), ("shift+right",), ("shift+left",), ("home",), ("end",),
    ("left_square_bracket",), ("right_square_bracket",), ("up",), ("down",),
    ("l",), ("t",), ("1",), ("2",), ("plus",), ("minus",),
    ("g", "5", "enter"), ("g", "1", "2", "enter"), ("g", "enter"),
    ("z", "U", "enter"), ("z", *"V[1]", "enter"), ("z", *"Q", "enter", "escape"),
    ("z", *"hold", "space", "U", "enter"), ("z", *"release", "enter"),
    ("c", *"0.5", "enter"), ("c", *"none", "enter"),
    ("n", *["backspace"] * 9, *"quip", "enter"),
    ("b", "up", "enter"), ("b", "down", "enter"), ("b", "escape"),
    ("question_mark", "escape"), ("r",), ("R", "R"),
]  # fmt: skip


def burst_of(number: int) -> list[tuple[str, ...]]:
    generator = random.Random(number)
    return [generator.choice(WORDS) for _ in range(generator.randint(2, 8))]


def seen(driver: "Driver") -> dict[str, Any]:
    """Everything that the keys can have changed."""
    snapshot, at = driver.snapshot, driver.snapshot.observation
    return {
        "where": (at.epoch, at.newest, at.branch, at.sequence),
        "branches": [(b.name, b.parent, b.fork, b.newest, b.changes) for b in at.branches],
        "settings": at.settings,
        "changes": at.changes,
        "loss": at.evaluation.total_loss,
        "seed": snapshot.config.seed,
        "pace": snapshot.pace,
        "notice": snapshot.notice and snapshot.notice.text,
        "view": driver.app.view.name_of_view,
        "dialogs": len(driver.app.screen_stack),
    }


@pytest.mark.parametrize("part", few(range(4), 1))
async def test_a_burst_of_keys_does_what_the_keys_do_one_by_one(
    opened: Open, effort: int, part: int
) -> None:
    bursts = [1000 * part + number for number in range(2 if effort == 1 else 25)]
    async with opened(sequences=3) as fast, opened(sequences=3) as slow:
        for number in bursts:
            words = burst_of(number)
            fast.burst(*(key for word in words for key in word))
            for word in words:
                for key in word:
                    slow.burst(key)
                    await slow.settled()
            await fast.settled()
            assert seen(fast) == seen(slow), words


@pytest.mark.soak
async def test_a_journey_waits_for_no_key_but_those_that_end_it(opened: Open) -> None:
    async with opened() as driver:
        driver.burst("g", *"1000000", "enter", "right_square_bracket", "b")
        await driver.until(lambda: driver.epoch > 3)
        assert len(driver.app.screen_stack) == 1
        driver.burst("escape")
        await driver.settled()
        assert driver.snapshot.activity == "paused" and driver.epoch < 1_000_000
        assert driver.snapshot.observation.settings["lr"] == 0.001
        driver.burst("g", *"1000000", "enter")
        await driver.until(lambda: driver.snapshot.activity == "going")
        driver.burst("space")
        await driver.settled()
        assert driver.snapshot.activity == "paused"
