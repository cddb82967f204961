"""A panel with the inside of one sequence, step by step."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import events
from textual.content import Content
from textual.message import Message

from ..drawing.map_panel import MapPanel
from ..drawing.panel import Drawing, Line
from .geometry import geometry, window
from .lines import sequence_lines
from .plan import plan
from .titles import sequence_subtitle, sequence_title
from .view import SequenceView


class SequencePanel(MapPanel[SequenceView]):
    """Shows a `SequenceView`; one too long for the panel in a window.

    The window is where the step looked at is visible.
    """

    DEFAULT_CSS: ClassVar[str] = """
    SequencePanel { height: 6; }
    """

    class SequenceStepped(Message):
        """The arrows in the title were clicked: `delta` is −1 (▲) or +1 (▼)."""

        def __init__(self, delta: int) -> None:
            super().__init__()
            self.delta = delta

    class StepMoved(Message):
        """Another time step is to be looked at, `delta` further on: the wheel, or a click."""

        def __init__(self, delta: int) -> None:
            super().__init__()
            self.delta = delta

    _start = 0

    def show(self, value: SequenceView, drawing: Drawing) -> None:
        """Set the value; what a key has moved is drawn at once."""
        old = self.value
        moved = old is None or (old.index, old.step) != (value.index, value.step)
        super().show(value, "now" if moved else drawing)

    def draw(self, value: SequenceView, width: int, height: int) -> Sequence[Line]:
        """The rows of the sequence."""
        shape = geometry(value, width)
        start = min(self._start, max(0, value.length - shape.steps))
        return sequence_lines(value, width, height, shape, start, self.palette(), self._ground())

    def redraw(self) -> None:
        """Place the window, say in the title where it is, then draw."""
        self._place_window()
        super().redraw()

    def on_resize(self) -> None:
        """Another width shows another part of the sequence, also when already painted."""
        self.redraw()

    def _place_window(self) -> None:
        view = self.value
        if view is None or not self.size.width:
            return
        shape = geometry(view, self.size.width)
        self._start = window(view.length, shape.steps, self._start, view.step)
        rows = plan(view, shape, self.size.height, self.palette()).rows
        room = self.outer_size.width - 6
        self.entitle(
            sequence_title(view, self._start, shape.steps, room, ascii=self.ascii),
            Content(sequence_subtitle(view, room, rows, self.ascii)),
        )

    def _ground(self) -> str:
        background = self.background_colors[1]
        return "#000000" if background.ansi is not None else background.hex6

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """The wheel goes on in time."""
        event.stop()
        self.post_message(self.StepMoved(1))

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """The wheel goes back in time."""
        event.stop()
        self.post_message(self.StepMoved(-1))

    def on_click(self, event: events.Click) -> None:
        """The arrows in the title ask for another sequence, a column for its time step."""
        view = self.value
        if view is None:
            return
        if event.y == 0:
            if 2 <= event.x <= 6:
                event.stop()
                self.post_message(self.SequenceStepped(-1 if event.x <= 4 else 1))
            return
        place = event.get_content_offset(self)
        shape = geometry(view, self.size.width)
        step = None if place is None else shape.step_at(place.x, self._start)
        if step is not None and step < view.length:
            event.stop()
            self.post_message(self.StepMoved(step - view.step))
