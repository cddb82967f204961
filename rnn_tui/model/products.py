"""Matrix products over time steps and sequences, each in the way that is fastest at its size.

BLAS copies ("packs") the factors of a product that is not small, so that many small products are
sometimes faster than a large one. The sizes below were measured with OpenBLAS.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import DTypeLike

from rnn_tui.model.batch import Batch, are_few
from rnn_tui.model.buffers import Array, buffer
from rnn_tui.model.interruption import AtStep, polled

_FEWEST, _MOST = 8, 1_000  # rows to multiply together: fewer cost more, more gain nothing
_SMALLEST = 800  # multiply-adds of each product; with smaller ones the calls cost more
_MOST_TRANSPOSED = 1_200  # results up to which a product with a transposed matrix is not packed
_SMALL = 8_192  # results up to which `dot`, which zeroes them first, is faster than `matmul`
_FEWEST_TO_SUM = {1: 64, 2: 96}
"""Rows of a group, by how many blocks of columns there are: so that summing groups costs little."""
_MOST_TO_SUM = 2**18  # numbers in all groups together, so that they stay in the cache
_SMALL_ONE_HOT = 1_000_000  # multiply-adds up to which a one-hot product is faster than a sort
_ROWS, _COLUMNS = 8, 128  # of a block that is multiplied without packing
_LONG = 500_000_000  # multiply-adds, some ten milliseconds


class RowProducts(NamedTuple):
    """Many rows times one and the same matrix, in the shape in which that is fastest.

    Attributes:
        left: (…, rows, m) for a product for each so many rows, (T·B, m) for a single one.
        out: the same for n.
    """

    left: Array
    out: Array

    @classmethod
    def of(cls, left: Array, out: Array) -> RowProducts:
        """Views of (T, B, m) and (T, B, n), each contiguous or such a view of (…, T, B)."""
        (*_, m), (steps, batch, n) = left.shape, out.shape
        count, by_symbol = steps * batch, not out.flags.c_contiguous
        most = min(_unpacked() // (m * n), _MOST_TRANSPOSED // n if by_symbol else _MOST)
        fewest = max(_FEWEST, _SMALLEST // (m * n))
        sizes = (size for size in range(min(most, count), fewest - 1, -1) if count % size == 0)
        rows = next(sizes, count)
        if rows == count:
            return cls(left.reshape(count, m), out.reshape(count, n))
        return cls(left.reshape(-1, rows, m), out.reshape(-1, rows, n))

    def by(self, matrix: Array) -> None:
        """Fill ``out``; where it is a view of (n, …), a view of (n, m) is faster."""
        if self.left.ndim == 2 and self.out.flags.c_contiguous and self.out.size <= _SMALL:
            self.left.dot(matrix, self.out)
        else:
            np.matmul(self.left, matrix, self.out)


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


def _in_pieces(rows: int, m: int, n: int, dtype: DTypeLike) -> Array | None:
    """Memory for a sum of products, Σ leftᵀ right, cut into some that need no packing.

    Args:
        rows: of both factors.
        m: columns of the left one.
        n: columns of the right one.
        dtype: of the numbers.

    Returns:
        (groups + 1, blocks, m, n / blocks), for groups of rows, blocks of right columns, and
        the sum; None where cutting is not faster.
    """
    for blocks, fewest in _FEWEST_TO_SUM.items():
        most = min(rows, _unpacked() * blocks // (m * n))
        for size in range(most, fewest - 1, -1):
            if rows % size == 0 and n % blocks == 0:
                groups = rows // size
                if groups == 1 or (groups + 1) * m * n > _MOST_TO_SUM:
                    return None
                return buffer((groups + 1, blocks, m, n // blocks), dtype)
    return None


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
        self._pieces = {
            shape: _in_pieces(*shape, dtype)
            for shape in ((later, hidden, hidden), (rows, hidden, symbols))
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
        pieces = self._pieces.get((rows, *out.shape))
        if pieces is not None:
            products, total = pieces[:-1], pieces[-1]
            groups, blocks, m, n = products.shape
            left = left.reshape(groups, 1, -1, m).transpose(0, 1, 3, 2)
            right = right.reshape(groups, -1, blocks, n).transpose(0, 2, 1, 3)
            np.matmul(left, right, products)
            self._ones[:groups].dot(products.reshape(groups, -1), total.reshape(-1))
            out.reshape(m, blocks, n)[...] = total.transpose(1, 0, 2)
        elif rows <= size:
            left.T.dot(right, out)
        else:
            for start in polled(range(0, rows, size), at_step):
                part = slice(start, start + size)
                if start == 0:
                    np.matmul(left[part].T, right[part], out)
                else:
                    np.add(out, np.matmul(left[part].T, right[part]), out)

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
