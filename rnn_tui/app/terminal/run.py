"""Runs the app in the terminal while training runs in another thread."""

from __future__ import annotations

import asyncio
import gc
import signal
import sys
from collections.abc import Iterable
from functools import partial
from typing import Any

from textual.app import App
from textual.drivers.linux_driver import LinuxDriver

from rnn_tui.app.terminal.driver import TerminalDriver
from rnn_tui.app.terminal.gate import GatedSelector
from rnn_tui.session.session import Session

SWITCH_INTERVAL = 0.001
"""Seconds after which the training's thread lets the screen's have its turn; 5 ms are felt."""


def run_in_terminal(app: App[Any], session: Session | None, signals: Iterable[int]) -> None:
    """Run an app until it is left; terminal and handlers of signals are then as they were.

    Args:
        app: leaves with exit code 128 + n on signal n.
        session: trains in its thread while the screen has nothing to do; None for an app without.
        signals: that leave the app.
    """

    async def main() -> None:
        loop = asyncio.get_running_loop()
        for number in signals:  # before the terminal is taken
            loop.add_signal_handler(number, partial(app.exit, return_code=128 + number))
        await app.run_async()

    if app.driver_class is LinuxDriver:  # or else TEXTUAL_DRIVER asks for another
        app.driver_class = TerminalDriver
    # What is loaded stays: a collection that looks at all of it takes 60 ms, the last one at the
    # interpreter's exit 300 ms.
    gc.freeze()
    sys.setswitchinterval(SWITCH_INTERVAL)
    selector, signals = GatedSelector(), tuple(signals)
    if session is not None:
        session.give_way = selector.pass_gate
    before = {number: signal.getsignal(number) for number in signals}
    try:
        with asyncio.Runner(loop_factory=lambda: asyncio.SelectorEventLoop(selector)) as runner:
            runner.run(main())
    finally:
        selector.gate.set()
        for number, handler in before.items():
            if handler is not None:  # or else it was none of Python's
                signal.signal(number, handler)
