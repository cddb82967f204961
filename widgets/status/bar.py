"""Two lines that are always there: what is trained, how far it is and how well it does."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.message import Message

from ..drawing.panel import Panel, Spans
from .lines import Status, epoch_under, fields, fields_line, title_line


class StatusBar(Panel[Status]):
    """Shows a `Status` in two lines; a click on the scrubber or a drag picks an epoch."""

    DEFAULT_CSS: ClassVar[str] = """
    StatusBar { height: 2; border: none; padding: 0 1; }
    StatusBar.-ascii { border: none; }
    """

    class EpochPicked(Message):
        """The mouse was pressed on, or dragged to, the place of this epoch."""

        def __init__(self, epoch: int) -> None:
            super().__init__()
            self.epoch = epoch

    _picked: int | None = None

    def draw(self, value: Status, width: int, height: int) -> list[Spans]:
        """The title above; epoch, losses and right symbols below."""
        return [
            title_line(value, width, ascii=self.ascii),
            fields_line(value, width, ascii=self.ascii),
        ]

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Pick an epoch, and keep picking while the button is held."""
        if self._pick(event):
            self.capture_mouse()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Dragging picks the epoch of each cell it comes to."""
        if self._picked is not None:
            self._pick(event)

    def on_mouse_up(self) -> None:
        """The drag is over."""
        if self._picked is not None:
            self._picked = None
            self.release_mouse()

    def _pick(self, event: events.MouseEvent) -> bool:
        """Post the epoch under the mouse unless it is the one just posted."""
        if self.value is None or not self.size:
            return False
        shape = fields(self.size.width, self.value)
        place = event.get_content_offset_capture(self)
        column = place.x - shape.scrubber_start
        is_on_it = place.y == 1 and -1 <= column < shape.scrubber - 1
        if not shape.scrubber or (self._picked is None and not is_on_it):
            return False
        epoch = epoch_under(column, self.value.newest, shape.scrubber)
        if epoch != self._picked:
            self._picked = epoch
            self.post_message(self.EpochPicked(epoch))
        return True
