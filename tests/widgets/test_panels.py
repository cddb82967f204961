"""The panels in a running app: they draw what they are given, and only what changed."""

import numpy as np
import pytest
from textual import events
from textual.app import App, ComposeResult
from textual.content import Content
from textual.events import MouseScrollDown, MouseScrollUp

from tests.amounts import few
from tests.pilot import until
from widgets import (
    Computed,
    Curve,
    Dynamics,
    DynamicsPanel,
    LossChart,
    LossCurves,
    NormsPanel,
    NormsRow,
    Output,
    Part,
    PredictionsPanel,
    SequencePanel,
    SequenceView,
    Status,
    StatusBar,
    TensorMap,
    TensorPanel,
    Wall,
    WhyPanel,
    WhyView,
)
from widgets.drawing.panel import Panel
from widgets.sequence.geometry import geometry

pytestmark = pytest.mark.usefixtures("quick_pilot")

SEQUENCE = SequenceView(
    2, 10, tuple("1011"), tuple("2122"), tuple("2120"), np.full(4, 0.9), note="no [memory] needed"
)
OUTPUT, STATE = Output("2", 1.0, 0.9, 0.0), Computed("a", "a = s", "a = s", "a = s", (1.0,), 1.0)
WHY = WhyView(3, "2", (("0", 0.9),), 2.3, 0.1, "0", 0.2, 4, 0.5, (STATE, STATE), (OUTPUT,))
STATUS = Status(
    (Part("successor", 0),), "running", ("running",), 5, 9, 0.4, 1.1, False, 90, 100,
    np.array([1.0, np.nan, 0.5]),
)  # fmt: skip
TENSOR = TensorMap("[U]", "h→h", np.linspace(-2, 2, 9).reshape(3, 3), 3.87, None, None)
WALL = Wall(
    np.arange(3), 3, 1, 0, tuple("01"), tuple("01"), np.zeros((3, 4), int),
    np.array([[0, 1, 1, 0]] * 3), np.array([[False, True, False, False]] * 3),
)  # fmt: skip


def losses(count: int) -> LossCurves:
    epochs = np.arange(count, dtype=float)
    curve = Curve("", epochs, 2 - epochs / count, 2 - epochs / count)
    return LossCurves((curve,), (), (), count - 1, count - 1)


class Panels(App[None]):
    """All panels above each other; remembers what they said."""

    CSS = "TensorPanel { height: 7; } PredictionsPanel { height: 6; } WhyPanel { height: 5; }"

    def __init__(self) -> None:
        super().__init__()
        self.said: list[object] = []

    def compose(self) -> ComposeResult:
        yield StatusBar()
        yield LossChart()
        yield PredictionsPanel()
        yield SequencePanel()
        yield NormsPanel()
        yield WhyPanel()
        yield TensorPanel()
        yield DynamicsPanel()

    def on_mount(self) -> None:
        self.query_one(LossChart).value = losses(90)
        self.query_one(PredictionsPanel).show(WALL, "now")
        self.query_one(SequencePanel).value = SEQUENCE
        row = NormsRow("W", "x→h", 5.31, np.arange(5.0), None, None)
        self.query_one(NormsPanel).value = (row,)
        self.query_one(WhyPanel).value = WHY
        self.query_one(StatusBar).value = STATUS
        self.query_one(TensorPanel).show(TENSOR, "now")
        self.query_one(DynamicsPanel).value = Dynamics((("U", 3.1),), 0.62)

    def on_loss_chart_epoch_picked(self, message: LossChart.EpochPicked) -> None:
        self.said.append(message.epoch)

    def on_predictions_panel_picked(self, message: PredictionsPanel.Picked) -> None:
        self.said.append((message.sequence, message.step))

    def on_predictions_panel_scrolled(self, message: PredictionsPanel.Scrolled) -> None:
        self.said.append(message.steps)

    def on_status_bar_epoch_picked(self, message: StatusBar.EpochPicked) -> None:
        self.said.append(message.epoch)

    def on_sequence_panel_sequence_stepped(self, message: SequencePanel.SequenceStepped) -> None:
        self.said.append(message.delta)

    def on_sequence_panel_step_moved(self, message: SequencePanel.StepMoved) -> None:
        self.said.append(f"step {message.delta}")


def screen(app: Panels) -> str:
    return "\n".join(
        "".join(segment.text for segment in line)
        for panel in app.query(Panel)
        for line in panel.render_lines(panel.outer_size.region)
    )


async def test_every_panel_shows_its_value() -> None:
    app = Panels()
    async with app.run_test(size=(100, 50)):
        shown = screen(app)
        for text in (
            "▸ running",
            "epoch 5",
            "3 of 4",
            "✗",
            "5.310",
            "why, at t = 3",
            "target 2, says 0 with 90 %",
            "[memory]",
            "epoch",
            "−2.00 −",
            "[U]  h→h  3 × 3",
            "may explode",
            "all three at once",
            "0  1✗ 1  0",
        ):
            assert text in shown, text


@pytest.mark.parametrize("size", few([(60, 15), (1, 1), (100, 50), (8, 60)], 2))
async def test_every_theme_and_size_can_be_drawn(size: tuple[int, int]) -> None:
    app = Panels()
    async with app.run_test(size=size) as pilot:
        for theme in ("textual-dark", "textual-light", "ansi-dark", "dracula"):
            for is_ascii in (False, True):
                app.theme = theme
                for panel in app.query(Panel):
                    panel.ascii = is_ascii
                await pilot.pause()
                assert screen(app)


async def test_without_colour_nothing_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    app = Panels()
    async with app.run_test(size=(100, 50)):
        assert "✗" in screen(app)


async def test_ascii_leaves_no_other_character() -> None:
    app = Panels()
    async with app.run_test(size=(100, 50)) as pilot:
        for panel in app.query(Panel):
            panel.ascii = True
        await pilot.pause()
        assert screen(app).isascii(), [c for c in screen(app) if not c.isascii()]


async def test_colours_and_signs_of_a_map_come_from_the_theme_and_the_terminal() -> None:
    app = Panels()
    async with app.run_test(size=(100, 60)) as pilot:
        panel = app.query_one(TensorPanel)
        on_dark = list(panel.render_line(0))[2]
        app.theme = "textual-light"
        await pilot.pause()
        assert on_dark != list(panel.render_line(0))[2]
        app.theme = "ansi-dark"
        await pilot.pause()
        assert "█" in panel.render_line(3).text, "an ANSI theme has no shades of a colour"


async def test_a_map_says_in_its_border_how_much_a_cell_stands_for() -> None:
    app = Panels()
    async with app.run_test(size=(100, 60)) as pilot:
        panel = app.query_one(TensorPanel)
        assert not panel.border_subtitle
        panel.show(TENSOR._replace(matrix=np.ones((400, 4))), "now")
        assert "largest of" in str(panel.border_subtitle)
        await pilot.resize_terminal(12, 60)
        await until(lambda: panel.border_title == Content("[U]").markup)


async def test_only_lines_that_changed_are_painted(monkeypatch: pytest.MonkeyPatch) -> None:
    app = Panels()
    async with app.run_test(size=(100, 50)) as pilot:
        await pilot.pause()
        panel, painted = app.query_one(SequencePanel), []
        monkeypatch.setattr(panel, "refresh", lambda *regions, **_: painted.extend(regions))
        panel.value = SEQUENCE._replace(confidence=SEQUENCE.confidence.copy())
        assert painted == []
        panel.value = SEQUENCE._replace(prediction=tuple("2122"))
        assert [region.y for region in painted] == [2, 3], "also how sure is coloured"


async def test_a_chart_in_a_stream_of_values_is_drawn_four_times_a_second(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    app, now = Panels(), [1e6]
    async with app.run_test(size=(100, 50)) as pilot:
        await pilot.pause()
        chart, drawn = app.query_one(LossChart), []
        monkeypatch.setattr("widgets.drawing.panel.monotonic", lambda: now[0])
        monkeypatch.setattr(chart, "redraw", lambda: drawn.append(now[0] - 1e6))
        for frame in range(9):
            now[0] = 1e6 + frame / 8
            chart.show(losses(200 + frame), "if due")
        assert drawn == [0, 0.25, 0.5, 0.75, 1]
        chart.show(losses(300), "now")
        assert drawn[-1] == 1 and len(drawn) == 6, "while stepping each is drawn"


async def test_the_mouse_picks_an_epoch_and_drags() -> None:
    app = Panels()
    async with app.run_test(size=(109, 50)) as pilot:
        await pilot.pause()
        chart = app.query_one(LossChart)
        await pilot.mouse_down(chart, offset=(9, 3))
        await pilot.hover(chart, offset=(59, 3))
        await pilot.mouse_up(chart, offset=(59, 3))
        assert app.said[0] == 0 and abs(app.said[-1] - 51) <= 1
        before = len(app.said)
        await pilot.hover(chart, offset=(30, 3))
        assert len(app.said) == before


async def test_a_click_on_the_wall_picks_a_sequence_and_the_wheel_moves_the_step() -> None:
    app = Panels()
    async with app.run_test(size=(100, 60)) as pilot:
        await pilot.pause()
        panel = app.query_one(PredictionsPanel)
        row = panel.render_line(2).text
        await pilot.click(panel, offset=(2 + row.index("1✗"), 3))
        await pilot.click(panel, offset=(2, 4))
        assert app.said == [(1, 1), (2, None)]
        await pilot._post_mouse_events([events.MouseScrollDown], panel)
        await pilot._post_mouse_events([events.MouseScrollUp], panel)
        assert app.said[2:] == [1, -1]


async def test_while_it_learns_the_wall_waits_but_not_for_another_sequence_or_step(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    app = Panels()
    async with app.run_test(size=(100, 60)) as pilot:
        await pilot.pause()
        panel, drawn = app.query_one(PredictionsPanel), []
        monkeypatch.setattr(panel, "redraw", lambda: drawn.append(panel.value))
        better = WALL._replace(wrong=WALL.wrong & False)
        panel.show(better, "later")
        assert drawn == []
        for looked_at in (better._replace(step=2), better._replace(step=2, chosen=0)):
            panel.show(looked_at, "later")
            assert drawn[-1] is looked_at
        panel.show(better._replace(step=2, chosen=0), "later")
        assert len(drawn) == 2


async def test_the_mouse_picks_an_epoch_on_the_scrubber_and_drags_beyond_its_ends() -> None:
    app = Panels()
    async with app.run_test(size=(109, 50)) as pilot:
        await pilot.pause()
        bar = app.query_one(StatusBar)
        line = bar.render_line(1).text
        left, right = line.index("▕") + 1, line.index("▏")  # the bar has one cell of padding
        await pilot.mouse_down(bar, offset=(left + 1, 1))
        await pilot.hover(bar, offset=(right, 1))
        await pilot.hover(bar, offset=(right + 8, 1))
        await pilot.hover(bar, offset=(left - 4, 1))
        await pilot.mouse_up(bar, offset=(left - 4, 1))
        assert app.said == [0, 9, 0]
        await pilot.hover(bar, offset=(right, 1))
        await pilot.click(bar, offset=(right + 8, 1))
        await pilot.click(bar, offset=(left + 3, 0))
        assert app.said == [0, 9, 0]


async def test_the_wheel_zooms_and_a_click_below_goes_anywhere_in_the_whole_run() -> None:
    app = Panels()
    async with app.run_test(size=(109, 50)) as pilot:
        await pilot.pause()
        chart = app.query_one(LossChart)
        await pilot._post_mouse_events([MouseScrollUp], LossChart)
        assert chart.window is not None and chart.window[1] - chart.window[0] < 60
        await pilot.click(chart, offset=(12, 3))
        assert app.said[-1] >= chart.window[0]
        await pilot.click(chart, offset=(9, chart.outer_size.height - 2))
        assert app.said[-1] == 0
        await pilot._post_mouse_events([MouseScrollDown], LossChart)
        assert chart.window is None


async def test_the_arrows_in_the_title_step_through_the_sequences() -> None:
    app = Panels()
    async with app.run_test(size=(100, 50)) as pilot:
        await pilot.pause()
        for x in (3, 5):
            await pilot.click(SequencePanel, offset=(x, 0))
        assert app.said == [-1, 1]


async def test_a_click_on_a_column_and_the_wheel_ask_for_another_step() -> None:
    app = Panels()
    async with app.run_test(size=(100, 60)) as pilot:
        await pilot.pause()
        panel = app.query_one(SequencePanel)
        shape = geometry(SEQUENCE, panel.size.width)
        await pilot.click(SequencePanel, offset=(2 + shape.labels + 2 * shape.cell + 1, 1))
        await pilot.click(SequencePanel, offset=(3, 1))
        panel.post_message(MouseScrollDown(panel, 5, 2, 0, 0, 0, False, False, False))
        await pilot.pause()
        assert app.said == ["step 2", "step 1"], "a click on a name is none on a step"


LONG = SequenceView(0, 2, ("1",) * 200, ("1",) * 200, ("1",) * 150 + ("0",) * 50, np.ones(200))


async def test_the_step_looked_at_is_always_visible() -> None:
    app = Panels()
    async with app.run_test(size=(100, 60)) as pilot:
        await pilot.pause()
        panel = app.query_one(SequencePanel)
        for step in (0, 150, 1, 0, 199, 198):
            panel.show(LONG._replace(step=step), "now")
            assert 0 <= step - panel._start < geometry(LONG, panel.size.width).steps
        panel.show(LONG._replace(index=1, step=20), "now")
        assert 0 <= 20 - panel._start < geometry(LONG, panel.size.width).steps


async def test_the_step_looked_at_is_drawn_at_once_also_between_two_frames() -> None:
    app = Panels()
    async with app.run_test(size=(100, 60)) as pilot:
        await pilot.pause()
        panel = app.query_one(SequencePanel)
        panel.show(SEQUENCE._replace(prediction=tuple("2222")), "later")
        assert "0✗" in screen(app), "left to a frame"
        panel.show(SEQUENCE._replace(prediction=tuple("2222"), step=1), "later")
        assert "0✗" not in screen(app)


async def test_the_step_looked_at_is_visible_from_the_first_paint_and_after_a_resize() -> None:
    app = Panels()
    guess = ("1",) * 100 + ("0",) + ("1",) * 99
    async with app.run_test(size=(100, 50)) as pilot:
        app.query_one(SequencePanel).value = SequenceView(
            0, 2, ("1",) * 200, ("1",) * 200, guess, np.ones(200), step=100
        )
        for width in (100, 60, 140):
            await pilot.resize_terminal(width, 50)
            await until(lambda wanted=width: app.size.width == wanted and "✗" in screen(app))
