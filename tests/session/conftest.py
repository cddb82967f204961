"""Sessions that are stopped at the end of a test."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from rnn_tui.training.config import Config
from rnn_tui.training.trainer import Trainer
from tests.session.playing import DEADLINE, RUN, Driver


@pytest.fixture
def drive() -> Iterator[Callable[..., Driver]]:
    """Makes a session and starts it."""
    drivers = []

    def make(run: Config | Trainer = RUN, **options: Any) -> Driver:
        trainer = run if isinstance(run, Trainer) else Trainer(run)
        drivers.append(Driver(trainer, **options))
        return drivers[-1].start()

    yield make
    for driver in drivers:
        assert driver.session.stop(DEADLINE), "a thread was left behind"
