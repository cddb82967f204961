"""The bottom line: a message for its time, and which keys are useful now.

A click on a key does what the key does.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import ClassVar, NamedTuple

from rich.cells import cell_len
from rich.style import Style as RichStyle
from textual.content import Content
from textual.style import Style

from ..drawing.figures import plain, shorten
from ..drawing.panel import MUTED, Panel

GAP = "  "
CLAUSES = ("; ", ": ", ", ", " · ", " | ")
"""Between parts of a message of which the last may go."""
KEY, DISABLED = "bold $text-accent", "$foreground 30%"
SEVERITIES = {
    "information": ("", "", "bold"),
    "success": ("✓ ", "* ", "bold $text-success"),
    "suggestion": ("try: ", "try: ", "$text-success"),
    "warning": ("! ", "! ", "bold $text-warning"),
    "error": ("x ", "x ", "bold $text-error"),
}
"""Sign, the same in ASCII, and style of a message."""


class KeyHint(NamedTuple):
    """A key, or a pair of keys, and what it does.

    Attributes:
        keys: how each key is written, and the action a click on it runs.
        label: a word or two.
        enabled: whether it makes sense now.
        rank: the hints with the highest ranks go first where there is no room.
    """

    keys: tuple[tuple[str, str], ...]
    label: str
    enabled: bool = True
    rank: int = 0


class BottomLine(NamedTuple):
    """What the bottom line shows.

    Attributes:
        hints: keys, in this order.
        message: what is told at the moment, '' for nothing; keys stand beside it where they fit.
        severity: of the message, of `SEVERITIES`.
        shorter: what is told where that does not fit, the longest text first.
    """

    hints: tuple[KeyHint, ...]
    message: str = ""
    severity: str = "information"
    shorter: tuple[str, ...] = ()


def fitting(hints: Sequence[KeyHint], width: int) -> list[KeyHint]:
    """The hints that fit whole, in their order."""
    kept = list(hints)
    while kept and sum(map(_width, kept)) + len(GAP) * (len(kept) - 1) > width:
        kept.remove(max(reversed(kept), key=lambda hint: hint.rank))
    return kept


def key_line(hints: Sequence[KeyHint], width: int) -> Content:
    """The keys that fit."""
    return Content(GAP).join(map(_content, fitting(hints, width)))


def bottom_line(value: BottomLine, width: int, *, ascii: bool = False) -> Content:
    """The message, then the keys that fit; the first key always, but beside an error."""
    if not value.message:
        return key_line(value.hints, width)
    style = SEVERITIES[value.severity][2]
    message = _message(value, width, ascii=ascii)
    room = width - cell_len(message) - len(GAP) - 1
    hints = key_line(value.hints, room)
    space = width - cell_len(message) - hints.cell_length
    return Content.assemble((message, style), " " * max(0, space), hints)


def _message(value: BottomLine, width: int, *, ascii: bool) -> str:
    """The longest form that fits beside the two most useful keys, or one; else the last, clipped.

    The sign of a suggestion goes first; what it says is no less true without.
    """
    sign = SEVERITIES[value.severity][ascii]
    texts = [" ".join(text.split()) for text in (value.message, *value.shorter)]
    forms = [sign + (plain(text) if ascii else text) for text in texts]
    if value.severity == "suggestion":
        forms += [form.removeprefix(sign) for form in forms]
    first, others = value.hints[:1], sorted(value.hints[1:], key=lambda hint: hint.rank)
    room = width
    for kept in ([*first, *others[:1]], first) if value.severity != "error" else ([],):
        room = width - sum(_width(hint) + len(GAP) for hint in kept) - bool(kept)
        for form in forms:
            if cell_len(form) <= room:
                return form
    return clipped(forms[-1], room, ascii=ascii)


def clipped(text: str, width: int, *, ascii: bool = False) -> str:
    """The text without its last clauses where it is too long, then cut."""
    width, dots = max(0, width), "..." if ascii else "…"
    if cell_len(text) <= width:
        return text
    end = len(text)
    while (end := max(text.rfind(mark, 0, end) for mark in CLAUSES)) > width // 3:
        if cell_len(text[:end] + dots) <= width:
            return text[:end] + dots
    return shorten(text, width, ascii=ascii)


@lru_cache(maxsize=256)
def _width(hint: KeyHint) -> int:
    return _content(hint).cell_length


@lru_cache(maxsize=256)
def _content(hint: KeyHint) -> Content:
    key_style, label_style = (KEY, MUTED) if hint.enabled else (DISABLED, DISABLED)
    keys = [_link(key, action).stylize(key_style) for key, action in hint.keys]
    words = any(len(key) > 1 for key, _ in hint.keys)
    between = Content.styled("/" if words else "", label_style)
    label = _link(f" {hint.label}", hint.keys[0][1]).stylize(label_style)
    return Content.assemble(between.join(keys), label)


def _link(text: str, action: str) -> Content:
    return Content.styled(text, Style.from_meta({"@click": action}))


class KeyBar(Panel[BottomLine]):
    """Shows a `BottomLine`; the mouse over it shows a message whole."""

    DEFAULT_CSS: ClassVar[str] = """
    KeyBar {
        height: 1; border: none; padding: 0 1;
        link-style-hover: bold; link-color-hover: $text;
        link-background-hover: $primary 40%;
    }
    KeyBar.-ascii { border: none; }
    """

    @property
    def link_style(self) -> RichStyle:
        """None: the line has its colours, which tell what makes sense now."""
        return RichStyle.null()

    def draw(self, value: BottomLine, width: int, height: int) -> list[Content]:
        """The line."""
        return [bottom_line(value, width, ascii=self.ascii)]

    def redraw(self) -> None:
        """Draw the new line; a message can be read whole under the mouse."""
        message = self.value.message if self.value else ""
        self.tooltip = Content(message) if message else None
        super().redraw()
