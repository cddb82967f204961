"""The states kept of a run's past: what is not certainly of this run's past is left out."""

import json
import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rnn_tui.storage.checkpoint.keyframes import FILE, read_keyframes, write_keyframes
from rnn_tui.storage.disk.tensors import encode, read
from rnn_tui.timeline.keyframes import Grid
from rnn_tui.timeline.run_state import RunState
from rnn_tui.training.journal import Change, Position
from rnn_tui.training.trainer import State, Trainer

Values = dict[str, Any]


@pytest.fixture
def grids(run: RunState) -> dict[int, Grid]:
    """States of the first branch, whose newest epoch is 4, and none of the second."""
    trainer = Trainer(run.config)
    return {0: Grid([trainer.advance() for _ in range(4)], 2), 1: Grid()}


@pytest.fixture
def folder(tmp_path: Path, run: RunState, grids: dict[int, Grid]) -> Path:
    write_keyframes(tmp_path, run, grids)
    return tmp_path


def epochs(folder: Path, run: RunState) -> dict[int, list[int]]:
    return {n: [state.epoch for state in grid] for n, grid in read_keyframes(folder, run).items()}


def flat(state: State) -> list[object]:
    vectors = (state.parameters, state.previous, *state.optimizer)
    numbers = [None if vector is None else vector.tobytes() for vector in vectors]
    return [state.epoch, state.training_loss, state.training_accuracy, *numbers]


def test_they_come_back_with_the_same_bits(
    folder: Path, run: RunState, grids: dict[int, Grid]
) -> None:
    found = read_keyframes(folder, run)
    assert sorted(found) == [0, 1]
    assert list(map(flat, found[0])) == list(map(flat, grids[0]))
    assert [grid.stride for grid in found.values()] == [2, 1]


def test_those_beyond_the_newest_epoch_are_left_out(folder: Path, run: RunState) -> None:
    first = run.branches[0]
    shorter = replace(first, newest=replace(first.newest, epoch=2))
    assert epochs(folder, replace(run, branches=(shorter,))) == {0: [1, 2]}


@pytest.mark.parametrize(
    ("changes", "kept"),
    [
        ((), []),  # that at epoch 1 was not made
        ((Change(Position(1), "lr", 0.1),), [1, 2]),  # nor that at epoch 3
        ((Change(Position(0), "hold", "U"), Change(Position(1), "lr", 0.1)), []),
        ((Change(Position(1), "lr", 0.2), Change(Position(3), "hold", "W[0], b_h")), []),
        ((Change(Position(1), "lr", 0.1), Change(Position(3), "hold", "W[0]")), [1, 2]),
    ],
)
def test_those_after_an_intervention_that_is_another_are_left_out(
    folder: Path, run: RunState, changes: tuple[Change, ...], kept: list[int]
) -> None:
    first = replace(run.branches[0], interventions=changes)
    assert epochs(folder, replace(run, branches=(first,))) == {0: kept}


def test_those_of_another_configuration_are_left_out(folder: Path, run: RunState) -> None:
    assert epochs(folder, replace(run, config=run.config.with_options(seed=1))) == {}


def test_the_memory_of_an_optimizer_comes_back(
    tmp_path: Path, run: RunState, grids: dict[int, Grid], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rnn_tui.storage.checkpoint.keyframes.optimizer_vectors", lambda config: 2)
    with_memory = Grid(
        replace(state, optimizer=(state.parameters * 2, state.parameters * 3)) for state in grids[0]
    )
    write_keyframes(tmp_path, run, {0: with_memory})
    found = read_keyframes(tmp_path, run)
    assert list(map(flat, found[0])) == list(map(flat, with_memory))


def put(*path: Any) -> Callable[[Values], None]:
    *before, last, value = path

    def change(values: Any) -> None:
        for key in before:
            values = values[key]
        values[last] = value

    return change


FIRST = ("branches", 0)
CHANGES: dict[str, Callable[[Values], None]] = {
    "no branches": put("branches", None),
    "branches as numbers": put("branches", [1, 2]),
    "no configuration": put("config", None),
    "a configuration of a newer version": put("config", "dropout", 0.9),
    "epochs as text": put(*FIRST, "states", 0, ["1", 0.5, 1.0]),
    "a state of two": put(*FIRST, "states", 0, [1, 0.5]),
    "a loss as list": put(*FIRST, "states", 0, [1, [], 1.0]),
    "epochs in another order": put(*FIRST, "states", 0, [9, 0.5, 1.0]),
    "epoch 0": put(*FIRST, "states", 0, [0, 0.5, 1.0]),
    "more states than vectors": put("branches", 1, "states", [[3, 0.5, 1.0]]),
    "a stride of 0": put(*FIRST, "stride", 0),
    "a stride as text": put(*FIRST, "stride", "x"),
    "changes as text": put(*FIRST, "changes", "abc"),
    "changes of nothing": put(*FIRST, "changes", [[]]),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_description_of_another_form_is_as_good_as_none(
    folder: Path, run: RunState, name: str
) -> None:
    stored = read(folder / FILE)
    values = json.loads(stored.tensors["description"].tobytes())
    CHANGES[name](values)
    text = np.frombuffer(json.dumps(values).encode(), np.uint8)
    tensors = {**stored.tensors, "description": text}
    (folder / FILE).write_bytes(encode(tensors, stored.metadata))
    assert read_keyframes(folder, run) == {}


def test_whatever_a_description_says_is_as_good_as_none_or_states(
    folder: Path, run: RunState, make_hostile: Callable[[Any, random.Random], None], effort: int
) -> None:
    stored, chance = read(folder / FILE), random.Random(effort)
    for _ in range(100 * effort):
        values = json.loads(stored.tensors["description"].tobytes())
        make_hostile(values, chance)
        text = np.frombuffer(json.dumps(values).encode(), np.uint8)
        content = encode({**stored.tensors, "description": text}, stored.metadata)
        (folder / FILE).write_bytes(content)
        for grid in read_keyframes(folder, run).values():
            found = [state.epoch for state in grid]
            assert found == sorted(set(found)) and all(0 < epoch <= 4 for epoch in found)


@pytest.mark.parametrize(
    "change",
    [
        lambda vectors: vectors[0],
        lambda vectors: vectors[:, 1:],
        lambda vectors: vectors[None],
        lambda vectors: vectors[:-1],
        lambda vectors: vectors.astype("f4"),
        lambda vectors: vectors.view("i8"),
    ],
)
def test_vectors_of_the_wrong_shape_or_type_are_as_good_as_none(
    folder: Path, run: RunState, change: Callable[[Any], Any]
) -> None:
    stored = read(folder / FILE)
    tensors = {**stored.tensors, "vectors": change(stored.tensors["vectors"])}
    (folder / FILE).write_bytes(encode(tensors, stored.metadata))
    assert read_keyframes(folder, run) == {}


@pytest.mark.parametrize("name", ["description", "vectors"])
def test_a_file_that_lacks_a_tensor_is_as_good_as_none(
    folder: Path, run: RunState, name: str
) -> None:
    stored = read(folder / FILE)
    tensors = {key: tensor for key, tensor in stored.tensors.items() if key != name}
    (folder / FILE).write_bytes(encode(tensors, stored.metadata))
    assert read_keyframes(folder, run) == {}
    (folder / FILE).write_bytes(encode(stored.tensors, {}))
    assert read_keyframes(folder, run) == {}
    (folder / FILE).write_bytes(encode(stored.tensors, {"format": "rnn-tui keyframes 3"}))
    assert read_keyframes(folder, run) == {}
