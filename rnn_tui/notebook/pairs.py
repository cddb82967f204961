"""Sequences to try the class with: the notebook's problem."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rnn_tui.notebook.arguments import count, num_to_label, require_room, seed_of
from rnn_tui.tasks.successor import successor_of


def make_pairs(
    length: int = 10, vocab: int = 3, seed: int | np.random.Generator | None = None
) -> tuple[NDArray[np.int_], NDArray[np.int_]]:
    """One random sequence and its successor modulo ``vocab``.

    Args:
        length: T, at least 1.
        vocab: number of symbols, at least 2.
        seed: an int, a Generator to draw from, or None for a fresh one.

    Returns:
        x and y, each (length, vocab), one-hot, int.

    Raises:
        ValueError: if length or vocab is too small or too large, or the seed is invalid.
    """
    length, vocab = count(length, "length", 1), count(vocab, "vocab", 2)
    require_room(length * vocab, "length and vocab")
    if not isinstance(seed, np.random.Generator):
        seed = seed_of(seed)
    generator = np.random.default_rng(seed)
    x_num = generator.integers(0, vocab, size=length)
    return num_to_label(x_num, vocab), num_to_label(successor_of(x_num, vocab), vocab)
