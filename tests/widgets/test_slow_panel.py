"""A panel that is expensive to draw takes no more than its share of the time."""

import pytest

from widgets.drawing import panel
from widgets.drawing.panel import Line, SlowPanel


class Clocks:
    """Seconds that pass, and those of the processor; set by hand."""

    now = spent = 100.0


class Heavy(SlowPanel[str]):
    """Takes `cost` seconds of the processor to draw."""

    cost, drawn = 0.0, 0

    def draw(self, value: str, width: int, height: int) -> list[Line]:
        return []

    def redraw(self) -> None:
        Clocks.spent += self.cost
        self.drawn += 1


@pytest.mark.parametrize(("cost", "after"), [(0.001, 0.22), (0.012, 0.4), (0.06, 2.0)])
def test_what_takes_long_to_draw_is_drawn_less_often(
    monkeypatch: pytest.MonkeyPatch, cost: float, after: float
) -> None:
    monkeypatch.setattr(panel, "monotonic", lambda: Clocks.now)
    monkeypatch.setattr(panel, "thread_time", lambda: Clocks.spent)
    heavy = Heavy()
    heavy.cost = cost

    def offer(drawing: panel.Drawing, later: float) -> int:
        Clocks.now += later
        heavy._drawing = drawing
        heavy.watch_value()
        return heavy.drawn

    assert offer("if due", 0.0) == 1
    assert offer("if due", after - 0.01) == 1
    assert offer("later", 0.02) == 1
    assert offer("if due", 0.0) == 2
    assert offer("now", 0.0) == 3
