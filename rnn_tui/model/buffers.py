"""Memory for arrays that are worked on again and again."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

Float = np.floating[Any]
Array = NDArray[Float]

LINE = 64
"""Bytes of a cache line, and of the widest vector register."""


def buffer(shape: tuple[int, ...], dtype: DTypeLike) -> Array:
    """Zeros that begin at a cache line.

    NumPy's own arrays begin anywhere at 16 bytes, and then every other wide load straddles two
    lines: products of 32 by 128 took up to a third longer, sums and differences twice as long.
    """
    size = math.prod(shape) * np.dtype(dtype).itemsize
    memory = np.zeros(size + LINE, np.uint8)
    start = -memory.ctypes.data % LINE
    array: Array = memory[start : start + size].view(dtype).reshape(shape)
    return array


def by_row(array: Array) -> Array:
    """(…, T, B, n) → (…, T·B, n), a view."""
    return array.reshape(*array.shape[:-3], -1, array.shape[-1])


def by_step(array: Array) -> list[Array]:
    """(T, B, n) → its T time steps, vectors for one sequence: they multiply faster than rows."""
    return list(array[:, 0] if array.shape[1] == 1 else array)


def gates_by_step(array: Array) -> list[Array]:
    """(G, T, B, n) → its T time steps, (G, B, n), or (G, n) for one sequence."""
    return list((array[:, :, 0] if array.shape[2] == 1 else array).swapaxes(0, 1))


def by_gate(U: Array, gates: int) -> Array:
    """(H, G·H) → (G, H, H), the block of each gate, contiguous; always a copy."""
    hidden = len(U)
    return U.reshape(hidden, gates, hidden).swapaxes(0, 1).copy()
