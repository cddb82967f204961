"""Sums over all time steps and sequences, of which the gradients of parameters are made."""

from __future__ import annotations

import numpy as np

from rnn_tui.model.batch import Batch
from rnn_tui.model.buffers import Array
from rnn_tui.model.interruption import AtStep, polled

_LONG = 500_000_000  # multiply-adds, some ten milliseconds
_SMALL_ONE_HOT = 1_000_000  # multiply-adds up to which a one-hot product is faster than a sort


def sum_of_products(left: Array, right: Array, out: Array, at_step: AtStep | None = None) -> None:
    """Σ leftᵀ right over the rows of (n, k) and (n, m), into (k, m).

    ``at_step`` is called between the parts of a long sum.
    """
    together = max(1, _LONG // out.size)
    np.matmul(left[:together].T, right[:together], out)
    for start in polled(range(together, len(left), together), at_step):
        some = slice(start, start + together)
        np.add(out, left[some].T @ right[some], out)


def sum_by_input(rows: Array, batch: Batch, out: Array) -> None:
    """The sum of the rows (T·B, H) of each input symbol, Σ x_tᵀ row for one-hot x_t.

    Into (V, H); zeros for a symbol that does not occur.
    """
    if len(rows) * out.size <= _SMALL_ONE_HOT:
        one_hots = batch.one_hot_inputs(out.dtype)
        np.matmul(one_hots.reshape(len(out), -1), rows, out)
        return
    out[...] = 0
    ones = np.ones(len(rows), rows.dtype)
    for symbol, places in batch.places_by_symbol:
        ones[: len(places)].dot(rows.take(places, 0), out[symbol])
