"""The chart of the loss: curves of all branches, what they are measured against, a cursor."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive

from ..drawing.panel import SlowPanel
from .curves import LossCurves
from .frame import frame
from .lines import loss_lines


class LossChart(SlowPanel[LossCurves]):
    """Draws `LossCurves`; a click or a drag picks an epoch."""

    DEFAULT_CSS: ClassVar[str] = """
    LossChart { height: 1fr; min-height: 3; }
    """
    BORDER_TITLE = "training loss"

    logarithmic: reactive[bool] = reactive(False, repaint=False)
    """Logarithmic loss axis."""

    class EpochPicked(Message):
        """The mouse was pressed on, or dragged to, the column of this epoch."""

        def __init__(self, epoch: int) -> None:
            super().__init__()
            self.epoch = epoch

    _picked: int | None = None

    def on_mount(self) -> None:
        """Say what the axes mean."""
        self.watch_logarithmic()

    def watch_logarithmic(self) -> None:
        """Draw with the other axis at once."""
        scale = ", log scale" if self.logarithmic else ""
        self.border_subtitle = f"nats/symbol{scale}"
        self.redraw()

    def draw(self, value: LossCurves, width: int, height: int) -> list[Content]:
        """The chart."""
        return loss_lines(value, width, height, logarithmic=self.logarithmic, ascii=self.ascii)

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
        shape = frame(value, width, height, logarithmic=self.logarithmic, ascii=self.ascii)
        place = event.get_content_offset_capture(self)
        column = place.x - shape.left
        if self._picked is None and not (0 <= column < shape.width and 0 <= place.y < height):
            return False
        epoch = min(max(shape.epoch(column), 0), value.newest_epoch)
        if epoch != self._picked:
            self._picked = epoch
            self.post_message(self.EpochPicked(epoch))
        return True
