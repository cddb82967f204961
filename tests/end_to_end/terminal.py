"""A pseudo-terminal: keys in, a screen out."""

import codecs
import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import termios
import time
from collections.abc import Callable
from pathlib import Path

import pyte

KEYS = {
    "space": " ", "right": "\x1b[C", "left": "\x1b[D", "up": "\x1b[A", "down": "\x1b[B",
    "shift+right": "\x1b[1;2C", "shift+left": "\x1b[1;2D", "pagedown": "\x1b[6~",
    "pageup": "\x1b[5~", "home": "\x1b[H", "end": "\x1b[F", "escape": "\x1b", "enter": "\r",
    "plus": "+", "equals_sign": "=", "minus": "-", "left_square_bracket": "[",
    "right_square_bracket": "]", "less_than_sign": "<", "greater_than_sign": ">",
    "question_mark": "?", "ctrl+p": "\x10", "ctrl+s": "\x13", "ctrl+z": "\x1a", "ctrl+c": "\x03",
    "ctrl+q": "\x11",
}  # fmt: skip
"""Textual's names and what a terminal sends; a character is its own name."""

MODES = {1049, 1000, 1002, 1003, 1004, 1006, 1015, 1016, 2004, 2048}
SYNCHRONIZED = 2026  # from the beginning of a frame to its end
MODE = re.compile(rb"\x1b\[\?([0-9;]+)([hl])")
KITTY = re.compile(rb"\x1b\[([<>])[0-9;]*u")
QUERY = re.compile(rb"\x1b\[\?(\d+)\$p|\x1b\[(c)|\x1b\[(6n)")
FOREIGN = re.compile(r"\x1b\[[<>=][0-9;]*[A-Za-z]|\x1b\[\?[0-9;]*\$p")  # pyte would print them
UNFINISHED = re.compile(rb"\x1b(\[[0-9;?<>=$]*)?$")
ESCAPE = re.compile(r"\x1b(\[[0-9;?<>=]*[ -/]*[@-~]|[()][A-Z0-9]|[@-_=>78])")


class Terminal:
    """A process in a pseudo-terminal of its own, with what it has drawn."""

    def __init__(
        self,
        command: list[str],
        size: tuple[int, int],
        environment: dict[str, str],
        folder: Path,
        *,
        controlling: bool = True,
    ) -> None:
        self.master, self.slave = pty.openpty()
        self.screen = pyte.Screen(*size)
        self._stream = pyte.Stream(self.screen)
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._set_size(*size)
        self.attributes = termios.tcgetattr(self.slave)
        self.output = b""
        self._rest = b""
        self.on: set[int] = set()
        self.cursor, self.kitty = True, 0
        slave = self.slave

        def take() -> None:
            """Be told when the window is closed, and stopped where it is another's turn."""
            if controlling:
                fcntl.ioctl(0, termios.TIOCSCTTY, 0)

        self.process = subprocess.Popen(
            command, stdin=slave, stdout=slave, stderr=slave, env=environment, cwd=folder,
            start_new_session=True, preexec_fn=take,
        )  # fmt: skip

    # What is on it.

    @property
    def text(self) -> str:
        """The screen, with all of the frame that is being drawn."""
        while SYNCHRONIZED in self.on and self.read(5):
            pass
        return "\n".join(line.rstrip() for line in self.screen.display)

    @property
    def epoch(self) -> int:
        found = re.search(r"epoch ([\d,]+)", self.text)
        assert found, self.text
        return int(found[1].replace(",", ""))

    @property
    def said(self) -> str:
        """What was printed after the screen had gone, without escape codes."""
        _, _, after = self.output.rpartition(b"\x1b[?1049l")
        return ESCAPE.sub("", after.decode(errors="replace")).replace("\r", "").strip()

    @property
    def traces(self) -> list[object]:
        """What is not as it was before: line discipline, screen, cursor, mouse, keyboard."""
        found: list[object] = sorted(self.on & MODES)
        names = ("iflag", "oflag", "cflag", "lflag", "ispeed", "ospeed", "characters")
        now = termios.tcgetattr(self.slave)
        found += [n for n, a, b in zip(names, now, self.attributes, strict=True) if a != b]
        return found + ["no cursor"] * (not self.cursor) + ["keyboard"] * (self.kitty > 0)

    @property
    def stopped(self) -> bool:
        assert self.process.poll() is None, f"{self.process.returncode}: {self.said}"
        status = Path(f"/proc/{self.process.pid}/stat").read_text()
        return status.rpartition(")")[2].split()[0] == "T"

    # What one does with it.

    def press(self, *names: str) -> None:
        """Keys by Textual's name, in one burst."""
        self.write("".join(KEYS.get(name, name) for name in names).encode())

    def write(self, data: bytes) -> None:
        """Any bytes; reads what comes meanwhile, so that nobody waits for the other."""
        while data:
            if select.select([], [self.master], [], 0)[1]:
                data = data[os.write(self.master, data[:512]) :]
            self.read(0)

    def wait(self, seconds: float) -> None:
        """Let time pass, and read what comes."""
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            self.read(left)

    def silence(self, seconds: float = 0.5) -> None:
        """Read until nothing comes for a while, so that an escape is not the start of a key."""
        deadline = time.monotonic() + seconds
        while self.read(0.3) and time.monotonic() < deadline:
            pass

    def run(self) -> None:
        """At full speed."""
        self.press(*["plus"] * 8, "space")
        self.until(lambda: self.epoch > 200)

    def resize(self, columns: int, lines: int) -> None:
        self.read(0)
        self.screen.resize(lines, columns)
        self._set_size(columns, lines)

    def send(self, number: int) -> None:
        os.kill(self.process.pid, number)

    def until(self, condition: str | Callable[[], object], seconds: float = 60) -> None:
        """Read until a regular expression is on the screen, or the condition holds."""
        deadline = time.monotonic() + seconds
        pattern = re.compile(condition, re.M) if isinstance(condition, str) else None
        while not (pattern.search(self.text) if pattern else condition()):  # type: ignore[operator]
            assert time.monotonic() < deadline, f"not within {seconds} s: {condition}\n{self.text}"
            alive = self.process.poll() is None
            got = self.read(0.02)
            assert alive or got or not pattern, f"left: {self.said}\n{self.text}"

    def leave(self, seconds: float = 60) -> int:
        """Read until the process has ended; its exit code."""
        self.until(lambda: self.process.poll() is not None, seconds)
        while self.read(0.05):
            pass
        return self.process.returncode

    def read(self, seconds: float) -> bool:
        """Take what was written, answer what was asked; whether there was something."""
        if self.master < 0 or not select.select([self.master], [], [], seconds)[0]:
            return False
        try:
            data = os.read(self.master, 1 << 16)
        except OSError:
            return False
        self.output += data
        data = self._rest + data
        unfinished = UNFINISHED.search(data)
        cut = unfinished.start() if unfinished else len(data)
        data, self._rest = data[:cut], data[cut:]
        self._note(data)
        self._stream.feed(FOREIGN.sub("", self._decoder.decode(data)))
        return True

    def hang_up(self) -> None:
        """The window is closed."""
        for descriptor in (self.slave, self.master):
            os.close(descriptor)
        self.master = self.slave = -1

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        if self.master >= 0:
            self.hang_up()

    def _note(self, data: bytes) -> None:
        for numbers, state in MODE.findall(data):
            for number in map(int, numbers.split(b";")):
                if number == 25:
                    self.cursor = state == b"h"
                else:
                    (self.on.add if state == b"h" else self.on.discard)(number)
        for sign in KITTY.findall(data):
            self.kitty += 1 if sign == b">" else -1
        for mode, attributes, _ in QUERY.findall(data):
            answer = (
                f"\x1b[?{mode.decode()};{2 if mode == b'2026' else 0}$y" if mode else "\x1b[1;1R"
            )
            os.write(self.master, b"\x1b[?62;22c" if attributes else answer.encode())

    def _set_size(self, columns: int, lines: int) -> None:
        size = struct.pack("HHHH", lines, columns, 0, 0)
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, size)


Start = Callable[..., Terminal]
"""Starts the program in a terminal."""
