"""python -m widgets: every panel with made-up values; space draws other ones, 1 and 2 the views."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from textual.app import App, ComposeResult
from textual.containers import Horizontal, Vertical
from textual.screen import Screen

from . import (
    Curve,
    Dynamics,
    DynamicsPanel,
    GradientPanel,
    GradientThroughTime,
    Level,
    LossChart,
    LossCurves,
    Mark,
    SequencePanel,
    SequenceView,
    Status,
    StatusBar,
    TensorMap,
    TensorPanel,
    WeightRow,
    WeightsPanel,
)
from .drawing.panel import Panel

SHAPES = {"W": (10, 3), "U": (10, 10), "V": (3, 10), "b_h": (10,), "b_o": (3,)}
ROLES = {"W": "x→h", "U": "h→h", "V": "h→o", "b_h": "", "b_o": ""}
WIDTHS = [(0, "-narrow"), (70, "-normal")]
HEIGHTS = [(0, "-low"), (18, "-normal"), (40, "-tall")]


class Page(Screen[None]):
    """Some panels and made-up values for them."""

    def on_mount(self) -> None:
        """Begin with some values."""
        self.fill(np.random.default_rng(0))

    def fill(self, random: np.random.Generator) -> None:
        """Give every panel something to draw."""
        raise NotImplementedError


class Overview(Page):
    """Status, loss, sequence, and the two small panels side by side."""

    CSS = "#lower { height: 8; } #lower > * { width: 1fr; height: 1fr; }"

    def compose(self) -> ComposeResult:
        """The panels, from above."""
        yield StatusBar()
        yield LossChart()
        yield SequencePanel()
        with Horizontal(id="lower"):
            yield WeightsPanel()
            yield GradientPanel()

    def fill(self, random: np.random.Generator) -> None:
        """Give every panel something to draw."""
        count = int(random.integers(20, 400))
        epochs = np.arange(count, dtype=np.float64)
        loss = 2.07 * np.exp(-epochs / 40) + 0.03 * random.random(count)
        levels = (Level("chance ln 3", 1.0986), Level("optimum", 0.0))
        curves = (Curve("", epochs, loss, loss * 1.03),)
        marks = (Mark(count // 2, "lr 0.002"),)
        self.query_one(LossChart).show(LossCurves(curves, levels, marks, count, count), now=True)
        target = tuple(map(str, random.integers(0, 3, 10)))
        guess = tuple(map(str, random.integers(0, 3, 10)))
        self.query_one(SequencePanel).value = SequenceView(
            2, 10, target[::-1], target, guess, random.random(10), "made up"
        )
        self.query_one(WeightsPanel).value = tuple(
            WeightRow(name, role, 5.31, random.random(30), 0.213, 4e-5)
            for name, role in ROLES.items()
        )
        self.query_one(GradientPanel).value = GradientThroughTime(random.random(10), 2)
        self.query_one(StatusBar).value = Status(
            "made up · rnn 10", "paused", count, count, float(loss[-1]), "nats/symbol", 0.93,
            "20 epochs/s", None, "", loss[-64:], "", "",
        )  # fmt: skip


class Weights(Page):
    """W beside U beside V with the biases below it; what they do together in the last lines."""

    HORIZONTAL_BREAKPOINTS = WIDTHS
    VERTICAL_BREAKPOINTS = HEIGHTS
    CSS = """
    #maps { height: 1fr; }
    #W { width: 2fr; }
    #U, #right { width: 3fr; }
    #V { height: 1fr; }
    .bias { height: 5; }
    Weights.-narrow TensorPanel { padding: 0; }
    Weights.-low .bias { height: 3; }
    Weights.-low DynamicsPanel { display: none; }
    Weights.-tall .bias { height: 8; }
    """

    def compose(self) -> ComposeResult:
        """The panels, from the left."""
        with Horizontal(id="maps"):
            yield TensorPanel(id="W")
            yield TensorPanel(id="U")
            with Vertical(id="right"):
                yield TensorPanel(id="V")
                yield TensorPanel(id="b_h", classes="bias")
                yield TensorPanel(id="b_o", classes="bias")
        yield DynamicsPanel()

    def fill(self, random: np.random.Generator) -> None:
        """Give every panel something to draw."""
        for name, shape in SHAPES.items():
            matrix = random.normal(size=shape)
            norm = float(np.linalg.norm(matrix))
            tensor = TensorMap(name, ROLES[name], matrix, norm, 0.4 * norm, 0.0028)
            self.query_one(f"#{name}", TensorPanel).show(tensor, now=True)
        self.query_one(DynamicsPanel).value = Dynamics(random.uniform(0.5, 3.5), random.random())


class Gallery(App[None]):
    """The panels laid out as in the trainer."""

    MODES: ClassVar = {"overview": Overview, "weights": Weights}
    DEFAULT_MODE = "overview"
    BINDINGS: ClassVar = [
        ("1", "switch_mode('overview')", "overview"),
        ("2", "switch_mode('weights')", "weights"),
        ("space", "fill", "other values"),
        ("a", "ascii", "ASCII"),
        ("q", "quit", "quit"),
    ]

    def action_fill(self) -> None:
        """Draw other values."""
        if isinstance(self.screen, Page):
            self.screen.fill(np.random.default_rng())

    def action_ascii(self) -> None:
        """Draw with ASCII characters, or again with all."""
        for panel in self.screen.query(Panel):
            panel.ascii = not panel.ascii


if __name__ == "__main__":
    Gallery().run()
