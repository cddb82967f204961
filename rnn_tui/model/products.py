"""Matrix products over time steps and sequences, each in the way that is fastest at its size.

BLAS copies ("packs") the factors of a product that is not small, so that many small products are
sometimes faster than a large one. The sizes below were measured with OpenBLAS.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from rnn_tui.model.batch import Batch
from rnn_tui.model.buffers import Array, buffer

AtStep = Callable[[], None]
"""Called between pieces of work; may raise to leave it half-way."""

FEW_SYMBOLS = 16
"""Up to so many symbols, products with one-hot matrices are faster than indices."""
_UNPACKED = 1_000_000  # multiply-adds up to which nothing is packed
_MANY_SEQUENCES, _SMALL_LAYER = 32, 64  # where a sum of products by step is faster than one product
_SMALL_ONE_HOT = 1_000_000  # multiply-adds up to which a one-hot product is faster than a sort
_LONG = 500_000_000  # multiply-adds, some ten milliseconds


def factor(steps: Array, width: int) -> Array:
    """Rows in the shape in which `times` multiplies them fastest by a matrix of this width.

    Args:
        steps: (T, B, m), contiguous.
        width: n.

    Returns:
        A view: (T, B, m) for a product for each step, else (T·B, m).
    """
    _, batch, m = steps.shape
    by_step = batch > 1 and batch * m * width <= _UNPACKED
    return steps if by_step else steps.reshape(-1, m)


def times(left: Array, matrix: Array, out: Array) -> None:
    """Each row times a matrix; ``left`` and ``out`` as `factor` shapes them."""
    if left.ndim == 2:
        left.dot(matrix, out)
    else:
        np.matmul(left, matrix, out)


class Sums:
    """Sums over all time steps and sequences: what every gradient of a parameter is.

    Args:
        steps: T.
        batch: B.
        symbols: V.
        hidden: H.
        dtype: float64 or float32.
    """

    def __init__(self, steps: int, batch: int, symbols: int, hidden: int, dtype: np.dtype) -> None:
        rows = steps * batch
        self._ones = np.ones(rows, dtype)
        self._rows_together = max(1, _LONG // (hidden * max(hidden, symbols)))
        by_step = batch >= _MANY_SEQUENCES and hidden <= _SMALL_LAYER
        self._by_step = buffer((steps, hidden, hidden), dtype) if by_step else None
        self._one_hot = symbols <= FEW_SYMBOLS or rows * symbols * hidden <= _SMALL_ONE_HOT
        self._sorted = None if self._one_hot else buffer((rows, hidden), dtype)

    def of_products(
        self, left: Array, right: Array, out: Array, at_step: AtStep | None = None
    ) -> None:
        """Σ leftᵀ right.

        Args:
            left: (T·B, m), contiguous.
            right: (T·B, n), contiguous.
            out: (m, n) receives the sum; contiguous.
            at_step: called before each part of what takes long.
        """
        rows, size = len(left), self._rows_together
        if self._by_step is not None and out.shape == self._by_step.shape[1:]:
            self._sum_by_step(self._by_step, left, right, out)
        elif rows <= size:
            left.T.dot(right, out)
        else:
            out[...] = 0
            for start in range(0, rows, size):
                if at_step is not None:
                    at_step()
                part = slice(start, start + size)
                out += left[part].T.dot(right[part])

    def _sum_by_step(self, products: Array, left: Array, right: Array, out: Array) -> None:
        steps, width, _ = products.shape
        left, right = left.reshape(steps, -1, width), right.reshape(steps, -1, width)
        np.matmul(left.transpose(0, 2, 1), right, products)
        self._ones[:steps].dot(products.reshape(steps, -1), out.reshape(-1))

    def of_rows(self, rows: Array, out: Array) -> None:
        """The sum of all rows.

        Args:
            rows: (T·B, n), contiguous.
            out: (n,) receives it.
        """
        self._ones.dot(rows, out)

    def by_input(self, rows: Array, batch: Batch, out: Array) -> None:
        """The sum of the rows of each input symbol: a product with the one-hot inputs.

        Args:
            rows: (T·B, H), contiguous.
            batch: whose inputs.
            out: (V, H) receives it, zeros for a symbol that does not occur.
        """
        if self._sorted is None:
            batch.one_hot_rows(out.dtype).inputs.T.dot(rows, out)
            return
        order, slices = batch.by_symbol
        rows.take(order, 0, self._sorted, "clip")
        out[...] = 0
        for symbol, places in slices:
            self._ones[places].dot(self._sorted[places], out[symbol])
