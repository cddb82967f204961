"""The notebook's problem."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from rnn_tui import make_pairs


@pytest.fixture
def sequences() -> Callable[..., tuple[list[Any], list[Any]]]:
    """Makes so many sequences of length 10, and their targets."""

    def make(count: int = 10, seed: int = 0) -> tuple[list[Any], list[Any]]:
        generator = np.random.default_rng(seed)
        x, y = zip(*(make_pairs(10, 3, generator) for _ in range(count)), strict=True)
        return list(x), list(y)

    return make
