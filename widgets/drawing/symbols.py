"""Any symbol of a problem as text that takes the cells it says, in every terminal.

What is white space, invisible, or of another width from one terminal to the next is shown by a
stand-in: white space by an arrow or a bracket, a control character by its picture, anything else by
its number, ‹200D›. So nothing in the data commands the terminal, shifts its neighbours or hides,
and two symbols that differ look different. Among what has a number:

- combining marks, variation selectors, joiners, skin tones and halves of flags: whether they melt
  into their neighbour is each terminal's own business;
- letters that are written from right to left: a terminal that knows of them turns the whole row
  around, and the marks that would keep it from that are invisible and unknown to others;
- what is private, unassigned or half of a pair: no font has it.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from rich.cells import cell_len

SPACES = {" ": ("␣", "_"), "\n": ("↵", "\\n"), "\t": ("⇥", "\\t"), "\r": ("␍", "\\r")}
"""White space with a sign of its own, and its sign in ASCII."""
VISIBLE = frozenset("LNPS")
"""Letters, numbers, punctuation and signs: the first letters of their Unicode categories."""
RIGHT_TO_LEFT = frozenset(("R", "AL", "AN"))
_JOINING = (
    range(0x1160, 0x1200), range(0xD7B0, 0xD800),  # vowels and ends of Korean syllables
    range(0x1F1E6, 0x1F200), range(0x1F3FB, 0x1F400),  # halves of flags, skin tones
)  # fmt: skip
_BLANK = frozenset("\u115f\u2800\u3164\uffa0")
"""Letters and signs that nobody sees."""


@lru_cache(maxsize=4096)
def printable(symbol: str, *, ascii: bool = False) -> str:
    """The symbol, of any number of characters, with stand-ins; '' remains ''."""
    return "".join(_shown(character, ascii) for character in symbol)


def visible(text: str, *, ascii: bool = False) -> str:
    """A name or a message with stand-ins, its blanks as they are."""
    return " ".join(printable(word, ascii=ascii) for word in text.split(" "))


def _shown(character: str, ascii: bool) -> str:
    if character in SPACES:
        return SPACES[character][ascii]
    code = ord(character)
    if 0x20 < code < 0x7F or (not ascii and is_clear(character)):
        return character
    if ascii:
        return f"<{code:02X}>"
    if code == 0x7F:
        return "␡"
    return chr(0x2400 + code) if code < 0x20 else f"‹{code:02X}›"


def is_clear(character: str) -> bool:
    """Whether every terminal shows the character, by itself and in the same number of cells."""
    if unicodedata.category(character)[0] not in VISIBLE or character in _BLANK:
        return False
    if unicodedata.bidirectional(character) in RIGHT_TO_LEFT:
        return False
    if any(ord(character) in codes for codes in _JOINING):
        return False
    if not unicodedata.is_normalized("NFC", character):  # looks like the one that it is short for
        return False
    return cell_len(character) == 1 + (unicodedata.east_asian_width(character) in "WF")
