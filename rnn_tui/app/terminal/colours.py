"""Colours for a terminal that has sixteen of them, or none.

Textual takes the nearest of sixteen for each colour by itself: dim text comes out as dark grey on
black, and a tinted background as that of its text. So a style is translated whole here, its
background first. Without colours bold, dim and reversed text remain; Textual would send greys.
"""

from __future__ import annotations

import colorsys
from functools import lru_cache

from rich.color import Color as RichColor
from rich.color import ColorType
from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.filter import LineFilter

BLACK, RED, GREEN, YELLOW, BLUE, MAGENTA, CYAN, SILVER, GREY, WHITE = *range(9), 15
BRIGHT = 8
"""From a hue to its lighter form."""
HUES = ((20, RED), (75, YELLOW), (165, GREEN), (195, CYAN), (265, BLUE), (330, MAGENTA), (361, RED))
"""Degrees up to which a hue is taken for one of the six; orange is yellow."""
PALE = 50
"""Of 255: what differs less between its primaries is grey."""
ON_WHITE = {YELLOW: RED, CYAN: BLUE}
"""Hues that nobody can read on white."""
FAR = 0.15
"""Difference of lightness, of 0..1, from which a background is meant to be seen."""
DIM = 0.62
"""Difference of lightness below which text is meant to stand back."""


class SixteenColours(LineFilter):
    """The sixteen colours that every terminal with colours has."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The same segments in those colours."""
        return [
            Segment(text, style and of_sixteen(style, background), None)
            for text, style, _ in segments
        ]


class NoColours(LineFilter):
    """The terminal's own two colours."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The same segments, without a colour."""
        return [
            Segment(text, style and without_colours(style, background), None)
            for text, style, _ in segments
        ]


@lru_cache(4096)
def of_sixteen(style: Style, background: Color) -> Style:
    """The style in sixteen colours, on a widget with this background."""
    below = _background(_colour(style.bgcolor, background))
    above = _foreground(_colour(style.color, background.inverse), below)
    return style + Style.from_color(_standard(above), _standard(below))


@lru_cache(4096)
def without_colours(style: Style, background: Color) -> Style:
    """What stands back becomes dim, what lies on another background is reversed."""
    below = _colour(style.bgcolor, background)
    above = _colour(style.color, background.inverse)
    is_marked = abs(_lightness(below) - _lightness(background)) >= FAR
    is_dim = not is_marked and abs(_lightness(above) - _lightness(below)) < DIM
    attributes = Style(
        reverse=bool(style.reverse) is not is_marked or None, dim=style.dim or is_dim or None,
        bold=style.bold, italic=style.italic, underline=style.underline, strike=style.strike,
    )  # fmt: skip
    return attributes + Style(link=style.link, meta=style.meta)


def _background(colour: Color) -> int:
    """Whites, greys, and the darker six: the lighter are no backgrounds everywhere."""
    if (hue := _hue(colour)) is not None:
        return hue
    lightness = _lightness(colour)
    return next((grey for end, grey in _GREYS if lightness < end), WHITE)


_GREYS = ((0.25, BLACK), (0.5, GREY), (0.75, SILVER))


def _foreground(colour: Color, below: int) -> int:
    """What can be read on a background of the sixteen."""
    if below not in (BLACK, WHITE):
        return BLACK if below in (SILVER, YELLOW, GREEN, CYAN) else WHITE
    hue, lightness = _hue(colour), _lightness(colour)
    if below == BLACK:
        if hue is not None:
            return hue + BRIGHT
        return WHITE if lightness >= 0.75 else SILVER if lightness >= 0.38 else GREY
    if hue is not None:
        return ON_WHITE.get(hue, hue)
    return BLACK if lightness <= 0.3 else GREY if lightness <= 0.65 else SILVER


def _hue(colour: Color) -> int | None:
    """Which of the six a colour is, None for a grey."""
    if max(colour.rgb) - min(colour.rgb) < PALE:
        return None
    hue = 360 * colorsys.rgb_to_hls(*colour.normalized)[0]
    return next(code for end, code in HUES if hue < end)


def _lightness(colour: Color) -> float:
    """0..1 as the eye sees it, roughly."""
    red, green, blue = colour.normalized
    return 0.3 * red + 0.59 * green + 0.11 * blue


def _colour(colour: RichColor | None, otherwise: Color) -> Color:
    if colour is None or colour.is_default:
        return otherwise
    return Color.from_rich_color(colour)


def _standard(number: int) -> RichColor:
    return RichColor(f"color({number})", ColorType.STANDARD, number=number)
