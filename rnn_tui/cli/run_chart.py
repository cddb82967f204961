"""The training curves of some runs in one chart, with their names beneath."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence

import numpy as np
from rich.text import Text
from textual.content import Content

from rnn_tui.app.terminal.abilities import draws_braille
from rnn_tui.cli.comparison_table import letters
from rnn_tui.cli.output import can_say, sayable
from rnn_tui.runs.results import Outcome
from widgets import Curve, Level, LossCurves
from widgets.loss.layers import SAMPLE, looks, sample
from widgets.loss.lines import loss_lines

_COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#8A7A00")
"""After Okabe and Ito: told apart by everybody, and seen on light and dark."""
_HEIGHTS = 100.0
"""How many times its usual loss a run is drawn up to."""


def chart(
    outcomes: Sequence[Outcome], width: int, height: int, *, logarithmic: bool = False
) -> list[Text]:
    """A chart of so many cells and lines, and below it a line for each run.

    The curves are told apart by letters, dashes and colours. Where no run has a curve, there are
    only the names.
    """
    ascii = not (draws_braille(os.environ) and can_say("⣿─┈"))
    names = letters(len(outcomes))
    newest = max(outcome.curve.epochs for outcome in outcomes)
    levels = _levels(outcomes)
    drawn = [
        Curve(name, *outcome.curve.buckets()[:3])
        for name, outcome in zip(names, outcomes, strict=True)
    ]
    ceiling = _ceiling(drawn, levels)
    curves = LossCurves(
        curves=tuple(_below(ceiling, curve) for curve in drawn),
        levels=levels,
        marks=(),
        shown_epoch=newest,
        newest_epoch=newest,
    )
    colours: dict[str, str] = {}
    legend = []
    for name, outcome, look in zip(names, outcomes, looks(curves), strict=True):
        colour = colours.setdefault(look.style, _COLOURS[len(colours) % len(_COLOURS)])
        line = sample(look, ascii=ascii).ljust(SAMPLE)
        legend.append(Text.assemble((f"{line} {name}", colour), f"  {sayable(outcome.id)}"))
    if not curves.drawable:
        return legend
    lines = loss_lines(curves, width, height, logarithmic=logarithmic, ascii=ascii)
    unit = "training loss, nats/symbol" + (", log scale" if logarithmic else "")
    if any((curve.high > ceiling).any() for curve in drawn):
        unit += f", without what is above {ceiling:.3g}"
    return [Text(unit, "dim"), *(_coloured(line, colours) for line in lines), *legend]


def _levels(outcomes: Sequence[Outcome]) -> tuple[Level, ...]:
    """Guessing and the best possible, where they are the same for all."""
    task, *others = (outcome.config.task for outcome in outcomes)
    levels = []
    if task.chance is not None and all(other.chance == task.chance for other in others):
        levels.append(Level(f"guessing, {task.chance_label}", task.chance))
    if task.optimum is not None and all(other.optimum == task.optimum for other in others):
        levels.append(Level("best", task.optimum))
    return tuple(levels)


def _ceiling(curves: Sequence[Curve], levels: Sequence[Level]) -> float:
    """The highest loss drawn: a run that exploded on the way must not flatten all others."""
    usual = [level.value for level in levels]
    for curve in curves:
        known = curve.low[np.isfinite(curve.low)]
        usual += [float(np.median(known))] if len(known) else []
    return _HEIGHTS * max(usual, default=np.inf)


def _below(ceiling: float, curve: Curve) -> Curve:
    with np.errstate(invalid="ignore"):
        return curve._replace(
            low=np.where(curve.low > ceiling, np.nan, curve.low),
            high=np.where(curve.high > ceiling, np.nan, curve.high),
        )


def _coloured(line: Content, colours: Mapping[str, str]) -> Text:
    text = Text(line.plain)
    for start, end, style in line.spans:
        text.stylize(colours.get(str(style), "dim"), start, end)
    return text
