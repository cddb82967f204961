"""Which of their arrays, or which part of it, is which matrix of the reference, and how it lies."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import permutations
from typing import NamedTuple

import numpy as np

from rnn_tui.check.problem import Numbers, Sizes
from rnn_tui.check.reference.form import Real, Roles


class Piece(NamedTuple):
    """A part of one of their arrays.

    Attributes:
        role: of the reference.
        part: rows and columns of their array, axes of length 1 left out.
        transposed: whether the reference has it the other way round.
    """

    role: str
    part: tuple[slice, ...]
    transposed: bool


Pieces = tuple[Piece, ...]
Layout = dict[str, Pieces]
"""Of their arrays, by their names."""

_ALL = slice(None)


def roles_of(
    layout: Layout, parameters: Mapping[str, Numbers], shapes: Mapping[str, tuple[int, ...]]
) -> Roles:
    """The reference's matrices from theirs; two arrays of one role are added, missing ones zero."""
    roles = {role: np.zeros(shape) for role, shape in shapes.items()}
    for name, pieces in layout.items():
        array = _squeezed(parameters[name], pieces)
        for piece in pieces:
            part = array[piece.part]
            roles[piece.role] += (part.T if piece.transposed else part).reshape(shapes[piece.role])
    return roles


def put_together(pieces: Pieces, like: Numbers, roles: Mapping[str, Real]) -> Real:
    """Theirs from the reference's: a gradient in the shape and layout of one of their arrays."""
    array = np.zeros(np.shape(like))
    squeezed = _squeezed(array, pieces)
    for piece in pieces:
        value = roles[piece.role]
        value = value.T if piece.transposed else value
        squeezed[piece.part] = value.reshape(squeezed[piece.part].shape)
    return array


def _squeezed(array: Numbers, pieces: Pieces) -> Numbers:
    """A view without the axes of length 1, with as many axes as the pieces speak of."""
    array = np.asarray(array)
    wanted = max((len(piece.part) for piece in pieces), default=array.ndim)
    shape = [n for n in array.shape if n != 1]
    shape += [1] * (wanted - len(shape))
    return array.reshape(shape)


def shapes_for(
    gates: tuple[str, ...], width: int, sizes: Sizes, embedded: bool, head: bool
) -> dict[str, tuple[int, ...]]:
    """Shapes of the reference's matrices.

    Args:
        gates: of the cell.
        width: of an input vector, D.
        sizes: of their network.
        embedded: whether there is an embedding.
        head: whether there is an output layer.
    """
    shapes: dict[str, tuple[int, ...]] = {}
    for gate in gates:
        end = f"_{gate}" if gate else ""
        shapes |= {
            f"W{end}": (width, sizes.hidden),
            f"U{end}": (sizes.hidden, sizes.hidden),
            f"b_h{end}": (sizes.hidden,),
        }
    if head:
        shapes |= {"V": (sizes.hidden, sizes.outputs), "b_o": (sizes.outputs,)}
    if embedded:
        shapes["E"] = (sizes.inputs, width)
    return shapes


def options(
    shape: tuple[int, ...], shapes: Mapping[str, tuple[int, ...]], gates: tuple[str, ...]
) -> list[Pieces]:
    """What an array of a shape may be.

    Args:
        shape: of theirs.
        shapes: of the reference, see `shapes_for`.
        gates: of the cell.
    """
    lengths = tuple(n for n in shape if n != 1)
    found = list(_whole(lengths, shapes))
    found += _blocks(lengths, shapes, gates)
    return found


def _whole(lengths: tuple[int, ...], shapes: Mapping[str, tuple[int, ...]]) -> Iterator[Pieces]:
    for role, own in shapes.items():
        plain = tuple(n for n in own if n != 1)
        part = (_ALL,) * max(len(lengths), 1)
        if lengths == plain:
            yield (Piece(role, part, False),)
        if len(plain) == 2 and lengths == plain[::-1]:
            yield (Piece(role, part, True),)


def _blocks(
    lengths: tuple[int, ...], shapes: Mapping[str, tuple[int, ...]], gates: tuple[str, ...]
) -> Iterator[Pieces]:
    """Several of the reference's matrices in one array: [h, x], [x, h, 1], gates side by side."""
    stacks: list[tuple[str, ...]] = [
        ("U", "W"),
        ("W", "U"),
        ("U", "W", "b_h"),
        ("W", "U", "b_h"),
        ("b_h", "U", "W"),
        ("b_h", "W", "U"),
    ]
    if len(lengths) == 2:
        if "V" in shapes:
            for head in (("V", "b_o"), ("b_o", "V")):
                yield from _stacked(lengths, shapes, head, [("",)])
        own: list[tuple[str, ...]] = [(gate,) for gate in gates]
        for order in stacks:
            yield from _stacked(lengths, shapes, order, own)
    if len(gates) > 1:
        for order in (("W",), ("U",), *stacks, ("b_h",)):
            if any(_stacked(lengths, shapes, order, [gates])):  # the same sizes in any order
                yield from _stacked(lengths, shapes, order, list(permutations(gates)))


def _stacked(
    lengths: tuple[int, ...],
    shapes: Mapping[str, tuple[int, ...]],
    order: tuple[str, ...],
    gates: Sequence[tuple[str, ...]],
) -> Iterator[Pieces]:
    """Roles of ``order`` one below the other, the gates side by side; or the transpose of it."""
    for group in gates:
        ends = [f"_{gate}" if gate and order[0] not in ("V", "b_o") else "" for gate in group]
        columns = shapes[order[0] + ends[0]][-1]
        rows = [
            shapes[role + ends[0]][0] if len(shapes[role + ends[0]]) == 2 else 1 for role in order
        ]
        total = (sum(rows), columns * len(ends))
        if order == ("b_h",) and lengths == (total[1],):
            yield tuple(
                Piece(f"b_h{end}", (slice(k * columns, (k + 1) * columns),), False)
                for k, end in enumerate(ends)
            )
        for transposed in (False, True):
            if lengths == (total[::-1] if transposed else total):
                yield tuple(_pieces(order, ends, rows, columns, transposed))


def _pieces(
    order: tuple[str, ...], ends: list[str], rows: list[int], columns: int, transposed: bool
) -> Iterator[Piece]:
    start = 0
    for role, count in zip(order, rows, strict=True):
        for k, end in enumerate(ends):
            part = (slice(start, start + count), slice(k * columns, (k + 1) * columns))
            yield Piece(role + end, part[::-1] if transposed else part, transposed)
        start += count
