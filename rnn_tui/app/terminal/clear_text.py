"""The last look at what is written: nothing in it commands the terminal or is of unclear width."""

from __future__ import annotations

import unicodedata

from rich.cells import cell_len
from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

from widgets.drawing.symbols import is_clear

UNCLEAR = "?"


class ClearText(LineFilter):
    """Puts '?' for what panels and dialogs should have shown by a stand-in, in as many cells.

    Args:
        ascii_only: for letters and wide characters that are not ASCII too; signs are left: they are
            the program's own, which has others in ASCII.
    """

    def __init__(self, ascii_only: bool = False) -> None:
        super().__init__()
        self._ascii_only = ascii_only
        self._clear = set(map(chr, range(0x20, 0x7F)))  # those met so far

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The segments, each as wide as it was."""
        is_known = self._clear.issuperset
        if all(is_known(text) for text, _, _ in segments):
            return segments
        return [
            Segment(text if is_known(text) else "".join(map(self._put, text)), style, control)
            for text, style, control in segments
        ]

    def _put(self, character: str) -> str:
        if character in self._clear:
            return character
        if not is_clear(character) or self._is_foreign(character):
            return UNCLEAR * cell_len(character)
        self._clear.add(character)
        return character

    def _is_foreign(self, character: str) -> bool:
        if not self._ascii_only:
            return False
        return unicodedata.category(character)[0] == "L" or cell_len(character) > 1
