"""The chart of the loss: curves of all branches, what they are measured against, a cursor."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive

from ..drawing.panel import SlowPanel
from .curves import LossCurves
from .frame import Window, frame
from .lines import loss_lines
from .zoom import follow, zoom


class LossChart(SlowPanel[LossCurves]):
    """Draws `LossCurves`; a click or a drag picks an epoch, the wheel zooms."""

    DEFAULT_CSS: ClassVar[str] = """
    LossChart { height: 1fr; min-height: 3; }
    """
    BORDER_TITLE = "training loss"
    WHEN = ", just before each update"
    """Why it is not the loss of the parameters shown; where there is room for it."""

    logarithmic: reactive[bool] = reactive(False, repaint=False)
    """Logarithmic loss axis."""
    log_epochs: reactive[bool] = reactive(False, repaint=False)
    """Logarithmic epoch axis."""
    window: reactive[Window | None] = reactive(None, repaint=False)
    """The epochs to be seen; None for all."""

    class EpochPicked(Message):
        """The mouse was pressed on, or dragged to, the column of this epoch."""

        def __init__(self, epoch: int) -> None:
            super().__init__()
            self.epoch = epoch

    _picked: int | None = None
    _on_strip = False

    def on_mount(self) -> None:
        """Say what the axes mean."""
        self._name_axes()

    def on_resize(self) -> None:
        """As much of it as there is room for."""
        self._name_axes()

    def watch_logarithmic(self) -> None:
        """Draw with the other axis at once."""
        self._name_axes()
        self.redraw()

    def watch_log_epochs(self) -> None:
        """Draw with the other axis at once."""
        self._name_axes()
        self.redraw()

    def watch_ascii(self, ascii: bool) -> None:
        """Say it with other characters too."""
        self._name_axes()
        super().watch_ascii(ascii)

    def watch_window(self) -> None:
        """Draw the other epochs at once."""
        self._name_axes()
        self.redraw()

    def zoom(self, places: int) -> None:
        """Show half as many epochs (+1), or twice as many (−1), around the epoch shown."""
        if self.value is not None:
            self.window = zoom(self.value, self.window, places, log_epochs=self.log_epochs)

    def show_all(self) -> None:
        """Show every epoch."""
        self.window = None

    def watch_value(self) -> None:
        """Draw the new value, with the epoch shown in sight."""
        if self.value is not None and self.window is not None:
            self.set_reactive(
                LossChart.window, follow(self.value, self.window, log_epochs=self.log_epochs)
            )
            self._name_axes()
        super().watch_value()

    def draw(self, value: LossCurves, width: int, height: int) -> list[Content]:
        """The chart."""
        return loss_lines(
            value,
            width,
            height,
            logarithmic=self.logarithmic,
            log_epochs=self.log_epochs,
            window=self.window,
            ascii=self.ascii,
            dark=self.app.current_theme.dark,
        )

    def _name_axes(self) -> None:
        room = max(0, self.size.width - 2)
        unit = ["nats/symbol"] + ["log scale"] * self.logarithmic + ["log epochs"] * self.log_epochs
        keys = ["l linear" if self.logarithmic else "l log"]
        keys += ["L linear epochs" if self.log_epochs else "L log epochs"]
        keys += ["u all" if self.window else "i zoom"]
        separator = " | " if self.ascii else " · "
        while len(text := separator.join([", ".join(unit), *keys])) > room and keys:
            keys.pop()
        title = f"{self.BORDER_TITLE}{self.WHEN}"
        self.entitle(Content(title if len(title) <= room else self.BORDER_TITLE), Content(text))

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Zoom in."""
        event.stop()
        self.zoom(1)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Zoom out."""
        event.stop()
        self.zoom(-1)

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Pick an epoch, and keep picking while the button is held."""
        if self._pick(event):
            self.capture_mouse()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Dragging picks the epoch of each column it comes to."""
        if self._picked is not None:
            self._pick(event)

    def on_mouse_up(self) -> None:
        """The drag is over."""
        if self._picked is not None:
            self._picked = None
            self.release_mouse()

    def _pick(self, event: events.MouseEvent) -> bool:
        """Post the epoch under the mouse unless it is the one just posted."""
        (width, height), value = self.size, self.value
        if value is None or not value.drawable or width < 1 or height < 1:
            return False
        shape = frame(
            value,
            width,
            height,
            logarithmic=self.logarithmic,
            ascii=self.ascii,
            log_epochs=self.log_epochs,
            window=self.window,
        )
        place = event.get_content_offset_capture(self)
        column = place.x - shape.left
        if self._picked is None:
            if not (0 <= column < shape.width and 0 <= place.y < height):
                return False
            self._on_strip = place.y == shape.strip
        epoch = shape.epoch(column, whole=self._on_strip)
        epoch = min(max(epoch, 0), value.newest_epoch)
        if epoch != self._picked:
            self._picked = epoch
            self.post_message(self.EpochPicked(epoch))
        return True
