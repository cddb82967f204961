"""The sizes of a network from the shapes of its parameters."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from itertools import product

import numpy as np

from rnn_tui.check.problem import Numbers, Sizes

_GATES = (1, 3, 4)


def infer(parameters: Mapping[str, Numbers], hints: Mapping[str, int]) -> Sizes:
    """Sizes that explain the shapes.

    Args:
        parameters: by name.
        hints: ``inputs``, ``hidden``, ``outputs`` where a variable of theirs names one; believed
            only where the shapes agree.
    """
    shapes: list[tuple[int, ...]] = [np.shape(p) for p in parameters.values()]
    matrices: list[tuple[int, ...]] = [s for s in shapes if len(s) == 2 and 1 not in s]
    lengths = {max(s) for s in shapes if s and len(s) - s.count(1) == 1}
    if not matrices:
        widest = max((max(s) for s in shapes if s), default=1)
        return Sizes(1, widest, 1, 1)
    hidden = _hidden(matrices, lengths, hints)
    others = _others(matrices, hidden)
    is_single = hints.get("outputs") == 1 or {(1,), (1, 1)} & set(shapes)
    has_vector = shapes.count((hidden,)) > 1 and len(others) == 1 and others[0] not in lengths
    if is_single and (has_vector or {(hidden, 1), (1, hidden)} & set(shapes)):
        return Sizes(_inputs(matrices, others, hidden, others[0], hints), hidden, 1, 1)
    has_two_squares = matrices.count((hidden, hidden)) == 2  # U, and W or V
    outputs = _outputs(others, lengths, hidden, hints, has_two_squares=has_two_squares)
    if has_two_squares and others == [outputs]:
        return Sizes(hidden, hidden, outputs, outputs)
    inputs = _inputs(matrices, others, hidden, outputs, hints)
    return Sizes(inputs, hidden, outputs, outputs)


def _hidden(matrices: list[tuple[int, ...]], lengths: set[int], hints: Mapping[str, int]) -> int:
    dimensions = Counter(d for shape in matrices for d in set(shape))
    hinted = hints.get("hidden", 0)
    if hinted in dimensions or any(hinted and d % hinted == 0 for d in dimensions):
        return hinted
    squares = Counter(a for a, b in matrices if a == b)
    if squares:
        return squares.most_common(1)[0][0]
    for a, b in matrices:
        for gates in (3, 4):
            if b == gates * a or a == gates * b:
                return min(a, b)
    stacked = _hidden_of_stacked(matrices, lengths)
    return dimensions.most_common(1)[0][0] if stacked is None else stacked


def _hidden_of_stacked(matrices: list[tuple[int, ...]], lengths: set[int]) -> int | None:
    """Where one matrix takes [h, x] to all gates: a third or a quarter, met in another matrix.

    Of several, one whose gates have a bias; else the largest.
    """
    found = []
    for place, shape in enumerate(matrices):
        met = {d for other, each in enumerate(matrices) if other != place for d in each}
        for gates, (wide, beside) in product((3, 4), (shape, shape[::-1])):
            if wide % gates == 0 and wide // gates in met and beside > wide // gates:
                found.append((wide in lengths, wide // gates))
    return max(found)[1] if found else None


def _others(matrices: list[tuple[int, ...]], hidden: int) -> list[int]:
    """What stands beside the hidden size in the matrices; of stacked ones, what is left of it."""
    found = []
    wide = _wide(matrices, hidden)
    for shape in matrices:
        for one, other in (shape, shape[::-1]):
            if one in wide and other not in wide:
                found.append(other)
                break
    return list(dict.fromkeys(found))


def _outputs(
    others: list[int],
    lengths: set[int],
    hidden: int,
    hints: Mapping[str, int],
    *,
    has_two_squares: bool,
) -> int:
    if hints.get("outputs") in {*others, *lengths}:
        return hints["outputs"]
    with_bias = [d for d in others if d in lengths]
    if with_bias:
        return with_bias[-1]
    if has_two_squares and lengths and len(others) == 1:
        return hidden
    return others[-1] if len(others) > 1 else (others[0] if others else hidden)


def _inputs(
    matrices: list[tuple[int, ...]],
    others: list[int],
    hidden: int,
    outputs: int,
    hints: Mapping[str, int],
) -> int:
    wide = _wide(matrices, hidden)
    lone = [shape for shape in matrices if not wide & set(shape)]
    if lone:
        return lone[0][0]
    stacked = {d - hidden for d in others} | {d - hidden - 1 for d in others}
    hinted = hints.get("inputs", 0)
    if hinted and (hinted in others or hinted in stacked):
        return hinted
    rest = [d for d in others if d != outputs]
    if not rest:
        return outputs
    has_square = (hidden, hidden) in matrices
    return rest[0] if has_square or rest[0] <= hidden else rest[0] - hidden


def _wide(matrices: list[tuple[int, ...]], hidden: int) -> set[int]:
    """Lengths that stand for the state: one or several gates, or with a bias in a last row."""
    if (hidden, hidden) in matrices:
        return {hidden}
    return {gates * hidden for gates in _GATES} | {hidden + 1}
