"""The wall on the screen: it shows the epoch shown, and chooses what one looks at."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING

import numpy as np
from textual import events

from rnn_tui.session.lenses.predictions import predictions
from rnn_tui.session.run import Run
from rnn_tui.timeline.navigator import Navigator
from rnn_tui.training.config import Config
from rnn_tui.training.trainer import Trainer
from tests.session.playing import straight
from widgets import PredictionsPanel

if TYPE_CHECKING:
    from .conftest import Driver

Open = Callable[..., "AbstractAsyncContextManager[Driver]"]


def wall(driver: "Driver") -> PredictionsPanel:
    return driver.app.view.query_one(PredictionsPanel)


def shown(driver: "Driver") -> str:
    """The rows."""
    panel = wall(driver)
    lines = panel.lines(*panel.size)
    return "\n".join("".join(text for text, _ in line) for line in lines)


def looked_at(driver: "Driver") -> tuple[int, int]:
    seen = driver.snapshot.observation
    return seen.sequence, seen.step


def expected(epoch: int) -> np.ndarray:
    """(N, T) what is predicted after so many epochs."""
    config = Config.of()
    scene = Run(Navigator(Trainer(config))).looking.scene
    state = straight(config, epoch)
    return scene.evaluator.predictions(scene.trainer.parameters_of(state))


async def test_every_epoch_shows_its_own_predictions(opened: Open) -> None:
    async with opened(size=(120, 40)) as driver:
        for keys, epoch in ((), 0), (("right",), 1), (("pagedown",), 11), (("left",), 10):
            await driver.go(epoch, *keys)
            targets = driver.app.session.navigator.trainer.dataset.training.targets
            right = expected(epoch) == targets
            rows = [row for row in shown(driver).splitlines() if row.strip("▸ ")[:1].isdigit()]
            assert len(rows) == 10
            for row, symbols, is_right in zip(rows, expected(epoch), right, strict=True):
                said = "".join(
                    f"{s}{' ' if r else '✗'}" for s, r in zip(symbols, is_right, strict=True)
                )
                assert said.replace(" ", "") in row.replace(" ", "")
            assert shown(driver).count("✗") == (~right).sum()


async def test_m_goes_to_the_next_mistake_and_its_row_is_marked(opened: Open) -> None:
    async with opened() as driver:
        await driver.go(10, "pagedown")
        await driver.press("m", "m", "m")
        await driver.settled()
        wrong = driver.snapshot.observation.see(predictions).wrong
        rows, steps = np.nonzero(wrong)
        places = [place for place in zip(rows, steps, strict=True) if place != (0, 0)]
        assert looked_at(driver) == places[2]
        marked = next(row for row in shown(driver).splitlines() if "▸" in row)
        assert marked.split()[1] == str(places[2][0] + 1)


async def test_m_without_a_mistake_says_so(opened: Open) -> None:
    async with opened(lr=0.01) as driver:
        await driver.press(*"g300", "enter")
        await driver.settled()
        await driver.press("m")
        await driver.until(lambda: "no mistake" in driver.text)


async def test_m_is_not_offered_where_only_random_targets_are_missed(opened: Open) -> None:
    options = {"task": "xor", "optimizer": "adam", "lr": 0.02, "init": "scaled", "length": 6}
    async with opened(**options, sequences=40, batch=5) as driver:
        assert "next_mistake" not in driver.app.view.unavailable(driver.snapshot)
        await driver.press(*"g120", "enter")
        await driver.settled()
        seen = driver.snapshot.observation
        assert seen.mistakes == 0 < seen.evaluation.symbols - seen.evaluation.correct
        assert "next_mistake" in driver.app.view.unavailable(driver.snapshot)
        await driver.press("m")
        await driver.until(lambda: "every symbol that can be known is right" in driver.text)
        assert "✗" not in shown(driver)


async def test_a_click_chooses_a_sequence_and_a_step_and_the_wheel_moves_it(opened: Open) -> None:
    async with opened() as driver:
        panel = wall(driver)
        row = next(
            y for y, text in enumerate(shown(driver).splitlines()) if text[:6].strip() == "4"
        )
        first = next(iter(shown(driver).splitlines()[row].partition("4")[2].split()))
        column = shown(driver).splitlines()[row].index(first[0], 6)
        await driver.pilot.click(panel, offset=(2 + column + 2 * 5, 1 + row))
        await driver.until(lambda: looked_at(driver) == (3, 5))
        await driver.pilot._post_mouse_events([events.MouseScrollDown], panel)
        await driver.until(lambda: looked_at(driver) == (3, 6))
        await driver.pilot.click(panel, offset=(2, 1 + row))
        await driver.settled()
        assert looked_at(driver) == (3, 6), "beside the symbols the step stays"


async def test_in_ascii_what_is_wrong_is_told_too(opened: Open) -> None:
    async with opened(ascii_only=True) as driver:
        assert (
            shown(driver).isascii()
            and shown(driver).count("x")
            == (expected(0) != driver.app.session.navigator.trainer.dataset.training.targets).sum()
        )
