"""The state carried along a text is part of a checkpoint made inside an epoch."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rnn_tui.model.cells import CELLS
from rnn_tui.model.interruption import Interrupted
from rnn_tui.storage.checkpoint.checkpoint import encode_run, read_checkpoint
from rnn_tui.storage.disk.tensors import encode, read
from rnn_tui.timeline.navigator import Navigator
from rnn_tui.timeline.run_state import RunState, capture
from rnn_tui.training.trainer import Trainer
from tests.texts import text_config
from tests.training.trained import Interrupter


def half_way(**options: Any) -> RunState:
    """A run of two streams, left after three updates."""
    navigator = Navigator(Trainer(text_config(batch=2, **options)))
    navigator.step(1)
    with pytest.raises(Interrupted):
        navigator.work(Interrupter([3]))
    return capture(navigator)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("cell", CELLS)
def test_it_comes_back_with_the_same_bits(cell: str, dtype: str, tmp_path: Path) -> None:
    run, path = half_way(cell=cell, dtype=dtype), tmp_path / "run"
    path.write_bytes(encode_run(run))
    kept, found = (each.branches[0].partial for each in (run, read_checkpoint(path)))
    assert kept is not None and found is not None
    assert len(kept.carried) == len(found.carried) == (2 if cell == "lstm" else 1)
    for one, other in zip(kept.carried, found.carried, strict=True):
        assert one.dtype == other.dtype == dtype and np.array_equal(one, other) and one.any()


def test_there_is_none_where_none_is_carried(tmp_path: Path) -> None:
    run, path = half_way(carry=False), tmp_path / "run"
    path.write_bytes(encode_run(run))
    found = read_checkpoint(path).branches[0].partial
    assert found is not None and found.carried == () and "carried" not in read(path).tensors


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda carried: None, "it lacks the state carried along the text"),
        (lambda carried: carried[:1], "it lacks the state carried along the text"),
        (lambda carried: np.repeat(carried, 2, 0), "carried states that nothing goes on with"),
        (lambda carried: carried[:, :1], "its carried states are (1, 4), not (2, 4)"),
        (lambda carried: carried.astype("float32"), "its carried states are float32"),
        (lambda carried: carried * np.nan, "16 of its numbers are NaN or infinite"),
    ],
)
def test_another_one_is_refused(
    change: Callable[[Any], Any], told: str, tmp_path: Path, refusal: Callable[..., str]
) -> None:
    path = tmp_path / "run"
    path.write_bytes(encode_run(half_way(cell="lstm")))
    stored = read(path)
    tensors = dict(stored.tensors)
    changed = change(tensors.pop("carried"))
    path.write_bytes(
        encode(tensors | ({} if changed is None else {"carried": changed}), stored.metadata)
    )
    assert told in refusal(path)
