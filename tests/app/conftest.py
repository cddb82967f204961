"""The trainer with a pilot: keys in, values on the screen out."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from textual import events
from textual.content import Content
from textual.keys import _character_to_key
from textual.pilot import Pilot

from rnn_tui.app.app import TrainerApp
from rnn_tui.app.views.registry import VIEWS
from rnn_tui.runs.saving import Saver
from rnn_tui.session.run import Run
from rnn_tui.session.session import Session
from rnn_tui.session.snapshot import Snapshot
from rnn_tui.timeline.navigator import Navigator
from rnn_tui.training.config import Config
from rnn_tui.training.goals import NO_GOAL, Goal
from rnn_tui.training.trainer import Trainer
from tests.pilot import Condition, until
from widgets.drawing.panel import Line, Panel


def plain(line: Line) -> str:
    """The text of a line."""
    return line.plain if isinstance(line, Content) else "".join(text for text, _ in line)


class Driver:
    """An app under a pilot, and what can be seen of it."""

    def __init__(self, app: TrainerApp, pilot: Pilot[None]) -> None:
        self.app, self.pilot = app, pilot

    @property
    def snapshot(self) -> Snapshot:
        return self.app.shown

    @property
    def epoch(self) -> int:
        """The epoch in the status bar; -1 where nothing stands there yet."""
        value = self.app.view.status.value
        return -1 if value is None else value.epoch or 0

    @property
    def text(self) -> str:
        """The whole screen."""
        lines = self.app.screen._compositor.render_strips()
        return "\n".join("".join(segment.text for segment in line) for line in lines)

    @property
    def title(self) -> str:
        """The first line."""
        return self.text.splitlines()[0]

    @property
    def bottom(self) -> str:
        """The last line: a message, and keys."""
        return self.text.splitlines()[-1]

    def panel(self, number: int) -> str:
        """The lines of the loss chart, the sequence, the norms or why."""
        overview = self.app.view
        panels: list[Panel] = [
            overview.chart, overview.strings, overview.norms, overview.why
        ]  # fmt: skip
        panel = panels[number]
        return "\n".join(map(plain, panel.lines(panel.size.width, panel.size.height)))

    async def until(self, condition: Condition) -> None:
        """Wait for it, and until all of the screen says the same."""
        await until(condition)
        if self.app.return_code is None:
            await self.pilot.pause()

    async def settled(self) -> None:
        """Wait until all that was typed has acted."""
        await self.pilot.pause()
        await until(lambda: self.app.is_settled)
        await self.pilot.pause()
        await until(lambda: self.app.is_settled)

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)

    def burst(self, *keys: str) -> None:
        """All at once, as a slow line brings them: the app has seen none when the last is there."""
        for key in keys:
            if len(key) == 1:
                self.app.post_message(events.Key(_character_to_key(key), key))
            else:
                self.app.post_message(events.Key(key, None))

    async def go(self, epoch: int, *keys: str) -> None:
        """Press the keys and wait until an epoch is shown at rest."""
        await self.press(*keys)
        await self.until(lambda: self.epoch == epoch and self.snapshot.activity == "paused")


Open = Callable[..., AbstractAsyncContextManager[Driver]]


@pytest.fixture
def opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, quick_pilot: None) -> Open:
    """Opens the trainer and waits for the untrained predictions: ``async with opened() as d``."""
    monkeypatch.chdir(tmp_path)

    @asynccontextmanager
    async def start(
        size: tuple[int, int] = (100, 30),
        goal: Goal = NO_GOAL,
        save: Path | None = None,
        ascii_only: bool = False,
        theme: str | None = None,
        advice: str | None = None,
        **options: Any,
    ) -> AsyncIterator[Driver]:
        navigator = Navigator(Trainer(Config.of(**options)))
        run = Run(navigator, Saver(save), goal)
        session = Session(run)
        session.start(VIEWS[0].lenses)
        app = TrainerApp(session, ascii_only=ascii_only, theme=theme, advice=advice)
        async with app.run_test(size=size) as pilot:
            driver = Driver(app, pilot)
            await until(lambda: driver.app.view.status.value is not None)
            await pilot.pause()
            yield driver
        assert not session._thread.is_alive()

    return start
