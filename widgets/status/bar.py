"""Two lines that are always there: what is trained, how far it is and how well it does."""

from __future__ import annotations

import math
from typing import ClassVar

from textual.app import ComposeResult
from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget
from textual.widgets import Sparkline

from ..drawing.panel import Panel, same
from ..drawing.throttle import Throttle
from .lines import LONGEST_SPARKLINE, Fields, fields, outcome, progress, title_line
from .value import Status

PERIOD = 0.5
"""Seconds between two drawings of the sparkline while training runs."""


class StatusLine(Panel):
    """One line given from outside."""

    DEFAULT_CSS: ClassVar[str] = """
    StatusLine { height: 1; width: 1fr; border: none; padding: 0; }
    StatusLine.-ascii { border: none; }
    """

    content: reactive[Content] = reactive(Content(), always_update=True, repaint=False)

    def lines(self, width: int, height: int) -> list[Content]:
        """The line as it is."""
        return [self.content]

    def watch_content(self) -> None:
        """Draw it if it changed."""
        self.redraw()


class StatusFields(Widget):
    """The second line: a container of its own, which no style meant for others reaches."""

    DEFAULT_CSS: ClassVar[str] = """
    StatusFields { layout: horizontal; height: 1; }
    """


class StatusBar(Widget):
    """Shows a `Status` in two lines; no number moves its neighbours."""

    DEFAULT_CSS: ClassVar[str] = """
    StatusBar {
        height: 2;
        padding: 0 1;
        layout: vertical;
        .progress { width: 20; }
        Sparkline { width: 16; height: 1; margin: 0 0 0 2; display: none; }
        .outcome { margin: 0 0 0 2; }
        Sparkline > .sparkline--max-color { color: $text-primary; }
        Sparkline > .sparkline--min-color { color: $text-primary 50%; }
    }
    """

    value: reactive[Status | None] = reactive(None, always_update=True, repaint=False)
    """What is shown; None before the first snapshot."""
    ascii: reactive[bool] = reactive(False, repaint=False)
    """Draw with ASCII characters only, and without the sparkline."""

    def __init__(
        self, *, name: str | None = None, id: str | None = None, classes: str | None = None
    ) -> None:
        super().__init__(name=name, id=id, classes=classes)
        self._title = StatusLine(classes="title")
        self._progress = StatusLine(classes="progress")
        self._outcome = StatusLine(classes="outcome")
        self._recent = Sparkline()
        self._throttle = Throttle(self, PERIOD, self._draw_recent)
        self._shape: Fields | None = None

    def compose(self) -> ComposeResult:
        """The title above; epoch, loss, sparkline, accuracy and pace below."""
        yield self._title
        with StatusFields():
            yield self._progress
            yield self._recent
            yield self._outcome

    def on_mount(self) -> None:
        """Draw a value that was set before there was a screen."""
        self._draw()

    def on_resize(self) -> None:
        """Another width has room for other fields."""
        self._draw()

    def watch_ascii(self) -> None:
        """The sparkline has no ASCII form: the chart is near."""
        self._draw()

    def watch_value(self, old: Status | None, new: Status | None) -> None:
        """Draw the new status; the sparkline at most twice a second while training runs."""
        if same(old, new):
            return
        self._draw()
        if old is None or new is None or same(old.recent, new.recent):
            return
        if new.measured is None and self.is_attached:
            self._throttle.act_now()
        else:
            self._throttle.request()

    def _draw(self) -> None:
        status, width = self.value, self.size.width
        if status is None or width < 1 or not self.is_attached:
            return
        shape = self._arrange(status, width)
        self._title.content = title_line(status, width, ascii=self.ascii)
        self._progress.content = progress(status, shape, ascii=self.ascii)
        room = width - shape.epoch - shape.loss - 4
        room -= shape.sparkline + 2 if shape.sparkline else 0
        self._outcome.content = outcome(status, shape, room, ascii=self.ascii)
        self.tooltip = status.message or None

    def _arrange(self, status: Status, width: int) -> Fields:
        """Give the parts their widths; a layout only where one changed."""
        shape = fields(width, status.newest)
        if self.ascii:
            shape = shape._replace(sparkline=0)
        if shape != self._shape:
            self._shape = shape
            self._progress.styles.width = shape.epoch + 2 + shape.loss
            self._recent.display = shape.sparkline > 0
            self._recent.styles.width = min(shape.sparkline, LONGEST_SPARKLINE) or 1
            self._draw_recent()
        return shape

    def _draw_recent(self) -> None:
        recent = () if self.value is None else self.value.recent
        data = [float(loss) for loss in recent if math.isfinite(loss)]
        if data != self._recent.data:
            self._recent.data = data
