"""A panel with the predictions for all sequences."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.message import Message

from ..drawing.panel import Drawing, Line, SlowPanel
from .lines import wall_lines
from .places import at, layout_of
from .titles import legend, wall_title
from .wall import Wall


class PredictionsPanel(SlowPanel[Wall]):
    """Shows a `Wall`: as many sequences as fit, and how the others stand."""

    EXPLANATION = (
        "Every row is a sequence, every symbol what the network predicts at that time step with "
        "the weights of this epoch: ✗ marks a wrong one, underlined is what the last epoch "
        "changed, a dim · is not scored, what nobody can know is dim. At the right, how many of "
        "the others are right. What has no room is summed up in the last line, a cell for each "
        "group."
    )

    class Picked(Message):
        """A row was clicked: the sequence, 0-based, and its step; None beside the symbols."""

        def __init__(self, sequence: int, step: int | None) -> None:
            super().__init__()
            self.sequence, self.step = sequence, step

    class Scrolled(Message):
        """The wheel asks for so many time steps further on, or back if negative."""

        def __init__(self, steps: int) -> None:
            super().__init__()
            self.steps = steps

    _looked_at = (-1, -1)

    def show(self, value: Wall, drawing: Drawing) -> None:
        """Set the value; another sequence or step is shown at once."""
        looked_at = int(value.numbers[value.chosen]), value.step
        if looked_at != self._looked_at:
            self._looked_at, drawing = looked_at, "now"
        super().show(value, drawing)

    def draw(self, value: Wall, width: int, height: int) -> Sequence[Line]:
        """The rows."""
        return wall_lines(value, width, height, ascii=self.ascii)

    def redraw(self) -> None:
        """Say in the border what is shown and how to read it; then draw."""
        if (value := self.value) is not None and min(self.size) > 0:
            room = self.outer_size.width - 6
            layout = layout_of(value, *self.size, ascii=self.ascii)
            self.entitle(
                wall_title(value, layout, room, ascii=self.ascii),
                legend(value, room, ascii=self.ascii),
            )
        super().redraw()

    def on_resize(self) -> None:
        """At another size other rows are shown."""
        self.redraw()

    def on_click(self, event: events.Click) -> None:
        """A click chooses a sequence, and the step under it."""
        value, offset = self.value, event.get_content_offset(self)
        if value is None or offset is None:
            return
        found = at(value, layout_of(value, *self.size, ascii=self.ascii), offset.x, offset.y)
        if found is not None:
            event.stop()
            self.post_message(self.Picked(int(value.numbers[found[0]]), found[1]))

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """The wheel moves the step that is looked at towards the end."""
        self._scroll(event, 1)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """The wheel moves the step that is looked at towards the beginning."""
        self._scroll(event, -1)

    def _scroll(self, event: events.MouseEvent, direction: int) -> None:
        """By a step; by a line of a folded sequence."""
        event.stop()
        if (value := self.value) is not None and min(self.size) > 0:
            layout = layout_of(value, *self.size, ascii=self.ascii)
            steps = layout.columns if layout.folded else 1
            self.post_message(self.Scrolled(direction * steps))
