"""Textual's driver for Linux and macOS, without the ways in which it loses the terminal.

Made for Textual 8.2 (`textual.drivers.linux_driver`), which

- reads keys in a thread that looks ten times a second whether it is to end, and then waits for
  another tenth of a second: leaving would take that long;
- takes the terminal once more on any SIGCONT, so that what it restores at the end is its own
  mode; and does so in the middle of whatever the event loop is doing;
- never notices that the terminal has gone, and keeps writing to it.
"""

from __future__ import annotations

import contextlib
import os
import signal
import termios
import time
from collections.abc import Mapping
from selectors import EVENT_READ, SelectSelector
from typing import IO, Any

from textual import constants
from textual._ansi_sequences import SYNC_END, SYNC_START
from textual.drivers.linux_driver import LinuxDriver

from rnn_tui.app.terminal.keyboard import Keyboard

OVER_SSH = 0.3
"""Seconds that an escape waits for the rest of a sequence where the line may be slow."""
HUNG_UP = 128 + signal.SIGHUP


def escape_delay(environment: Mapping[str, str]) -> float:
    """Seconds after which an escape is a key: ESCDELAY, or as long as the line may need."""
    remote = "SSH_CONNECTION" in environment and "ESCDELAY" not in environment
    return OVER_SSH if remote else constants.ESCAPE_DELAY


class Output:
    """A terminal that may go while it is being written to; who reads from it notices."""

    def __init__(self, file: IO[str]) -> None:
        self._file = file
        self.fileno = file.fileno

    def write(self, text: str) -> None:
        """Write; errors are ignored."""
        with contextlib.suppress(OSError):
            self._file.write(text)

    def flush(self) -> None:
        """Flush; errors are ignored."""
        with contextlib.suppress(OSError):
            self._file.flush()


class TerminalDriver(LinuxDriver):
    """Takes the terminal, and gives it back in whatever way the program ends or is stopped."""

    _pipe: tuple[int, int] | None = None
    """While the terminal is ours: a byte in it ends the reading thread."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._file: Any = Output(self._file)
        self._update = ""  # a synchronized one that has begun
        self._loop.add_signal_handler(signal.SIGTSTP, self.stop)
        self._loop.add_signal_handler(signal.SIGCONT, self.go_on)

    def write(self, data: str) -> None:
        """Hand a synchronized update whole to the thread that writes.

        Woken for each of its parts, that would want the GIL of who still makes the rest.
        """
        self._update += data
        if data == SYNC_END or not self._update.startswith(SYNC_START):
            update, self._update = self._update, ""
            super().write(update)

    def start_application_mode(self) -> None:
        """Take the terminal: at the start, and when a stopped program comes back."""
        self._pipe = os.pipe()
        super().start_application_mode()  # type: ignore[no-untyped-call]

    def disable_input(self, *, flush: bool = True) -> None:
        """Stop reading, now.

        Args:
            flush: throw away what has not been read; the shell would take it for a command.
        """
        if self._pipe is None or self._key_thread is None:
            return
        signal.signal(signal.SIGWINCH, signal.SIG_DFL)
        self._disable_mouse_support()
        os.write(self._pipe[1], b".")
        self._key_thread.join()
        self._key_thread = None
        if flush:
            with contextlib.suppress(termios.error):
                termios.tcflush(self.fileno, termios.TCIFLUSH)

    def close(self) -> None:
        """Write what is left, and let go."""
        super().close()
        for descriptor in self._pipe or ():
            os.close(descriptor)
        self._pipe = None

    def stop(self) -> None:
        """SIGTSTP: give the terminal back and stop."""
        if self._pipe is not None:
            self.suspend_application_mode()
            self._must_signal_resume = True
        os.kill(os.getpid(), signal.SIGSTOP)

    def go_on(self) -> None:
        """SIGCONT: take the terminal again, after `stop` or a SIGSTOP, which cannot be caught.

        The shell has changed its mode meanwhile, and what it was before is remembered.
        """
        if self._pipe is not None:
            self.disable_input(flush=False)
            self.suspend_application_mode()
        elif not self._must_signal_resume:
            return  # it has been given back for good
        self._must_signal_resume = True
        self.resume_application_mode()

    def _query_in_band_window_resize(self) -> None:
        """Ask for no sizes among the keys: SIGWINCH tells of them."""

    def run_input_thread(self) -> None:
        """Read, parse and dispatch."""
        assert self._pipe is not None
        over, keyboard = self._pipe[0], Keyboard(escape_delay(os.environ))
        with SelectSelector() as selector:
            selector.register(self.fileno, EVENT_READ)
            selector.register(over, EVENT_READ)
            while True:
                end = keyboard.deadline
                wait = None if end is None else max(0.0, end - time.monotonic())
                ready = {key.fd for key, _ in selector.select(wait)}
                if over in ready:
                    return
                if self.fileno in ready:
                    data = self._read()
                    if not data:
                        self._loop.call_soon_threadsafe(self._app.exit, None, HUNG_UP)
                        return
                    found = keyboard.feed(data, time.monotonic())
                else:
                    found = keyboard.give_up(time.monotonic())
                for message in found:
                    self.process_message(message)

    def _read(self) -> bytes:
        try:
            return os.read(self.fileno, 4096)
        except OSError:
            return b""  # the terminal has gone
