"""What is unusual about running beside a training: a gate, the turns of threads, signals."""

import asyncio
import gc
import os
import signal
import sys
from collections.abc import Callable, Iterator
from threading import Event, Thread

import pytest
from textual.app import App

from rnn_tui.app.terminal import gate as gates
from rnn_tui.app.terminal.driver import TerminalDriver
from rnn_tui.app.terminal.run import run_in_terminal
from rnn_tui.runs.opening import Opening
from rnn_tui.session.commands import Step
from rnn_tui.session.session import Session
from rnn_tui.training.config import Config

LONG = 60.0


class Screen(App[None]):
    """Does something else than an app does in its place."""

    def __init__(self, does: Callable[["Screen"], None]) -> None:
        super().__init__()
        self.does = does

    async def run_async(self, **_: object) -> None:  # type: ignore[override]
        await asyncio.sleep(0.01)  # or else the loop has never slept, nor closed its gate
        self.does(self)


@pytest.fixture
def session(monkeypatch: pytest.MonkeyPatch) -> Iterator[Session]:
    monkeypatch.setattr(gates, "LONGEST_WAIT", LONG)
    interval = sys.getswitchinterval()
    yield Session(Opening(None).new(Config()))
    sys.setswitchinterval(interval)
    gc.unfreeze()


def test_training_waits_while_the_screen_is_at_work_and_goes_on_when_it_sleeps(
    session: Session,
) -> None:
    passed = Event()

    def work(screen: Screen) -> None:
        Thread(target=lambda: (session.give_way(), passed.set()), daemon=True).start()
        assert not passed.wait(0.2)

    run_in_terminal(Screen(work), session, [])
    assert passed.wait(LONG)


def test_training_goes_on_while_the_screen_sleeps(session: Session) -> None:
    class Sleeping(App[None]):
        async def run_async(self, **_: object) -> None:  # type: ignore[override]
            await asyncio.to_thread(session.give_way)

    run_in_terminal(Sleeping(), session, [])


def test_the_session_gives_way_between_two_updates(session: Session) -> None:
    given = Event()
    session.give_way = given.set
    session.start()
    assert not given.is_set()  # nothing has been trained yet
    session.send(Step(1))
    assert given.wait(LONG) and session.stop(LONG)


def test_no_collection_looks_at_what_is_loaded_and_threads_take_short_turns(
    session: Session,
) -> None:
    seen: list[float] = []
    run_in_terminal(
        Screen(lambda _: seen.extend((gc.get_freeze_count(), sys.getswitchinterval()))), session, []
    )
    assert seen[0] > 10_000 and seen[1] == pytest.approx(0.001)


def test_a_signal_leaves_with_its_exit_code(session: Session) -> None:
    screen = Screen(lambda _: os.kill(os.getpid(), signal.SIGUSR1))
    run_in_terminal(screen, session, [signal.SIGUSR1])
    assert screen.return_code == 138


def test_the_driver_is_ours_unless_another_is_asked_for(session: Session) -> None:
    screen = Screen(lambda _: None)
    run_in_terminal(screen, session, [])
    assert screen.driver_class is TerminalDriver
    screen.driver_class = other = type("Other", (TerminalDriver,), {})
    run_in_terminal(screen, session, [])
    assert screen.driver_class is other
