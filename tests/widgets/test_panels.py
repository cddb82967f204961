"""The panels in a running app: they draw what they are given, and only what changed."""

import numpy as np
import pytest
from textual.app import App, ComposeResult
from textual.content import Content
from textual.events import MouseScrollDown, MouseScrollUp

from widgets import (
    Curve,
    Dynamics,
    DynamicsPanel,
    GradientPanel,
    GradientThroughTime,
    LossChart,
    LossCurves,
    NormsPanel,
    NormsRow,
    SequencePanel,
    SequenceView,
    Status,
    StatusBar,
    TensorMap,
    TensorPanel,
)
from widgets.drawing.panel import Panel

SEQUENCE = SequenceView(
    2, 10, tuple("1011"), tuple("2122"), tuple("2120"), np.full(4, 0.9), "no [memory] needed"
)
STATUS = Status(
    "successor", "running", 5, 5, 0.4, "nats/symbol", 0.9, "20 epochs/s", 19.0, "",
    np.array([1.0, np.nan, 0.5]), "", "",
)  # fmt: skip
TENSOR = TensorMap("[U]", "h→h", np.linspace(-2, 2, 9).reshape(3, 3), 3.87, None, None)


def losses(count: int) -> LossCurves:
    epochs = np.arange(count, dtype=float)
    curve = Curve("", epochs, 2 - epochs / count, 2 - epochs / count)
    return LossCurves((curve,), (), (), count - 1, count - 1)


class Panels(App[None]):
    """All panels above each other; remembers what they said."""

    CSS = "TensorPanel { height: 7; }"

    def __init__(self) -> None:
        super().__init__()
        self.said: list[object] = []

    def compose(self) -> ComposeResult:
        yield StatusBar()
        yield LossChart()
        yield SequencePanel()
        yield NormsPanel()
        yield GradientPanel()
        yield TensorPanel()
        yield DynamicsPanel()

    def on_mount(self) -> None:
        self.query_one(LossChart).value = losses(90)
        self.query_one(SequencePanel).value = SEQUENCE
        row = NormsRow("W", "x→h", 5.31, np.arange(5.0), None, None)
        self.query_one(NormsPanel).value = (row,)
        self.query_one(GradientPanel).value = GradientThroughTime(np.ones(4), 2)
        self.query_one(StatusBar).value = STATUS
        self.query_one(TensorPanel).show(TENSOR, "now")
        self.query_one(DynamicsPanel).value = Dynamics((("U", 3.1),), 0.62)

    def on_loss_chart_epoch_picked(self, message: LossChart.EpochPicked) -> None:
        self.said.append(message.epoch)

    def on_sequence_panel_sequence_stepped(self, message: SequencePanel.SequenceStepped) -> None:
        self.said.append(message.delta)


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
            "t=0",
            "[memory]",
            "epoch",
            "−2.00 −",
            "[U]  h→h  3 × 3",
            "may explode",
        ):
            assert text in shown, text


@pytest.mark.parametrize("theme", ["textual-dark", "textual-light", "ansi-dark", "dracula"])
@pytest.mark.parametrize("size", [(100, 50), (60, 15), (1, 1), (8, 60)])
async def test_every_theme_and_size_can_be_drawn(theme: str, size: tuple[int, int]) -> None:
    app = Panels()
    async with app.run_test(size=size) as pilot:
        app.theme = theme
        await pilot.pause()
        for panel in app.query(Panel):
            panel.ascii = True
        await pilot.pause()
        assert screen(app) is not None


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
        await pilot.pause()
        assert panel.border_title == Content("[U]").markup


async def test_only_lines_that_changed_are_painted(monkeypatch: pytest.MonkeyPatch) -> None:
    app = Panels()
    async with app.run_test(size=(100, 50)) as pilot:
        await pilot.pause()
        panel, painted = app.query_one(SequencePanel), []
        monkeypatch.setattr(panel, "refresh", lambda *regions, **_: painted.extend(regions))
        panel.value = SEQUENCE._replace(confidence=SEQUENCE.confidence.copy())
        assert painted == []
        panel.value = SEQUENCE._replace(prediction=tuple("2122"))
        assert [region.y for region in painted] == [2]


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


async def test_a_window_moved_by_hand_stays_until_another_sequence_comes() -> None:
    app = Panels()
    long = SequenceView(0, 2, ("1",) * 200, ("1",) * 200, ("0",) * 200, np.ones(200))
    async with app.run_test(size=(100, 50)) as pilot:
        await pilot.pause()
        panel = app.query_one(SequencePanel)
        panel.value = long
        panel.scroll_window(50)
        assert "t = 50–" in str(panel.border_title)
        panel.value = long._replace(note="the next epoch")
        assert "t = 50–" in str(panel.border_title)
        panel.value = long._replace(index=1)
        assert "t = 0–" in str(panel.border_title)


async def test_the_first_mistake_is_visible_from_the_first_paint_and_after_a_resize() -> None:
    app = Panels()
    guess = ("1",) * 100 + ("0",) + ("1",) * 99
    async with app.run_test(size=(100, 50)) as pilot:
        app.query_one(SequencePanel).value = SequenceView(
            0, 2, ("1",) * 200, ("1",) * 200, guess, np.ones(200)
        )
        for width in (100, 60, 140):
            await pilot.resize_terminal(width, 50)
            await pilot.pause()
            assert "0✗" in screen(app), width
