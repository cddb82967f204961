"""Runs an app in the terminal beside a training: the door to all that is unusual about it."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterable
from functools import partial

from textual.app import App
from textual.drivers.linux_driver import LinuxDriver

from rnn_tui.app.terminal.driver import TerminalDriver
from rnn_tui.app.terminal.gate import Gate, make_loop

SWITCH_SECONDS = 0.001
"""How soon the trainer's thread lets the screen's have its turn."""


def run_in_terminal(app: App[None], gate: Gate, signals: Iterable[int]) -> None:
    """Run the app until it is left; then the terminal is as it was.

    Args:
        app: leaves with 128 plus the number of a signal.
        gate: the trainer's; open when this returns.
        signals: that leave the app.
    """

    async def main() -> None:
        loop = asyncio.get_running_loop()
        for number in signals:  # before the terminal is taken
            loop.add_signal_handler(number, partial(app.exit, return_code=128 + number))
        await app.run_async()

    if app.driver_class is LinuxDriver:  # and not one asked for by TEXTUAL_DRIVER
        app.driver_class = TerminalDriver
    sys.setswitchinterval(SWITCH_SECONDS)
    try:
        with asyncio.Runner(loop_factory=partial(make_loop, gate)) as runner:
            runner.run(main())
    finally:
        gate.open()
