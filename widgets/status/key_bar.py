"""One line that says which keys are useful now; a click does what the key does."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import ClassVar, NamedTuple

from rich.style import Style as RichStyle
from textual.content import Content
from textual.style import Style

from ..drawing.panel import MUTED, Panel

GAP = "  "
KEY, DISABLED = "bold $text-accent", "$foreground 30%"


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


def fitting(hints: Sequence[KeyHint], width: int) -> list[KeyHint]:
    """The hints that fit whole, in their order."""
    kept = list(hints)
    while kept and sum(map(_width, kept)) + len(GAP) * (len(kept) - 1) > width:
        kept.remove(max(reversed(kept), key=lambda hint: hint.rank))
    return kept


def key_line(hints: Sequence[KeyHint], width: int) -> Content:
    """The line."""
    return Content(GAP).join(map(_content, fitting(hints, width)))


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


class KeyBar(Panel[tuple[KeyHint, ...]]):
    """Shows `KeyHint`s, in this order."""

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

    def draw(self, value: tuple[KeyHint, ...], width: int, height: int) -> list[Content]:
        """The line."""
        return [key_line(value, width)]
