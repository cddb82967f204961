"""Which rows a panel of a sequence has, at its size."""

from __future__ import annotations

import math
from typing import NamedTuple

from ..drawing.heat_map import Palette
from .geometry import Geometry
from .states import nodes_in
from .view import SequenceView

FEW_ROWS = 4
"""Lines of a picture of the states, unless each node can have a line of its own."""

SMALL = ("prediction", "target", "input", "marks", "sure", "gradient", "states", "t", "sentence")
"""What is shown in few lines, the most important first."""
SMALL_ORDER = ("t", "input", "target", "prediction", "marks", "sure", "states", "gradient",
               "sentence")  # fmt: skip

OPTIONAL = ("sentence", "fading", "last", "goes_in", "comes_out", "above", "memory", "between")
"""What is shown besides where there is room, the most important first."""


class Plan(NamedTuple):
    """Which rows a panel has, from the top down; a function of sizes alone, so nothing jumps."""

    rows: tuple[str, ...]
    states: int = 0
    """Lines of the states."""
    by_node: bool = False
    """Whether each node has a line of its own."""
    memory: int = 0
    """Lines of the cell states."""
    bar: int = 1
    """Lines of each bar."""


def plan(view: SequenceView, shape: Geometry, height: int, palette: Palette) -> Plan:
    """The rows that fit into `height` lines."""
    marks = ("marks",) if shape.side_by_side else ()
    has_states, bars = bool(view.nodes), len(view.bars)
    full = 5 + has_states + bars + len(marks)
    if height < full or not bars:
        absent = {"marks"} - {*marks} | ({"states"} if not has_states else set())
        kept = [row for row in SMALL if row not in absent][:height]
        rows = tuple(row for row in SMALL_ORDER if row in kept)
        return Plan(rows, int("states" in rows))
    spare, nodes, states = height - full, len(view.nodes), int(has_states)
    needed = max(states, math.ceil(nodes / nodes_in(1, shape.picture, palette)))
    by_node = nodes > needed and spare + states >= nodes
    lines = nodes if by_node else min(needed, FEW_ROWS, states + spare)
    spare -= lines - states
    lacking = {"last": view.last_gradient is None, "memory": view.memory is None}
    optional = [row for row in OPTIONAL if not lacking.get(row)]
    extra = set(optional[: max(0, spare)])
    spare -= len(extra)
    memory = int("memory" in extra)
    if memory:
        memory += max(0, min(needed - 1, FEW_ROWS - 1, spare))
        spare -= memory - 1
    if not by_node:
        more = max(0, min(needed - lines, spare))
        lines, spare = lines + more, spare - more
    bar = 2 if spare >= bars > 0 else 1
    order = [
        "t", "input", "goes_in", *["states"] * lines, *["memory"] * memory, "comes_out",
        *(f"bar {k}" for k in range(bars) for _ in range(bar)),
        "target", "prediction", *marks, "between", "fading", "gradient", "last", "above",
        "sentence",
    ]  # fmt: skip
    left_out = set(OPTIONAL) - extra
    return Plan(tuple(row for row in order if row not in left_out), lines, by_node, memory, bar)
