"""Arithmetic in tests runs as in the program."""

from collections.abc import Iterator

import numpy as np
import pytest


@pytest.fixture(autouse=True)
def floating_point_flags_are_silent() -> Iterator[None]:
    """As in training, evaluation and the notebook's class, which look at the numbers themselves.

    BLAS calculates with whatever lies in the unused lanes of its vectors, and `np.matmul`, unlike
    `np.dot`, would report the flags that this raises.
    """
    with np.errstate(all="ignore"):
        yield
