"""A panel that says why, at one time step."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from ..drawing.panel import Drawing, Line, SlowPanel
from .lines import why_lines, why_title
from .view import WhyView


class WhyPanel(SlowPanel[WhyView]):
    """Shows a `WhyView`."""

    BORDER_TITLE = "why"

    def show(self, value: WhyView, drawing: Drawing) -> None:
        """Set the value; another time step is drawn at once."""
        moved = self.value is None or self.value.step != value.step
        super().show(value, "now" if moved else drawing)

    def draw(self, value: WhyView, width: int, height: int) -> Sequence[Line]:
        """The formulas."""
        return why_lines(value, width, height, ascii=self.ascii)

    def redraw(self) -> None:
        """Say in the border of which step and node it is, then draw."""
        if (value := self.value) is not None:
            title = why_title(value, self.outer_size.width - 6, self.size.height, ascii=self.ascii)
            self.entitle(Content(title), Content(f"node {value.node} tells most"))
        super().redraw()

    def on_resize(self) -> None:
        """At another size the title may say more."""
        self.redraw()
