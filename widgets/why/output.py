"""What is said, and how it comes out: of one node, of all of them, as probabilities."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.cells import cell_len

from ..drawing.figures import chance
from ..drawing.panel import MUTED
from ..drawing.symbols import printable
from ..sequence.styles import RIGHT, WRONG
from .numbers import Way, number
from .view import WhyView


def says(view: WhyView, ascii: bool) -> str:
    """'says 1 with 57 %'."""
    said, p = view.likely[0]
    return f"says {printable(said, ascii=ascii)} with {chance(p, ascii=ascii):<5}"


def verdicts(view: WhyView, ascii: bool) -> list[Way]:
    """'target 2, says 1 with 57 %  ✗', or less of it."""
    said = says(view, ascii)
    if not view.target:
        texts = [f"not scored: counts in no loss; {said}", "not scored: counts in no loss",
                 "not scored"]  # fmt: skip
        return [((((text, MUTED)),),) for text in texts]
    target = printable(view.target, ascii=ascii)
    if not view.known:
        texts = [f"target {target}, which nobody can know; {said}", f"nobody can know; {said}",
                 said]  # fmt: skip
        return [((((text, MUTED)),),) for text in texts]
    if view.likely[0][0] == view.target:
        tick = " ok" if ascii else " ✓"
        return [(((f"target {target}, {said}{tick}", RIGHT),),), (((said, RIGHT),),)]
    cross = " x" if ascii else " ✗"
    own = chance(view.target_probability, ascii=ascii)
    return [
        ((
            (f"target {target}, ", ""), (f"{said}{cross}", WRONG),
            (f"   {target} has {own:<5}", ""),
        ),),
        (((f"target {target}, ", ""), (f"{said}{cross}", WRONG)),),
        (((f"{said}{cross}", WRONG),),),
    ]  # fmt: skip


def added_by_node(view: WhyView, ascii: bool) -> list[Way]:
    """'node 5 adds +1.69 to 1 more than to 0', or the same in fewer words."""
    texts = (
        "a_h,{t} V: node {node} adds {added} to {said} more than to {rival}, the most of all nodes",
        "node {node} adds {added} to {said} more than to {rival}",
        "node {node}: {added} more to {said} than to {rival}",
        "node {node}: {said} leads {rival} by {added}",
        "node {node}: {added}",
    )
    return _worded(view, texts if view.rival else ("node {node} adds {added} to {said}",), ascii)


def added_by_all(view: WhyView, ascii: bool) -> list[Way]:
    """'all nodes and b_o: +0.77, so 1 has 66 %, 0 has 31 %', or the same in fewer words."""
    texts = (
        "all nodes and b_o: {lead}, so {said} has {p}, {rival} has {q}",
        "all nodes and b_o: {lead}, so {p} to {q}",
        "with all {lead}, so {p} to {q}",
        "with all {lead}: {p}",
    )
    return _worded(view, texts, ascii) if view.rival else []


def _worded(view: WhyView, texts: Sequence[str], ascii: bool) -> list[Way]:
    """Each text with its numbers, as wide as with the widest symbols and numbers."""
    said, p = view.likely[0]
    here = {
        "t": f"{view.step}",
        "node": f"{view.node}",
        "said": printable(said, ascii=ascii),
        "rival": printable(view.rival, ascii=ascii),
        "added": number(view.contribution, ascii, "+").strip(),
        "lead": number(view.lead, ascii, "+").strip(),
        "p": chance(p, ascii=ascii),
        "q": chance(view.chance_of_rival, ascii=ascii),
    }
    widest = here | {
        "node": f"{view.hidden - 1}", "said": " " * view.widest, "rival": " " * view.widest,
        "added": "+1.00", "lead": "+1.00", "p": "99 %", "q": "99 %",
    }  # fmt: skip
    ways: list[Way] = []
    for text in texts:
        line = text.format(**here)
        missing = cell_len(text.format(**widest)) - cell_len(line)
        ways.append((((line + " " * missing, "bold"),),))
    return ways


def vectors(view: WhyView, ascii: bool) -> Iterator[tuple[int, list[Way]]]:
    """The output as formulas with the numbers of the symbols, each with its rank."""
    t, d = view.step, "d" if ascii else "∂"
    hat = "y^" if ascii else "ŷ"
    minus = "-" if ascii else "−"
    logits = _vector(view, [output.s_o for output in view.outputs], ascii)
    chances = _vector(view, [output.y_hat for output in view.outputs], ascii)
    errors = _vector(view, [output.gradient for output in view.outputs], ascii)
    p, loss = (number(x, ascii)[1:] for x in (view.target_probability, view.loss))
    yield 2, _aligned(f"s_o,{t} = a_h,{t} V + b_o", f"s_o,{t}", logits)
    yield 0, _aligned(f"{hat}_{t} = softmax(s_o,{t})", f"{hat}_{t}", chances)
    if view.target:
        yield 1, _aligned(f"L_{t} = {minus}ln {p}", f"L_{t}", f" {loss} nats")
        slope = f"{d}L/{d}s_o,{t}"
        yield 3, _aligned(f"{slope} = {hat}_{t} {minus} y_{t}", slope, errors)


def _aligned(long: str, short: str, value: str) -> list[Way]:
    return [
        (((f"{long:<23}", ""), (" = ", MUTED), (value, "")),),
        (((long, ""), (" = ", MUTED), (value, "")),),
        (((short, ""), (" = ", MUTED), (value, "")),),
    ]


def _vector(view: WhyView, values: Sequence[float], ascii: bool) -> str:
    """'(0.01 0.57 0.42)', or with their symbols where those are not all: '(e: 0.57, a: 0.42)'."""
    numbers = [number(value, ascii) for value in values]
    if view.whole:
        return "(" + " ".join(numbers) + ")"
    symbols = [printable(output.symbol, ascii=ascii) for output in view.outputs]
    pairs = zip(symbols, numbers, strict=True)
    return "(" + ", ".join(f"{symbol}:{text}" for symbol, text in pairs) + ")"
