"""From the bytes that a terminal sends to Textual's messages, one whole key at a time.

Made for Textual 8.2, whose parser

- raises on some sequences, and its thread on bytes that are not UTF-8: the program ends;
- takes an escape sequence that a slow line has split for several keys;
- waits forever for the end of a paste.

So the bytes are cut into characters, sequences and pastes here, and its parser is handed only
what is whole. Escape before a character is two keys and never alt: a slow line brings both in one
go, and no key here has alt.
"""

from __future__ import annotations

import math
import re
from codecs import getincrementaldecoder

from textual import events, messages
from textual._xterm_parser import XTermParser
from textual.message import Message

ESCAPE = "\x1b"
SLOWEST = 2.5
"""Seconds that a slow line may take between two parts of a sequence.

For so long ``[`` and ``O`` after the escape key are its continuation, and what has begun a sequence
is waited for; then it is dropped. Who means the key ``[`` right after escape presses it again.
"""
PASTING = 1.0
"""Seconds of silence after which a paste without its end is taken."""
LONGEST_KNOWN = 32
"""Characters of a sequence that Textual may know; of a longer one it would make keys."""
LONGEST_BEGUN = 256
"""Characters of a sequence that is waited for."""

_WHOLE = re.compile(
    r"""
    [^\x1b]                                  # a character
    | \x1b (?:
        \[ \[ [A-E]                          # a function key of the Linux console
        | \[ M [^\x00-\x1f\x7f]{3}           # the mouse, in its oldest form
        | \[ \d\d? \$                        # a shifted key of rxvt
        | \[ (?![\[M]) [0-?]* [\ -/]* [@-~]  # a control sequence
        | O [0-?]* [@-~]                     # a key of the keypad
        | (?P<answer> (?: \]\d\d?; | [P^_X] ) [^\x00-\x1f\x7f]* (?: \x07 | \x1b\\ ) )
        | (?! \[ | O | \]\d\d?; | [P^_X] | \Z )  # the escape key, before another one
    )
    """,
    re.VERBOSE,
)
_BEGUN = re.compile(
    r"""
    \x1b (?:
        \[ \[
        | \[ M [^\x00-\x1f\x7f]{0,2}
        | \[ [0-?]* [\ -/]*
        | O [0-?]*
        | (?: \]\d\d?; | [P^_X] ) [^\x00-\x1f\x7f]* (?: \x1b\Z )?
    )?
    """,
    re.VERBOSE,
)
_PASTE = "\x1b[200~"
_END_OF_PASTE = re.compile(r"\x1b\[201~|(?=\x03|\x1b\[99;5u)")  # ctrl+c always works

_MEANT = (
    events.Key,
    events.MouseEvent,
    events.AppFocus,
    events.AppBlur,
    messages.TerminalSupportsSynchronizedOutput,
)
"""Not among them: sizes and cursor positions, which are not asked for; noise could claim any."""


class Keyboard:
    """Takes bytes as they come. Times are seconds of any clock.

    Args:
        escape_delay: seconds of silence after which an escape is the key of that name.
    """

    def __init__(self, escape_delay: float) -> None:
        self._escape_delay = escape_delay
        self._decoder = getincrementaldecoder("utf-8")("replace")
        self._parser = XTermParser()
        self._begun = ""  # a sequence that is not whole yet
        self._pasted: str | None = None
        self._heard = self._late = -math.inf

    @property
    def deadline(self) -> float | None:
        """When to call `give_up` if nothing comes; None while nothing is unfinished."""
        if self._begun == ESCAPE:
            return self._heard + self._escape_delay
        if self._pasted is not None:
            return self._heard + PASTING
        return self._heard + SLOWEST if self._begun else None

    def feed(self, data: bytes, now: float) -> list[Message]:
        """What the bytes mean, together with those before them."""
        text = self._begun + self._decoder.decode(data)
        if text.startswith(("[", "O")) and now < self._late:
            text = ESCAPE + text
        self._begun, self._heard, self._late = "", now, -math.inf
        found: list[Message] = []
        while text:
            if self._pasted is not None:
                text = self._paste(self._pasted + text, found)
            elif whole := _WHOLE.match(text):
                text = text[whole.end() :]
                if whole[0] == _PASTE:
                    self._pasted = ""
                elif not whole["answer"]:  # to a query of whoever had the terminal before
                    found += self._parse(whole[0])
            else:
                text = self._begin(text)
        return found

    def give_up(self, now: float) -> list[Message]:
        """What is unfinished at the deadline: the escape key, a paste without its end, noise."""
        found: list[Message] = []
        if self._pasted is not None:
            self._end_paste(self._pasted, found)
        elif self._begun == ESCAPE:
            found = self._parse(ESCAPE)
            self._late = now + SLOWEST
        self._begun = ""
        return found

    def _begin(self, text: str) -> str:
        """Keep what may become a sequence, drop what cannot any more; the rest of the text."""
        begun = _BEGUN.match(text)
        end = begun.end() if begun else 1
        if end == len(text) <= LONGEST_BEGUN:
            self._begun = text
        return text[end:]

    def _paste(self, pasted: str, found: list[Message]) -> str:
        """Take a paste up to its end, if that has come; the text behind it."""
        end = _END_OF_PASTE.search(pasted)
        if end is None:
            self._pasted = pasted
            return ""
        self._end_paste(pasted[: end.start()], found)
        return pasted[end.end() :]

    def _end_paste(self, pasted: str, found: list[Message]) -> None:
        self._pasted = None
        found.append(events.Paste("".join(c for c in pasted if c.isprintable() or c in "\r\n\t")))

    def _parse(self, whole: str) -> list[Message]:
        """Textual's messages for a character or a sequence; none if it makes no sense of it."""
        if whole == ESCAPE:
            return [events.Key("escape", ESCAPE)]
        found: list[Message] = []
        if len(whole) <= LONGEST_KNOWN:
            try:
                found = [message for message in self._parser.feed(whole) if _is_meant(message)]
            except Exception:  # whatever it raises, go on with the next key
                found = []
        if not found:
            self._parser = XTermParser()  # the old one may be waiting for more, or be broken
        return found


def _is_meant(message: Message) -> bool:
    if isinstance(message, events.Key) and message.character:
        message.character.encode()  # raises for half a surrogate pair, which nothing can show
    return isinstance(message, _MEANT)
