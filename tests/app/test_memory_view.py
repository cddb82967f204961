"""The memory view shows what the epoch shown does with its memory, and leaves the run alone."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING

import pytest

from rnn_tui.app.views.memory.view import MemoryView
from rnn_tui.app.views.registry import VIEWS
from rnn_tui.session.lenses.memory import memory
from rnn_tui.training.config import Config
from rnn_tui.training.memory import Memory, MemoryProbe
from rnn_tui.training.trainer import Trainer
from tests.amounts import few_rows
from tests.session.playing import straight
from widgets import MemoryPanel, ReachPanel
from widgets.drawing.figures import percent

if TYPE_CHECKING:
    from .conftest import Driver

Open = Callable[..., "AbstractAsyncContextManager[Driver]"]
KEY = str(VIEWS.index(MemoryView) + 1)


def expected(config: Config, epoch: int) -> Memory:
    trainer = Trainer(config)
    parameters = trainer.parameters_of(straight(config, epoch))
    return MemoryProbe(trainer.dataset, config).look(parameters)


async def opened_view(driver: "Driver") -> None:
    await driver.press(KEY)
    await driver.until(lambda: memory in driver.snapshot.observation.seen)
    await driver.settled()


async def test_every_epoch_shows_its_own_figures(opened: Open) -> None:
    async with opened(size=(120, 40)) as driver:
        await opened_view(driver)
        for keys, epoch in ((), 0), (("right",), 1), (("pagedown",), 11), (("left",), 10):
            await driver.go(epoch, *keys)
            await driver.settled()
            seen = expected(Config.of(), epoch)
            for way, scores in zip(
                ("as it is", "state reset", "U = 0", "history shuffled"),
                zip(seen.training[2:6], seen.fresh[2:6], strict=True),  # type: ignore[index]
                strict=True,
            ):
                row = next(line for line in driver.text.splitlines() if f" {way} " in line)
                for score in scores:
                    assert f"{percent(score.accuracy)} " in row and f"{score.loss:.3f}" in row


async def test_training_goes_on_as_without_it(opened: Open) -> None:
    async with opened() as driver:
        await opened_view(driver)
        await driver.press(*"g30", "enter")
        await driver.settled()
        state = driver.app.session.navigator.state
        assert state.parameters.tobytes() == straight(Config.of(), 30).parameters.tobytes()


async def test_it_is_observed_only_while_the_view_is_open(opened: Open) -> None:
    async with opened() as driver:
        assert memory not in driver.snapshot.observation.seen
        await opened_view(driver)
        await driver.press("1")
        await driver.settled()
        await driver.until(lambda: memory not in driver.snapshot.observation.seen)


@pytest.mark.parametrize(
    ("size", "options"),
    few_rows(
        [
            ((60, 15), {}), ((80, 24), {"task": "copy", "cell": "lstm"}),
            ((200, 60), {"task": "reber"}), ((100, 30), {}),
            ((60, 15), {"task": "copy", "cell": "lstm"}), ((80, 24), {"task": "reber"}),
        ],
        2,
    ),
)  # fmt: skip
async def test_at_every_size_there_are_the_ways_the_sentence_and_the_bars(
    opened: Open, size: tuple[int, int], options: dict[str, str]
) -> None:
    async with opened(size=size, ascii_only=size[0] == 80, **options) as driver:
        await opened_view(driver)
        for text in ("as it is", "state reset", "history shuffled", "guessing", "trained to"):
            assert text in driver.text
        assert ("U = 0 " in driver.text) == ("cell" not in options)
        for kind in (MemoryPanel, ReachPanel):
            panel = driver.app.view.query_one(kind)
            await driver.until(lambda p=panel: p.region.area and p.lines(*p.size))
        if size[0] == 80:
            assert driver.text.isascii()
