"""Checkpoints to be damaged, and how reading them must end."""

import copy
import math
import random
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from rnn_tui.storage.checkpoint.checkpoint import encode_run, read_checkpoint
from rnn_tui.storage.disk.errors import StoreError
from rnn_tui.timeline.run_state import RunState

HOSTILE = (
    None, True, -1, 0, 2, 1 << 60, 10**400, 1.5, math.nan, "", "x", "\ud800", "__class__",
    [], {}, [[]], [1, 2, 3, 4], {"lr": 1}, {"epoch": 1},
)  # fmt: skip


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every value inside, as what holds it and its key."""
    keys = value if isinstance(value, dict) else range(len(value) if isinstance(value, list) else 0)
    for key in keys:
        yield value, key
        yield from places(value[key])


@pytest.fixture(scope="session")
def make_hostile() -> Callable[[Any, random.Random], None]:
    """Puts values that cannot be in one or two places of a description."""

    def change(values: Any, chance: random.Random) -> None:
        for _ in range(chance.randrange(1, 3)):
            container, key = chance.choice(list(places(values)))
            container[key] = copy.deepcopy(chance.choice(HOSTILE))

    return change


@pytest.fixture
def path(tmp_path: Path, run: RunState) -> Path:
    """A checkpoint, to be damaged."""
    path = tmp_path / "run"
    path.write_bytes(encode_run(run))
    return path


@pytest.fixture(scope="session")
def refusal() -> Callable[..., str]:
    """The one line with which reading a checkpoint must be refused, in little memory."""

    def refuse(path: Path, **options: Any) -> str:
        tracemalloc.start()
        try:
            with pytest.raises(StoreError) as caught:
                read_checkpoint(path, **options)
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
        assert peak < 50e6
        message = str(caught.value)
        assert message.isprintable()
        assert path.name in message
        assert "; " in message, "what to do is missing"
        assert len(message) < 500 + len(str(path))
        return message

    return refuse
