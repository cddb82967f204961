"""The quantities of the cell at one node, from what goes in to its state."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..drawing.panel import MUTED, Spans
from .numbers import Way, cells, formula, number, with_numbers
from .view import Computed, WhyView

BESIDE = 3
"""Lines that are left for what is said, and for what the node and all of them add to it."""


def cell_ways(view: WhyView, width: int, height: int, ascii: bool) -> Iterator[Sequence[Way]]:
    """Each quantity in several ways, the fullest first; gates share a line where room is short."""
    gates = [computed for computed in view.cell if computed.is_gate]
    states = [computed for computed in view.cell if not computed.is_gate]
    each = [_on_one_line(computed, ascii)[:1] for computed in view.cell]
    if len(gates) == 1:  # the notebook's sum and its activation
        yield _on_two_lines(view, gates[0], ascii)
        yield from (_on_one_line(state, ascii) for state in states)
    elif height >= len(each) + BESIDE and all(cells(line) <= width for ((line,),) in each):
        yield from each
    else:
        yield _gates(view, gates, ascii)
        has_two = height >= BESIDE + 1 + 2 * len(states)
        for state in states:
            one, two = _on_one_line(state, ascii), _on_two_lines(view, state, ascii)
            yield [*two[:4], *one[:3], *two[4:], *one[3:]] if has_two else one


def _on_two_lines(view: WhyView, computed: Computed, ascii: bool) -> list[Way]:
    """The formula, and under it its numbers: 's_h,3 = x_3 W + …', '  = 0.42 − 1.93 … = −1.20'.

    The last two of the ways have no numbers but the value.
    """
    right = with_numbers(computed.pieces, ascii)
    at_node: Spans = ((f"  at node {view.node:<{len(str(view.hidden - 1))}} = ", MUTED),)
    ways: list[Way] = [
        (formula(written, ascii), (*start, (right, ""), *_value(computed, ascii)))
        for start in (at_node, (("  = ", MUTED),))
        for written in (computed.at_step, computed.in_general)
    ]
    return [*ways, *((formula(written, ascii), ((" ", ""), *_value(computed, ascii)))
                     for written in (computed.in_general, computed.formula))]  # fmt: skip


def _on_one_line(computed: Computed, ascii: bool) -> list[Way]:
    """'a_h,3 = tanh(s_h,3) = tanh(−1.20) = −0.83', or less of it."""
    numbers: Spans = ((" = ", MUTED), (with_numbers(computed.pieces, ascii), ""))
    value = _value(computed, ascii)
    at_step = formula(computed.at_step, ascii)
    names = (computed.name, computed.formula.partition(" ")[0])
    return [
        ((*at_step, *numbers, *value),),
        *(((*formula(name, ascii), *numbers, *value),) for name in names),
        ((*at_step, *value),),
        ((*formula(computed.formula, ascii), *value),),
        ((*formula(computed.name, ascii), *value),),
    ]


def _value(computed: Computed, ascii: bool) -> Spans:
    return ((" = ", MUTED), (number(computed.value, ascii), "bold"))


def _gates(view: WhyView, gates: Sequence[Computed], ascii: bool) -> list[Way]:
    """'r_3 0.30  z_3 0.07  n_3 −0.39  a_t-1  0.80': all but the state, on one line."""
    ways, short = [], []
    for gate in gates:
        text = number(gate.value, ascii)
        if " = σ(" in gate.formula:  # never negative
            text = text[1:]
        ways.append(f"{gate.name} {text}")
        short.append(f"{gate.name.partition('_')[0]} {text}")
    before = [f"{name} {number(value, ascii)}" for name, value in view.before]
    lines = [
        between.join(parts)
        for parts in ([*ways, *before], [*short, *before], ways, short)
        for between in ("  ", " ")
    ]
    return [(formula(line, ascii),) for line in [*lines, " ".join(short[:-1])]]
