"""A checksum for each point of the training curve, so that a flipped bit is noticed."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_ODD = np.uint64(0x9E3779B97F4A7C15)


def checksums(rows: NDArray[np.float64]) -> NDArray[np.int64]:
    """31 bits for each row.

    Args:
        rows: (n, k), whole numbers below 2**53 included. NaN is the same as any other NaN and 0
            the same as -0, as they are to SQLite.

    Returns:
        (n,)
    """
    values = np.where(np.isnan(rows), np.nan, rows) + 0.0
    total = np.zeros(len(rows), np.uint64)
    for column in np.ascontiguousarray(values.T).view(np.uint64):
        total = (total ^ column) * _ODD
        total ^= total >> np.uint64(32)
    return (total >> np.uint64(33)).astype(np.int64)
