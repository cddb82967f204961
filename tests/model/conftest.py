"""Each cell in turn; arithmetic as in the program."""

from collections.abc import Iterator

import numpy as np
import pytest

from rnn_tui.model.cell import Cell
from tests.model.networks import VARIANTS


@pytest.fixture(autouse=True)
def floating_point_flags_are_silent() -> Iterator[None]:
    """As in training, evaluation and the notebook's class, which look at the numbers themselves.

    BLAS calculates with whatever lies in the unused lanes of its vectors, and `np.matmul`, unlike
    `np.dot`, would report the flags that this raises.
    """
    with np.errstate(all="ignore"):
        yield


@pytest.fixture(params=VARIANTS.values(), ids=VARIANTS)
def cell(request: pytest.FixtureRequest) -> Cell:
    """Each cell of the registry, with each choice of its options."""
    found: Cell = request.param
    return found
