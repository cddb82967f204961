"""The branches of a run as a tree, one line each: a pure function of plain values."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from rich.cells import cell_len, set_cell_size

from ..drawing.figures import compact, plain, shorten
from ..drawing.panel import MUTED, Spans
from ..loss.layers import SAMPLE, Stroke, sample, stroke

LEAST, MOST = 7, 48
"""Cells of the drawing."""
LOSS = 7
FROM = "from "


class Branch(NamedTuple):
    """One branch."""

    name: str
    change: str
    """What it changed, after it left its parent: '20 lr ×4'; '' for nothing."""
    parent: int | None
    """Index of the branch it left, None for the first."""
    fork: int
    """The epoch at which it left it."""
    newest: int
    """Its newest epoch, not before the fork."""
    loss: float
    """Of the training curve there, nats/symbol; NaN for none."""
    solved: int | None
    """The first epoch without a mistake."""


class BranchTree(NamedTuple):
    """All branches of a run, parents before their children, and the one on the screen."""

    branches: tuple[Branch, ...]
    current: int


class Columns(NamedTuple):
    """Widths in cells; 0 leaves a column out."""

    name: int
    change: int
    sample: int
    graph: int
    newest: int
    solved: int


def order(tree: BranchTree) -> tuple[int, ...]:
    """The branches from the top line to the bottom one.

    Below each branch those that left it, the one that left it last first: so no line crosses
    another.
    """
    children: dict[int | None, list[int]] = {}
    for index, branch in enumerate(tree.branches):
        children.setdefault(branch.parent, []).append(index)
    found, left = [], children.get(None, [])[::-1]
    while left:
        index = left.pop()
        found.append(index)
        left += sorted(children.get(index, []), key=lambda child: tree.branches[child].fork)
    return tuple(found)


def branch_tree(
    tree: BranchTree, width: int, *, ascii: bool = False, dark: bool = True
) -> list[Spans]:
    """A line for each branch, in `order`, each at most `width` cells wide, in its curve's colour.

    Args:
        tree: what to draw.
        width: of a line.
        ascii: without any other character.
        dark: the background.
    """
    columns = shares(tree, width)
    shape = order(tree)
    graphs = drawing(tree, shape, columns.graph, ascii=ascii)
    return [
        _line(
            tree.branches[i],
            graph,
            stroke(i, is_present=i == tree.current, dark=dark),
            columns,
            width,
            is_current=i == tree.current,
            ascii=ascii,
        )
        for i, graph in zip(shape, graphs, strict=True)
    ]


def shares(tree: BranchTree, width: int) -> Columns:
    """Share out the width: drawing, epoch and loss always, the rest as there is room."""
    branches = tree.branches
    newest = max(len(f"{branch.newest:,}") for branch in branches)
    is_solved = any(branch.solved is not None for branch in branches)
    change = max(cell_len(branch.change) for branch in branches)
    name = max(cell_len(branch.name) for branch in branches)
    chosen = Columns(0, 0, 0, LEAST, newest, 0)
    wishes = (
        {"name": min(name, 8)},  # at least what it is called in the chart
        {"change": min(change, 12)},
        {"solved": newest + 1 if is_solved else 0},
        {"graph": 12},
        {"sample": SAMPLE},
        {"name": min(name, 12)},
        {"name": min(name, 20)},
        {"change": min(change, 36)},
    )
    for wish in wishes:
        wider = chosen._replace(**wish)
        if _used(wider) <= width:
            chosen = wider
    rest = max(0, width - _used(chosen))
    return chosen._replace(graph=min(MOST, chosen.graph + rest))


def _used(columns: Columns) -> int:
    return 2 + sum(column + 1 for column in columns if column) + LOSS


def drawing(
    tree: BranchTree, shape: Sequence[int], width: int, *, ascii: bool = False
) -> list[str]:
    """How the branches leave each other, epochs to scale: a line for each, `width` cells wide.

    Each leaves right of where its parent begins, so that no line leads to another's: where the
    scale has no room for that, it shrinks, and in the end the parents are named.
    """
    spans = _spans(tree, shape, width)
    if spans is None:
        return [_origin(tree, index, width, ascii=ascii).ljust(width) for index in shape]
    node, line, down, leaving, tee, corner = "o-|++`" if ascii else "●─│┬├└"
    forks: dict[int, list[int]] = {}
    for index, branch in enumerate(tree.branches):
        if branch.parent is not None:
            forks.setdefault(branch.parent, []).append(spans[index][0])
    waiting: Counter[int] = Counter()  # columns where branches further below leave
    lines = []
    for index in shape:
        cells, (start, end), own = [" "] * width, spans[index], forks.get(index, [])
        is_first = tree.branches[index].parent is None
        if not is_first:
            waiting -= Counter([start])
        cells[start:end] = [line] * (end - start)
        for place in own:
            cells[place] = leaving
        waiting.update(own)
        for place in waiting:
            if cells[place] == " ":
                cells[place] = down
        cells[end] = node
        cells[start] = node if is_first else tee if waiting[start] else corner
        lines.append("".join(cells))
    return lines


Spread = dict[int, tuple[int, int]]
"""The first and the last cell of each branch."""


def _spans(tree: BranchTree, shape: Sequence[int], width: int) -> Spread | None:
    """At the largest scale with room for all; None where too many left each other in turn."""
    scales = range(width - 2, -1, -1) if _fits(_spread(tree, shape, 0), width) else ()
    spreads = (_spread(tree, shape, scale) for scale in scales)
    return next((spread for spread in spreads if _fits(spread, width)), None)


def _fits(spread: Spread, width: int) -> bool:
    return max(end for _, end in spread.values()) < width


def _spread(tree: BranchTree, shape: Sequence[int], scale: int) -> Spread:
    """With so many cells for all epochs."""
    last = max(1, *(branch.newest for branch in tree.branches))
    spread: Spread = {}
    for index in shape:
        branch = tree.branches[index]
        start, end = 0, round(branch.newest / last * scale) + bool(branch.newest)
        if branch.parent is not None:
            start, (least, least_end) = round(branch.fork / last * scale), spread[branch.parent]
            start = max(start, least + 1)
            spread[branch.parent] = least, max(least_end, start)
        spread[index] = start, max(end, start + (branch.parent is not None))
    return spread


def _origin(tree: BranchTree, index: int, width: int, *, ascii: bool) -> str:
    """Where a branch comes from in words: its parent's name, or number, and the epoch."""
    branch = tree.branches[index]
    if branch.parent is None:
        return ""
    name = tree.branches[branch.parent].name
    name = plain(name) if ascii else name
    said = f"{FROM}{name} at {branch.fork:,}", f"{FROM}{name}", f"{FROM}{branch.parent}"
    return next(
        (text for text in said if cell_len(text) <= width), shorten(said[-1], width, ascii=ascii)
    )


def _line(
    branch: Branch,
    graph: str,
    drawn: Stroke,
    columns: Columns,
    width: int,
    *,
    is_current: bool,
    ascii: bool,
) -> Spans:
    mark = (">" if ascii else "▸") if is_current else " "
    spans = [(f"{mark} ", "bold $text-primary")]
    style = "bold" if is_current else ""
    for text, wide, of_text in (
        (branch.name, columns.name, drawn.style),
        (branch.change, columns.change, MUTED),
    ):
        if wide:
            shown = shorten(plain(text) if ascii else text, wide, ascii=ascii)
            spans.append((set_cell_size(shown, wide) + " ", of_text))
    if columns.sample:
        spans.append((sample(drawn, ascii=ascii).ljust(SAMPLE + 1), drawn.style))
    spans.append((graph, MUTED if graph.startswith(FROM) else drawn.style))
    loss = "-" if math.isnan(branch.loss) else compact(branch.loss, LOSS, ascii=ascii)
    spans.append((f" {branch.newest:>{columns.newest},} {loss:>{LOSS}}", style))
    if columns.solved:
        solved = "" if branch.solved is None else f"{'*' if ascii else '✓'}{branch.solved:,}"
        spans.append((f" {solved:<{columns.solved}}", "$text-success"))
    return _cut(spans, width)


def _cut(spans: Sequence[tuple[str, str]], width: int) -> Spans:
    """As much as fits."""
    kept, left = [], width
    for text, style in spans:
        size = cell_len(text)
        kept.append((text if size <= left else set_cell_size(text, left), style))
        left -= min(size, left)
    return tuple(kept)
