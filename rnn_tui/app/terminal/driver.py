"""Textual's driver for Linux and macOS, with a reading thread that ends at once when told to.

Textual's own looks every tenth of a second whether it should end, and then waits for another
tenth: so long the terminal would not be given back.
"""

from __future__ import annotations

import os
from codecs import getincrementaldecoder
from selectors import EVENT_READ, SelectSelector

from textual._xterm_parser import XTermParser
from textual.drivers.linux_driver import LinuxDriver

TICK = 0.1
"""Seconds between looks at the clock while a lone escape may still become another key."""


class PromptDriver(LinuxDriver):
    """Sleeps until there is a key, or a byte in a pipe that says it is over."""

    _pipe: tuple[int, int] | None = None

    def start_application_mode(self) -> None:
        """Take the terminal: at the start, and when a suspended program comes back."""
        self._pipe = os.pipe()
        super().start_application_mode()  # type: ignore[no-untyped-call]

    def disable_input(self) -> None:
        """Stop reading, now."""
        if self._pipe is not None:
            os.write(self._pipe[1], b".")
        super().disable_input()

    def close(self) -> None:
        """Write what is left, and let go."""
        super().close()
        if self._key_thread is not None:
            self._key_thread.join()
        for descriptor in self._pipe or ():
            os.close(descriptor)
        self._pipe = None

    def run_input_thread(self) -> None:
        """Read, parse and dispatch."""
        assert self._pipe is not None
        over = self._pipe[0]
        parser, decode = XTermParser(self._debug), getincrementaldecoder("utf-8")().decode
        with SelectSelector() as selector:
            selector.register(self.fileno, EVENT_READ)
            selector.register(over, EVENT_READ)
            while True:
                waiting = parser._timeout_time is not None
                ready = {key.fd for key, _ in selector.select(TICK if waiting else None)}
                if over in ready:
                    return
                text = ""
                if self.fileno in ready:
                    data = os.read(self.fileno, 4096)
                    if not data:
                        return  # the terminal has gone
                    text = decode(data)
                for message in parser.feed(text) if text else parser.tick():
                    self.process_message(message)
