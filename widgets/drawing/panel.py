"""A widget made of lines, of which only those that changed are painted again."""

from __future__ import annotations

import math
from collections.abc import Sequence
from time import monotonic, thread_time
from typing import Any, ClassVar, Generic, Literal, TypeVar

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style as RichStyle
from textual import events
from textual.content import Content
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip
from textual.style import Style
from textual.visual import Visual
from textual.widget import Widget

from .figures import plain, shorten

MUTED = "$foreground 60%"
"""The style of what explains, beside what is explained."""
FEW_COLOURS = "-few-colours"
"""The class of an app whose terminal has sixteen colours or none."""
Spans = tuple[tuple[str, str], ...]
"""A line as (text, style) pairs: thirty times cheaper to paint than `Content` of many styles."""
Line = Content | Spans
Value = TypeVar("Value")
Drawing = Literal["now", "if due", "later"]
"""When a `SlowPanel` draws a value: "later" leaves it to the next value."""


class Panel(Widget, Generic[Value]):
    """Base of the panels: shows a value, for which a subclass makes the lines in `draw`.

    Textual sends a whole refreshed region to the terminal without comparing cells, so the lines
    are compared here and only the changed ones refreshed. The height is never derived from the
    value: no value causes a layout.
    """

    ALLOW_SELECT: ClassVar[bool] = False
    DEFAULT_CSS: ClassVar[str] = """
    Panel {
        text-wrap: nowrap;
        text-overflow: clip;
        border: round $foreground 25%;
        border-title-color: $foreground;
        border-title-style: bold;
        border-subtitle-color: $text-muted;
        padding: 0 1;
        &.-ascii { border: ascii $foreground 25%; }
        &.-explained { border: round $primary; }
        &.-ascii.-explained { border: ascii $primary; }
    }
    """

    value: reactive[Value | None] = reactive(None, always_update=True, repaint=False)
    """What is shown; None before the first snapshot."""
    ascii: reactive[bool] = reactive(False, repaint=False)
    """Draw with ASCII characters only."""
    explanation: tuple[str, ...] = ()
    """What it shows and what is good or bad, the longest text first; empty for nothing."""
    explained: reactive[bool] = reactive(False, repaint=False)
    """It is being explained: the border stands out."""

    class BorderClicked(Message):
        """The lower border was clicked, where an explanation stands."""

        def __init__(self, panel: Panel[Any]) -> None:
            super().__init__()
            self.panel = panel

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._lines: Sequence[Line] = []
        self._strips: dict[int, Strip] = {}
        self._styles: dict[str, RichStyle] = {}
        self._drawn_at = Size(-1, -1)
        self._entitled = ("", "")

    @property
    def has_shades(self) -> bool:
        """Whether the terminal shows many shades of a colour; else a glyph has to tell them."""
        app = self.app
        return not (app.no_color or app.native_ansi_color or app.has_class(FEW_COLOURS))

    def draw(self, value: Value, width: int, height: int) -> Sequence[Line]:
        """The lines (at most `height`, each at most `width` cells) for a value."""
        raise NotImplementedError

    def lines(self, width: int, height: int) -> Sequence[Line]:
        """The lines for the present value."""
        return [] if self.value is None else self.draw(self.value, width, height)[:height]

    def redraw(self) -> None:
        """Ask for the lines again and repaint those that differ from what is on the screen."""
        size = self.size
        if not self.is_attached or not size or size != self._drawn_at:
            return  # the first paint, or the one after a resize, will ask for the lines
        fresh = self.lines(*size)
        count = max(len(fresh), len(self._lines))
        changed = [y for y in range(count) if not _same_line(self._lines, fresh, y)]
        self._lines = fresh
        for y in changed:
            self._strips.pop(y, None)
        if changed:
            self.refresh(*[Region(0, y, size[0], 1) for y in changed])

    def render_line(self, y: int) -> Strip:
        """The strip of one line, prepared when it is first asked for."""
        size = self.size
        if size != self._drawn_at or not self._lines:
            self._drawn_at = size
            self._strips.clear()
            self._lines = self.lines(*size) if size else []
        if (strip := self._strips.get(y)) is None:
            strip = self._strips[y] = self._strip(y, size[0])
        return strip

    def _strip(self, y: int, width: int) -> Strip:
        line = self._lines[y] if y < len(self._lines) else ()
        blank = self.visual_style.rich_style
        if isinstance(line, Content) and line:
            strip = Visual.to_strips(self, line, width, 1, self.visual_style)[0]
            return strip.adjust_cell_length(width, blank)
        runs = () if isinstance(line, Content) else line
        segments = [Segment(text, self._rich_style(style)) for text, style in runs]
        missing = width - sum(cell_len(segment.text) for segment in segments)
        return Strip([*segments, Segment(" " * missing, blank)], width)

    def _rich_style(self, style: str) -> RichStyle:
        if (found := self._styles.get(style)) is None:
            found = (self.visual_style + Style.parse(style)).rich_style
            self._styles[style] = found
        return found

    def notify_style_update(self) -> None:
        """The theme or a class changed: everything has to be made again when it is painted."""
        super().notify_style_update()
        self._lines = []
        self._strips.clear()
        self._styles.clear()

    def entitle(self, title: Content, subtitle: Content) -> None:
        """Set what the border says; setting it repaints all, so only when it has changed."""
        before, self._entitled = self._entitled, (title.markup, subtitle.markup)
        if before[0] != title.markup:
            self.border_title = title
        if before[1] != subtitle.markup:
            self.border_subtitle = subtitle

    def watch_explained(self, explained: bool) -> None:
        """Highlight the border."""
        self.set_class(explained, "-explained")

    def on_click(self, event: events.Click) -> None:
        """The lower border asks to be explained, or to be no longer."""
        if self.explanation and event.y == self.outer_size.height - 1:
            self.post_message(self.BorderClicked(self))

    def watch_value(self) -> None:
        """Draw the new value."""
        self.redraw()

    def watch_ascii(self, ascii: bool) -> None:
        """Change the border with the glyphs."""
        self.set_class(ascii, "-ascii")
        self.redraw()


class SlowPanel(Panel[Value]):
    """A panel that is expensive to draw: while values keep coming, at most four times a second.

    Less often on a slow machine: drawing it takes no more than its share of the time. What is
    skipped comes with a later value: who stops sending them says "now" with the last.

    Attributes:
        is_behind: whether the value is not drawn yet.
    """

    PERIOD: ClassVar[float] = 0.22
    """Seconds between two drawings: a quarter, less what a frame may come too early."""
    SHARE: ClassVar[float] = 0.03
    """Of the time, what drawing it may take of the processor while values keep coming."""

    _due = -math.inf
    _drawing: Drawing = "now"
    is_behind = False

    def show(self, value: Value, drawing: Drawing) -> None:
        """Set the value; "now" draws it however soon after the last one."""
        self._drawing = drawing
        self.value = value

    def watch_value(self) -> None:
        """Draw the new value unless it is left to a later one."""
        is_due = monotonic() >= self._due
        self.is_behind = self._drawing != "now" and not (self._drawing == "if due" and is_due)
        if not self.is_behind:
            begun, spent = monotonic(), thread_time()
            self.redraw()
            spent = thread_time() - spent
            self._due = begun + max(self.PERIOD, spent / self.SHARE)


def fitting(texts: Sequence[str], width: int, *, ascii: bool = False) -> str:
    """The first of the texts, longest first, that fits into `width` cells; else the last, cut."""
    for text in map(plain, texts) if ascii else texts:
        if cell_len(text) <= width:
            return text
    return shorten(text, max(0, width), ascii=ascii)


def _same_line(old: Sequence[Line], new: Sequence[Line], y: int) -> bool:
    if y >= len(old) or y >= len(new):
        return False
    one, other = old[y], new[y]
    if isinstance(one, Content) and isinstance(other, Content):
        return one.plain == other.plain and one.spans == other.spans
    return one == other
