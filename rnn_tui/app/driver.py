"""Textual's driver for Linux and macOS, with a reading thread that ends at once when told to.

Textual's own looks every tenth of a second whether it should end, and then waits for another
tenth: so long the terminal would not be given back.
"""

from __future__ import annotations

import os
from codecs import getincrementaldecoder
from selectors import EVENT_READ, SelectSelector
from typing import Any

from textual._xterm_parser import XTermParser
from textual.drivers.linux_driver import LinuxDriver

TICK = 0.1
"""Seconds between looks at the clock while a lone escape may still become another key."""


class PromptDriver(LinuxDriver):
    """Sleeps until there is a key, or a byte in a pipe that says it is over."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._over, self._end = os.pipe()  # as long as the process: suspending closes a driver

    def disable_input(self) -> None:
        """Stop reading, now."""
        os.write(self._end, b".")
        super().disable_input()
        os.read(self._over, 1)

    def run_input_thread(self) -> None:
        """Read, parse and dispatch."""
        parser, decode = XTermParser(self._debug), getincrementaldecoder("utf-8")().decode
        with SelectSelector() as selector:
            selector.register(self.fileno, EVENT_READ)
            selector.register(self._over, EVENT_READ)
            while True:
                waiting = parser._timeout_time is not None
                ready = {key.fd for key, _ in selector.select(TICK if waiting else None)}
                if self._over in ready:
                    return
                text = decode(os.read(self.fileno, 4096)) if self.fileno in ready else ""
                for message in parser.feed(text) if text else parser.tick():
                    self.process_message(message)
