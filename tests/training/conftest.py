"""Runs to train, small enough for hundreds of cases."""

from collections.abc import Callable
from typing import Any

import pytest

from rnn_tui.training.config import Config


@pytest.fixture
def small() -> Callable[..., Config]:
    """A run of few, short sequences: three updates an epoch, the last of one sequence."""

    def make(**options: Any) -> Config:
        few: dict[str, Any] = {"sequences": 5, "length": 3, "hidden": 3, "batch": 2, "lr": 0.05}
        return Config.of(**few | options)

    return make
