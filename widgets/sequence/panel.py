"""A panel with one sequence: what went in, what should come out, what does."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.content import Content
from textual.message import Message

from ..drawing.panel import Panel
from .lines import SequenceView, geometry, sequence_lines, sequence_title, window


class SequencePanel(Panel[SequenceView]):
    """Shows a `SequenceView`; one too long for the panel in a window around its first mistake."""

    DEFAULT_CSS: ClassVar[str] = """
    SequencePanel { height: 6; }
    """

    class SequenceStepped(Message):
        """The arrows in the title were clicked: `delta` is −1 (▲) or +1 (▼)."""

        def __init__(self, delta: int) -> None:
            super().__init__()
            self.delta = delta

    _start = 0
    _placed = (-1, 0)
    """The sequence for which the window was placed, and its length."""
    _held = False
    """The window was moved by hand, and stays until another sequence is shown."""

    def draw(self, value: SequenceView, width: int, height: int) -> list[Content]:
        """The rows of the sequence."""
        return sequence_lines(value, width, height, self._start, ascii=self.ascii)

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
        if self._placed != (view.index, view.length):
            self._placed, self._held, self._start = (view.index, view.length), False, 0
        steps = geometry(view, self.size.width).steps
        if self._held:
            self._start = min(max(self._start, 0), max(0, view.length - steps))
        else:
            self._start = window(view, steps, self._start)
        title = sequence_title(view, self._start, steps, ascii=self.ascii)
        self.entitle(title, Content(view.note))

    def scroll_window(self, delta_steps: int) -> None:
        """Move the window by so many time steps (negative: towards the beginning)."""
        self._held, self._start = True, self._start + delta_steps
        self.redraw()

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """The wheel moves the window towards the end."""
        event.stop()
        self.scroll_window(4)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """The wheel moves the window towards the beginning."""
        event.stop()
        self.scroll_window(-4)

    def on_click(self, event: events.Click) -> None:
        """The arrows in the title ask for another sequence."""
        if event.y == 0 and 2 <= event.x <= 6:
            event.stop()
            self.post_message(self.SequenceStepped(-1 if event.x <= 4 else 1))
