"""A widget made of lines, of which only those that changed are painted again."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from textual.content import Content
from textual.geometry import Region
from textual.reactive import reactive
from textual.strip import Strip
from textual.visual import Visual
from textual.widget import Widget


class Panel(Widget):
    """Base of the panels: a subclass has a reactive value and says its lines in `lines`.

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
        &.-bare { border: none; padding: 0; }
    }
    """

    ascii: reactive[bool] = reactive(False, repaint=False)
    """Draw with ASCII characters only."""

    def __init__(
        self, *, name: str | None = None, id: str | None = None, classes: str | None = None
    ) -> None:
        super().__init__(name=name, id=id, classes=classes)
        self._lines: list[Content] = []
        self._strips: dict[int, Strip] = {}
        self._drawn_at = (-1, -1)

    def lines(self, width: int, height: int) -> list[Content]:
        """The lines (at most `height`, each at most `width` cells) for the present value."""
        raise NotImplementedError

    def redraw(self) -> None:
        """Ask for the lines again and repaint those that differ from what is on the screen."""
        size = (self.size.width, self.size.height)
        if not self.is_attached or 0 in size or size != self._drawn_at:
            return  # the first paint, or the one after a resize, will ask for the lines
        fresh = self.lines(*size)[: size[1]]
        count = max(len(fresh), len(self._lines))
        changed = [y for y in range(count) if not _same_line(self._lines, fresh, y)]
        self._lines = fresh
        for y in changed:
            self._strips.pop(y, None)
        if changed:
            self.refresh(*[Region(0, y, size[0], 1) for y in changed])

    def render_line(self, y: int) -> Strip:
        """The strip of one line, prepared when it is first asked for."""
        size = (self.size.width, self.size.height)
        if size != self._drawn_at:
            self._drawn_at = size
            self._strips.clear()
            self._lines = self.lines(*size)[: size[1]] if 0 not in size else []
        if (strip := self._strips.get(y)) is None:
            strip = self._strips[y] = self._strip(y, size[0])
        return strip

    def _strip(self, y: int, width: int) -> Strip:
        style = self.visual_style
        if y < len(self._lines) and self._lines[y]:
            first = Visual.to_strips(self, self._lines[y], width, 1, style)[:1]
            if first:
                return first[0].adjust_cell_length(width, style.rich_style)
        return Strip.blank(width, style.rich_style)

    def notify_style_update(self) -> None:
        """The theme or a class changed: every strip has to be made again."""
        super().notify_style_update()
        self._strips.clear()

    def watch_ascii(self, ascii: bool) -> None:
        """Change the border with the glyphs."""
        self.set_class(ascii, "-ascii")
        self.redraw()


def _same_line(old: list[Content], new: list[Content], y: int) -> bool:
    if y >= len(old) or y >= len(new):
        return False
    return old[y].plain == new[y].plain and old[y].spans == new[y].spans


def same(one: object, other: object) -> bool:
    """Whether two panel values are equal; looks inside tuples and arrays, NaN equals NaN."""
    if one is other:
        return True
    if isinstance(one, tuple) and isinstance(other, tuple):
        return type(one) is type(other) and len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, float) and isinstance(other, float):
        return one == other or (one != one and other != other)
    if hasattr(one, "dtype") or hasattr(other, "dtype"):
        return _same_array(one, other)
    return bool(one == other)


def _same_array(one: object, other: object) -> bool:
    if not (isinstance(one, np.ndarray) and isinstance(other, np.ndarray)):
        return False
    return np.array_equal(one, other, equal_nan=one.dtype.kind in "fc")
