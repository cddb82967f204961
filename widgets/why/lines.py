"""The formulas of one time step with their numbers, as lines of which each fits."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from rich.cells import cell_len

from ..drawing.figures import compact, percent
from ..drawing.panel import MUTED, Spans
from ..drawing.symbols import printable
from ..sequence.lines import RIGHT, WRONG

DIGITS = 4
"""Cells of a number without its sign."""
_OUTPUT_LINES = 4


class Computed(NamedTuple):
    """One quantity at one node: its formula, what stands in it, and what that comes to."""

    name: str
    """'z'."""
    formula: str
    """'a = (1 − z) ∘ n + z ∘ a_t-1', as the cell names it."""
    in_general: str
    """'s_h,t = x_t W + a_h,t-1 U + b_h'."""
    at_step: str
    """'s_h,3 = x_3 W + a_h,2 U + b_h'."""
    pieces: tuple[str | float, ...]
    """The right side with its numbers: 0.42, ' + ', -1.93, ' + ', 0.31."""
    value: float


class Output(NamedTuple):
    """One output symbol."""

    symbol: str
    s_o: float
    y_hat: float
    gradient: float
    """∂L/∂s_o."""


class WhyView(NamedTuple):
    """One time step of a sequence: what is said, and how that is computed."""

    step: int
    """t."""
    target: str
    """'' where nothing is scored."""
    likely: tuple[tuple[str, float], ...]
    """The most probable symbols with their probabilities; the first is said."""
    loss: float
    """Nats; 0 where nothing is scored."""
    target_probability: float
    node: int
    """The node whose formulas are shown."""
    contribution: float
    """What that node adds to the logit of what is said, less what to that of a missed target."""
    cell: tuple[Computed, ...]
    """The quantities of the cell at that node; its state is the last."""
    outputs: tuple[Output, ...]
    whole: bool = True
    """Whether those are all output symbols."""
    widest: int = 1
    """Cells of the widest output symbol."""
    known: bool = True
    """Whether the target can be known; else to miss it is no mistake."""


class _Choice(NamedTuple):
    """Something to be said, in one or several lines; the first way in which it fits is taken."""

    rank: int
    """The lower, the more important."""
    ways: Sequence[tuple[Spans, ...]]


def why_lines(view: WhyView, width: int, height: int, *, ascii: bool = False) -> list[Spans]:
    """What fits, the most important above all, in the order in which it is computed."""
    chosen: dict[int, tuple[Spans, ...]] = {}
    choices = list(_choices(view, width, height, ascii))
    left = height
    for place in sorted(range(len(choices)), key=lambda place: choices[place].rank):
        for way in choices[place].ways:
            if len(way) <= left and all(_cells(line) <= width for line in way):
                chosen[place] = way
                left -= len(way)
                break
    return [line for place in sorted(chosen) for line in chosen[place]]


def _choices(view: WhyView, width: int, height: int, ascii: bool) -> Iterator[_Choice]:
    yield _Choice(0, _verdicts(view, ascii))
    *others, state = view.cell
    each = [_on_one_line(computed, ascii)[:1] for computed in view.cell]
    if len(others) == 1:  # the notebook's sum and its activation
        yield _Choice(1, _with_numbers(others[0], ascii))
        yield _Choice(2, _on_one_line(state, ascii))
    elif height >= len(each) + _OUTPUT_LINES + 1 and all(
        _cells(line) <= width for ((line,),) in each
    ):
        yield from (_Choice(1, ways) for ways in each)
    else:
        yield _Choice(1, _gates(others, ascii))
        yield _Choice(2, _with_numbers(state, ascii))
    yield from _output(view, ascii)


# What is said.


def _verdicts(view: WhyView, ascii: bool) -> list[tuple[Spans, ...]]:
    said, p = view.likely[0]
    symbol = printable(said, ascii=ascii)
    says = f"says {symbol} with {percent(p, ascii=ascii).strip():<5}"
    if not view.target:
        texts = [f"not scored: counts in no loss; {says}", "not scored: counts in no loss",
                 "not scored"]  # fmt: skip
        return [((((text, MUTED)),),) for text in texts]
    target = printable(view.target, ascii=ascii)
    if not view.known:
        texts = [f"target {target}, which nobody can know; {says}", f"nobody can know; {says}",
                 says]  # fmt: skip
        return [((((text, MUTED)),),) for text in texts]
    if said == view.target:
        tick = "" if ascii else " ✓"
        return [(((f"target {target}, {says}{tick}", RIGHT),),), (((says, RIGHT),),)]
    cross = " x" if ascii else " ✗"
    own = percent(view.target_probability, ascii=ascii).strip()
    return [
        ((
            (f"target {target}, ", ""), (f"{says}{cross}", WRONG),
            (f"   {target} has {own:<5}", ""),
        ),),
        (((f"target {target}, ", ""), (f"{says}{cross}", WRONG)),),
        (((f"{says}{cross}", WRONG),),),
    ]  # fmt: skip


# The cell.


def _with_numbers(computed: Computed, ascii: bool) -> list[tuple[Spans, ...]]:
    """The formula, and under it its numbers: 's_h,3 = x_3 W + …', '  = 0.42 − 1.93 … = −1.20'."""
    comes_to = ((" = ", MUTED), (_number(computed.value, ascii), "bold"))
    numbers = (("  = ", MUTED), (_numbers(computed, ascii), ""), *comes_to)
    return [
        *((_text(formula, ascii), numbers) for formula in (computed.at_step, computed.in_general)),
        (_text(computed.in_general, ascii), ((" ", ""), *comes_to)),
        (_text(computed.formula, ascii), ((" ", ""), *comes_to)),
        ((*_text(computed.name, ascii), *comes_to),),
    ]


def _on_one_line(computed: Computed, ascii: bool) -> list[tuple[Spans, ...]]:
    """'a_h,3 = tanh(s_h,3) = tanh(−1.20) = −0.83', or less of it."""
    comes_to = ((" = ", MUTED), (_number(computed.value, ascii), "bold"))
    numbers = ((" = ", MUTED), (_numbers(computed, ascii), ""))
    formula, name = _text(computed.at_step, ascii), _text(computed.name, ascii)
    return [
        ((*formula, *numbers, *comes_to),),
        ((*name, *numbers, *comes_to),),
        ((*formula, *comes_to),),
        ((*name, *comes_to),),
    ]


def _gates(gates: Sequence[Computed], ascii: bool) -> list[tuple[Spans, ...]]:
    """'r_3 0.30  z_3 0.07  n_3 −0.39': all but the state, on one line."""
    ways, short = [], []
    for computed in gates:
        number = _number(computed.value, ascii)
        if " = σ(" in computed.formula:  # never negative
            number = number[1:]
        ways.append(f"{computed.name} {number}")
        short.append(f"{computed.name.partition('_')[0]} {number}")
    lines = "  ".join(ways), " ".join(ways), "  ".join(short), " ".join(short), " ".join(short[:-1])
    return [(_text(line, ascii),) for line in lines]


def _numbers(computed: Computed, ascii: bool) -> str:
    """The right side with its numbers: '0.42 − 1.93 + 0.31'; its width does not change."""
    minus = "-" if ascii else "−"
    text = ""
    for piece in computed.pieces:
        if isinstance(piece, str):
            text += piece
        elif text.endswith(" − ") and piece >= 0:
            text += _number(piece, ascii)[1:]
        elif text.endswith(" + "):  # the sign of the number takes the place of the plus
            sign = f"{minus} " if piece < 0 else "+ "
            text = text[:-2] + sign + _number(abs(piece), ascii)[1:]
        else:
            text += _number(piece, ascii)
    return _plain(text) if ascii else text


def _text(text: str, ascii: bool) -> Spans:
    return ((_plain(text) if ascii else text, ""),)


def _plain(text: str) -> str:
    return text.translate(_ASCII)


_ASCII = str.maketrans({"∘": "*", "σ": "sigma", "−": "-", "∂": "d", "ŷ": "y", "✓": "", "✗": "x"})


# The output.


def _output(view: WhyView, ascii: bool) -> Iterator[_Choice]:
    t, d = view.step, "d" if ascii else "∂"
    hat = "y^" if ascii else "ŷ"
    minus = "-" if ascii else "−"
    logits = _vector(view, [output.s_o for output in view.outputs], ascii)
    chances = _vector(view, [output.y_hat for output in view.outputs], ascii)
    errors = _vector(view, [output.gradient for output in view.outputs], ascii)
    p, loss = (_number(x, ascii)[1:] for x in (view.target_probability, view.loss))
    yield _Choice(20, _leads(view, ascii))
    yield _Choice(7, _aligned(f"s_o,{t} = a_h,{t} V + b_o", f"s_o,{t}", logits))
    yield _Choice(5, _aligned(f"{hat}_{t} = softmax(s_o,{t})", f"{hat}_{t}", chances))
    if view.target:
        yield _Choice(4, _aligned(f"L_{t} = {minus}ln {p}", f"L_{t}", f" {loss} nats"))
        slope = f"{d}L/{d}s_o,{t}"
        yield _Choice(6, _aligned(f"{slope} = {hat}_{t} {minus} y_{t}", slope, errors))


def _leads(view: WhyView, ascii: bool) -> list[tuple[Spans, ...]]:
    """What the node does to the output."""
    said = view.likely[0][0]
    over = f" over {printable(view.target, ascii=ascii)}" if view.target not in ("", said) else ""
    symbol, number = printable(said, ascii=ascii), _number(view.contribution, ascii)
    texts = [f"a_h,{view.step} V at node {view.node}: {number} to {symbol}{over}",
             f"node {view.node}: {number} to {symbol}{over}"]  # fmt: skip
    return [(((text, MUTED),),) for text in texts]


def _aligned(long: str, short: str, value: str) -> list[tuple[Spans, ...]]:
    return [
        (((f"{long:<23}", ""), (" = ", MUTED), (value, "")),),
        (((long, ""), (" = ", MUTED), (value, "")),),
        (((short, ""), (" = ", MUTED), (value, "")),),
    ]


def _vector(view: WhyView, values: Sequence[float], ascii: bool) -> str:
    """'(0.01 0.57 0.42)', or with their symbols where those are not all: '(e: 0.57, a: 0.42)'."""
    numbers = [_number(value, ascii) for value in values]
    if view.whole:
        return "(" + " ".join(numbers) + ")"
    symbols = [printable(output.symbol, ascii=ascii) for output in view.outputs]
    pairs = zip(symbols, numbers, strict=True)
    return "(" + ", ".join(f"{symbol}:{number}" for symbol, number in pairs) + ")"


def _number(value: float, ascii: bool) -> str:
    """A number of a fixed width, a blank or − before it."""
    if not math.isfinite(value):
        return f" {compact(value)}".ljust(DIGITS + 1)
    size = abs(value)
    text = f"{size:.2f}" if 0.005 <= size < 9.995 or size == 0 else compact(size, DIGITS)
    sign = ("-" if ascii else "−") if value < 0 else " "
    return sign + text.ljust(DIGITS)


def _cells(line: Spans) -> int:
    return sum(cell_len(text) for text, _ in line)
