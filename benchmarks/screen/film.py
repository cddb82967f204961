"""What stood on the screen when: bytes with their times, played through a terminal emulator."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

_FOREIGN = re.compile(r"\x1b\[[<>=?]?[0-9;]*[$ ]?[puqt]")  # what the emulator does not know


class Chunk(NamedTuple):
    """What one read returned.

    Attributes:
        time: on the clock of ``time.perf_counter``.
        data: the bytes.
    """

    time: float
    data: bytes


class Film:
    """What stood on the screen after each read, from the beginning.

    A frame inside a synchronized update that has not ended yet is not visible.
    """

    def __init__(self, chunks: list[Chunk], size: tuple[int, int]) -> None:
        import pyte

        self._chunks, self._next = chunks, 0
        self._screen = pyte.Screen(*size)
        self._stream = pyte.Stream(self._screen)
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._open = False

    @property
    def text(self) -> str:
        """The screen's lines."""
        return "\n".join(self._screen.display)

    def frames(self) -> Iterator[tuple[float, str]]:
        """(time, text) for each read since the last call."""
        while self._next < len(self._chunks):
            moment, data = self._chunks[self._next]
            self._next += 1
            self._feed(data)
            if not self._open:
                yield moment, self.text

    def _feed(self, data: bytes) -> None:
        begin, end = data.rfind(b"\x1b[?2026h"), data.rfind(b"\x1b[?2026l")
        if begin != end:
            self._open = begin > end
        self._stream.feed(_FOREIGN.sub("", self._decoder.decode(data)))


def first(film: Film, found: Callable[[str], bool]) -> float | None:
    """When something was first so."""
    for moment, text in film.frames():
        if found(text):
            return moment
    return None
