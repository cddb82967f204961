"""python -m widgets: every panel with made-up values, to look at; space draws other ones."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from textual.app import App, ComposeResult
from textual.containers import Horizontal

from . import (
    Curve,
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
    WeightRow,
    WeightsPanel,
)


class Gallery(App[None]):
    """The panels laid out as in the trainer."""

    CSS = "#lower { height: 8; } #lower > * { width: 1fr; height: 1fr; }"
    BINDINGS: ClassVar = [("space", "fill", "other values"), ("q", "quit", "quit")]

    def compose(self) -> ComposeResult:
        """Status, loss, sequence, and the two small panels side by side."""
        yield StatusBar()
        yield LossChart()
        yield SequencePanel()
        with Horizontal(id="lower"):
            yield WeightsPanel()
            yield GradientPanel()

    def on_mount(self) -> None:
        """Begin with some values."""
        self._random = np.random.default_rng(0)
        self.action_fill()

    def action_fill(self) -> None:
        """Give every panel something to draw."""
        random, count = self._random, int(self._random.integers(20, 400))
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
        roles = {"W": "x→h", "U": "h→h", "V": "h→o", "b_h": "", "b_o": ""}
        self.query_one(WeightsPanel).value = tuple(
            WeightRow(name, role, 5.31, random.random(30), 0.213, 4e-5)
            for name, role in roles.items()
        )
        self.query_one(GradientPanel).value = GradientThroughTime(random.random(10), 2)
        self.query_one(StatusBar).value = Status(
            "made up · rnn 10", "paused", count, count, float(loss[-1]), "nats/symbol", 0.93,
            "20 epochs/s", None, "", loss[-64:], "", "",
        )  # fmt: skip


if __name__ == "__main__":
    Gallery().run()
