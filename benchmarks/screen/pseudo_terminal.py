"""A program in a pseudo-terminal: keys in, timestamped bytes out.

Nothing is parsed while something is measured: reading keeps the bytes with their times, and
`film` plays them back afterwards.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import threading
import time
from collections.abc import Iterator, Sequence

from benchmarks.screen.film import Chunk, Film

SIZE, LARGE_SIZE = (100, 30), (200, 60)
MANY = {"sequences": 320, "length": 50}
"""Of a run that is 160 times as large as the default one, 10 x 10."""
EACH: tuple[tuple[tuple[int, int], dict[str, int]], ...] = (
    (SIZE, {}), (LARGE_SIZE, {}), (SIZE, MANY), (LARGE_SIZE, MANY),
)  # fmt: skip
"""On which screens which runs are measured."""
KEYS = {"up": "\x1b[A", "down": "\x1b[B", "right": "\x1b[C", "left": "\x1b[D", "space": " "}
_ASKS_SYNCHRONIZED = b"\x1b[?2026$p"
_HAS_SYNCHRONIZED = b"\x1b[?2026;2$y"


class PseudoTerminal:
    """Starts a program in a terminal of its own.

    Args:
        command: the program and its arguments.
        size: columns and rows.

    Attributes:
        started: when, on the clock of ``time.perf_counter``.
        ended: when the terminal was closed by the program's end; None before.
        chunks: all that was read.
    """

    def __init__(self, command: Sequence[str], size: tuple[int, int] = SIZE) -> None:
        self.size = size
        self.chunks: list[Chunk] = []
        self.ended: float | None = None
        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))
        environment = {k: v for k, v in os.environ.items() if k not in ("COLUMNS", "LINES")}
        environment |= {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LC_ALL": "C.UTF-8"}
        self.started = time.perf_counter()
        self.process = subprocess.Popen(
            list(command), stdin=slave, stdout=slave, stderr=slave, env=environment,
            start_new_session=True,
        )  # fmt: skip
        os.close(slave)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        while True:
            try:
                select.select([self._master], [], [])
                data = os.read(self._master, 1 << 16)
            except OSError:
                data = b""
            now = time.perf_counter()
            if not data:
                self.ended = now
                return
            self.chunks.append(Chunk(now, data))
            if _ASKS_SYNCHRONIZED in data:
                self._write(_HAS_SYNCHRONIZED)

    def _write(self, data: bytes) -> None:
        with contextlib.suppress(OSError):
            os.write(self._master, data)

    def press(self, key: str) -> float:
        """Press a key, by name or as itself; when that was."""
        now = time.perf_counter()
        self._write(KEYS.get(key, key).encode())
        return now

    def until(self, shown: str, timeout: float = 60) -> float:
        """When a pattern first stood on the screen, parsing as bytes come.

        Raises:
            TimeoutError: if it does not.
        """
        film, pattern = Film(self.chunks, self.size), re.compile(shown, re.MULTILINE)
        end = time.perf_counter() + timeout
        while time.perf_counter() < end:
            for moment, text in film.frames():
                if pattern.search(text):
                    return moment
            time.sleep(0.01)
        raise TimeoutError(f"{shown!r} did not show within {timeout} s:\n{film.text}")

    def shown(self) -> str:
        """The screen now."""
        film = Film(self.chunks, self.size)
        for _ in film.frames():
            pass
        return film.text

    def processor(self) -> float:
        """Processor seconds of all its threads so far, to the nanosecond where Linux counts."""
        total = 0
        folder = f"/proc/{self.process.pid}/task"
        for task in os.listdir(folder):
            with contextlib.suppress(OSError), open(f"{folder}/{task}/schedstat") as file:
                total += int(file.read().split()[0])
        return total / 1e9

    def resident(self) -> int:
        """Bytes of memory."""
        with open(f"/proc/{self.process.pid}/status") as file:
            line = next(line for line in file if line.startswith("VmRSS"))
        return int(line.split()[1]) * 1024

    def written(self) -> int:
        """Bytes that came so far."""
        return sum(len(chunk.data) for chunk in self.chunks)

    def wait_for_end(self, timeout: float = 30) -> float:
        """When the process had ended."""
        return ended(self.process, timeout)

    def close(self) -> None:
        """End the program if need be."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()
        self._reader.join()  # or else it would read from whatever gets the descriptor's number next
        os.close(self._master)


def ended(process: subprocess.Popen[bytes], timeout: float) -> float:
    """When a process had ended, to a millisecond; `Popen.wait` looks every 50 ms only.

    Raises:
        TimeoutError: if it does not in so many seconds.
    """
    until = time.perf_counter() + timeout
    while process.poll() is None:
        if time.perf_counter() > until:
            raise TimeoutError("the process does not end")
        time.sleep(0.001)
    return time.perf_counter()


def trainer(*options: str, **sizes: int) -> list[str]:
    """The command of the trainer on the screen, with options and with those that are numbers."""
    numbers = [part for name, size in sizes.items() for part in (f"--{name}", str(size))]
    return [sys.executable, "-m", "rnn_tui", *options, *numbers]


def called(sizes: dict[str, int]) -> str:
    """What a line says of the run: nothing of the default one, or ', 320 x 50'."""
    return f", {sizes['sequences']} x {sizes['length']}" if sizes else ""


@contextlib.contextmanager
def opened(command: Sequence[str], size: tuple[int, int] = SIZE) -> Iterator[PseudoTerminal]:
    """A program in a pseudo-terminal, ended afterwards."""
    terminal = PseudoTerminal(command, size)
    try:
        yield terminal
    finally:
        terminal.close()
