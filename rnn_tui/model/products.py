"""Matrix products over time steps and sequences, each in the way that is fastest at its size.

BLAS copies ("packs") the factors of a product that is not small, so that many small products are
sometimes faster than a large one. The sizes below were measured with OpenBLAS.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from typing import Any, TypeVar

import numpy as np
from numpy.typing import DTypeLike

from rnn_tui.model.batch import Batch, are_few
from rnn_tui.model.buffers import Array, buffer

AtStep = Callable[[], None]
"""Called between pieces of work; may raise to leave it half-way."""

Piece = TypeVar("Piece")

_FEWEST_ROWS = 64  # of a group, so that summing the groups costs little
_SMALL_ONE_HOT = 1_000_000  # multiply-adds up to which a one-hot product is faster than a sort
_BLOCK = 16  # rows to multiply together where all of a step are too many
_ROWS, _COLUMNS = 8, 128  # of a block that is multiplied without packing
_LONG = 500_000_000  # multiply-adds, some ten milliseconds


def polled(pieces: Iterable[Piece], at_step: AtStep | None) -> Iterable[Piece]:
    """The pieces of a loop, with a call before each; without one they cost nothing more."""
    if at_step is None:
        return pieces
    return (piece for piece in pieces if at_step() is None)


def factor(steps: Array, width: int) -> Array:
    """Rows in the shape in which `times` multiplies them fastest by a matrix of this width.

    Args:
        steps: (T, B, m), contiguous, or such a view of (m, T, B).
        width: n.

    Returns:
        A view: (T, B, m) for a product for each step, (…, 16, m) for one for each 16 rows,
        (T·B, m) for a single one.
    """
    _, batch, m = steps.shape
    most = _unpacked() // (m * width)
    rows = batch if batch <= most else _BLOCK
    in_blocks = 1 < rows <= most and batch % rows == 0
    return steps.reshape(-1, rows, m) if in_blocks else steps.reshape(-1, m)


def times(left: Array, matrix: Array, out: Array) -> None:
    """Each row times a matrix; ``left`` and ``out`` as `factor` shapes them."""
    if left.ndim == 2 and out.flags.c_contiguous:
        left.dot(matrix, out)
    else:
        np.matmul(left, matrix, out)


class Recurrence:
    """The rows of each time step, (B, H), times one and the same matrix, (H, H).

    Where BLAS would pack the matrix again at each step, it is cut into blocks that need no
    packing, which takes 0.83 of the time at B 64, H 512.

    Args:
        batch: B.
        hidden: H.
        dtype: float64 or float32.

    Attributes:
        product: (B, H), or (H,) for one sequence; receives each product.
    """

    def __init__(self, batch: int, hidden: int, dtype: DTypeLike) -> None:
        self._is_cut = (
            batch * hidden**2 > _unpacked() >= _ROWS * _COLUMNS * hidden
            and np.dtype(dtype) == np.float32
            and batch % _ROWS == hidden % _COLUMNS == 0
        )
        # A vector is multiplied faster than a matrix of one row.
        self.product = buffer((batch, hidden) if batch > 1 else (hidden,), dtype)
        if self._is_cut:
            rows, columns = batch // _ROWS, hidden // _COLUMNS
            self._matrix = buffer((columns, hidden, _COLUMNS), dtype)
            cut = self.product.reshape(rows, _ROWS, columns, _COLUMNS)
            self._blocks = cut.transpose(0, 2, 1, 3)
        else:
            self._matrix = buffer((hidden, hidden), dtype)

    def matrix(self, matrix: Array) -> Array:
        """The matrix as the products want it: itself, or a copy valid until the next call."""
        if not self._is_cut and (matrix.flags.c_contiguous or self.product.ndim == 1):
            return matrix  # for a vector a transposed matrix costs less than its copy
        if self._is_cut:
            columns, hidden, _ = self._matrix.shape
            matrix = matrix.reshape(hidden, columns, _COLUMNS).transpose(1, 0, 2)
        self._matrix[...] = matrix
        return self._matrix

    def times(self, rows: Array) -> Callable[[Array, Array], Array]:
        """(matrix, product) → `product` filled; rows are (B, H), or (H,)."""
        if not self._is_cut:
            return rows.dot
        blocks, out = rows.reshape(-1, 1, _ROWS, rows.shape[1]), self._blocks
        return lambda matrix, _: np.matmul(blocks, matrix, out)


def _groups(rows: int, products_per_row: int) -> int:
    """Into how many equal groups of rows to cut a sum of products; 1 is not at all."""
    most = _unpacked() // products_per_row
    sizes = (size for size in range(min(most, rows), _FEWEST_ROWS - 1, -1) if rows % size == 0)
    return rows // next(sizes, max(rows, 1))


@cache
def _unpacked() -> int:
    """Multiply-adds up to which OpenBLAS packs nothing: it has such kernels for AVX-512."""
    extensions: Any = np.show_config(mode="dicts").get("SIMD Extensions", {})
    has_kernels = not {"X86_V4", "AVX512_SKX"}.isdisjoint(extensions.get("found", ()))
    return 1_000_000 if has_kernels else 0


class Sums:
    """Sums over all time steps and sequences: what every gradient of a parameter is.

    Args:
        steps: T.
        batch: B.
        symbols: V.
        hidden: H.
        dtype: float64 or float32.

    Attributes:
        with_one_hots: whether one-hot matrices are faster than indices at this size.
    """

    def __init__(self, steps: int, batch: int, symbols: int, hidden: int, dtype: DTypeLike) -> None:
        rows = steps * batch
        later = rows - batch  # all but the first step's, whose a_h,t-1 is 0
        self._ones = np.ones(rows, dtype)
        self._rows_together = max(1, _LONG // (hidden * max(hidden, symbols)))
        self._groups = {
            (count, *shape): buffer((groups, *shape), dtype)
            for count, *shape in ((later, hidden, hidden), (rows, hidden, symbols))
            if (groups := _groups(count, shape[0] * shape[1])) > 1
        }
        self.with_one_hots = are_few(symbols) or rows * symbols * hidden <= _SMALL_ONE_HOT
        self._of_symbol = buffer((0 if self.with_one_hots else rows, hidden), dtype)

    def of_products(
        self, left: Array, right: Array, out: Array, at_step: AtStep | None = None
    ) -> None:
        """Σ leftᵀ right.

        Args:
            left: (T·B, m), contiguous, or ((T − 1)·B, m) of all steps but one.
            right: as many rows of n.
            out: (m, n) receives the sum; contiguous.
            at_step: called before each part of what takes long.
        """
        rows, size = len(left), self._rows_together
        products = self._groups.get((rows, *out.shape))
        if products is not None:
            groups, m, n = products.shape
            left, right = left.reshape(groups, -1, m), right.reshape(groups, -1, n)
            np.matmul(left.transpose(0, 2, 1), right, products)
            self._ones[:groups].dot(products.reshape(groups, -1), out.reshape(-1))
        elif rows <= size:
            left.T.dot(right, out)
        else:
            out[...] = 0
            for start in range(0, rows, size):
                if at_step is not None:
                    at_step()
                part = slice(start, start + size)
                out += left[part].T.dot(right[part])

    def by_input(self, rows: Array, batch: Batch, out: Array) -> None:
        """The sum of the rows of each input symbol: a product with the one-hot inputs.

        Args:
            rows: (T·B, H), contiguous.
            batch: whose inputs.
            out: (V, H) receives it, zeros for a symbol that does not occur.
        """
        if self.with_one_hots:
            batch.one_hots(out.dtype).input_rows.T.dot(rows, out)
            return
        out[...] = 0
        for symbol, places in batch.by_symbol:
            of_symbol = self._of_symbol[: len(places)]
            rows.take(places, 0, of_symbol, "clip")
            self._ones[: len(places)].dot(of_symbol, out[symbol])
