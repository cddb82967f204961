"""What version 0.1.0 kept is read to the last bit."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rnn_tui.model import ENGINE_VERSION
from rnn_tui.model.parameters import Parameters
from rnn_tui.storage.checkpoint.checkpoint import encode_run, read_checkpoint
from rnn_tui.storage.checkpoint.keyframes import FILE, read_keyframes, write_keyframes
from rnn_tui.storage.checkpoint.latest import load_run, save_run
from rnn_tui.storage.curve.losses import Differences, differences
from rnn_tui.storage.curve.reader import HistoryReader
from rnn_tui.storage.disk.errors import WrongTensors
from rnn_tui.storage.disk.names import CHECKPOINT, HISTORY, PREVIOUS
from rnn_tui.storage.disk.tensors import encode, read
from rnn_tui.storage.export.formats import write_export
from rnn_tui.storage.library.store import Store
from rnn_tui.timeline.run_state import RunState, journal_of
from rnn_tui.training.config import Config
from rnn_tui.training.journal import ZERO, Change, Position
from rnn_tui.training.trainer import State, Trainer

TOLD: dict[str, Any] = json.loads(
    (Path(__file__).parents[2] / "data" / "run-0.1.0.json").read_text(encoding="utf-8")
)
BRANCHES = pytest.mark.parametrize("number", range(7))


@pytest.fixture
def folder(store_of_0_1_0: Path) -> Path:
    return store_of_0_1_0 / "runs" / str(TOLD["run"])


@pytest.fixture
def old(folder: Path) -> RunState:
    run, note = load_run(folder)
    assert note is None
    return run


def hexadecimal(values: Any) -> list[str]:
    return [float(value).hex() for value in values]


def digest(run: RunState, state: State) -> str:
    return Parameters(run.config.layout, state.parameters).sha256()


def change_of(kind: str, position: list[int], *values: Any) -> Change:
    """An intervention as 0.1.0 told it."""
    if kind == "ZeroedWeights":
        tensor, index = values
        return Change(Position(*position), ZERO, tensor + (str(index) if index else ""))
    (value,) = values
    name = {"RateChange": "lr", "ClipChange": "clip"}[kind]
    return Change(Position(*position), name, None if value is None else float.fromhex(value))


def test_the_run_is_what_it_was(old: RunState) -> None:
    assert old.config.to_json() == Config().to_json() | TOLD["config"]  # newer options: defaults
    assert (old.current, old.shown_epoch) == (TOLD["current"], TOLD["shown_epoch"])
    assert len(old.branches) == len(TOLD["branches"]) == 7
    assert old.engine == 1


@BRANCHES
def test_a_branch_is_what_it_was(old: RunState, number: int) -> None:
    branch, told = old.branches[number], TOLD["branches"][number]
    assert (branch.number, branch.parent, branch.name) == (
        told["number"], told["parent"], told["name"],
    )  # fmt: skip
    assert list(branch.fork) == told["fork"]
    assert branch.newest.epoch == told["newest"]
    assert digest(old, branch.newest) == told["parameters_sha256"]
    assert branch.interventions == tuple(change_of(*row) for row in told["interventions"])
    edits = {str(e): hexadecimal([s["lr"], s["clip"]]) for e, s in branch.edits.items()}
    assert edits == told["edits"]
    assert all(settings["hold"] is None for settings in branch.edits.values())
    partial = branch.partial and {
        "position": list(branch.partial.position),
        "update": branch.partial.position.update,
        "terms": [branch.partial.terms[0].hex(), branch.partial.terms[1]],
    }
    assert partial == told["partial"]


@BRANCHES
def test_its_training_curve_is_what_it_was(folder: Path, number: int) -> None:
    told = TOLD["branches"][number]
    with HistoryReader(folder / HISTORY) as history:
        curve = history.epochs(number)
    assert curve.epochs.tolist() == list(range(1, told["newest"] + 1))
    assert hexadecimal(curve.loss) == told["loss"]
    assert hexadecimal(curve.accuracy) == told["accuracy"]


@BRANCHES
def test_training_it_again_gives_the_same(old: RunState, number: int) -> None:
    branch = old.branches[number]
    trainer = Trainer(old.config)
    trainer.journal = journal_of(old, branch)
    for _ in range(branch.newest.epoch):
        trainer.advance()
    assert np.allclose(trainer.state.parameters, branch.newest.parameters, rtol=1e-9, atol=1e-12)


def test_the_checkpoint_before_the_last_is_read_too(folder: Path) -> None:
    (folder / CHECKPOINT).write_bytes(b"damaged")
    run, note = load_run(folder)
    assert note is not None and "going on from the checkpoint before it, epoch 31" in note
    assert len(run.branches) == 3
    assert digest(run, run.branches[2].newest) == TOLD["branches"][2]["parameters_sha256"]


@BRANCHES
def test_the_states_kept_of_its_past_are_at_hand(folder: Path, old: RunState, number: int) -> None:
    branch = old.branches[number]
    grid = read_keyframes(folder, old)[number]
    states = {state.epoch: state for state in grid}
    first = 0 if branch.parent is None else branch.fork.epoch
    assert list(states) == list(range(first + 1, branch.newest.epoch + 1))
    losses = [float.fromhex(loss) for loss in TOLD["branches"][number]["loss"]]
    for epoch, state in states.items():
        assert state.training_loss == losses[epoch - 1]
        before = states.get(epoch - 1)
        if before is not None:
            assert np.array_equal(state.previous, before.parameters)  # type: ignore[arg-type]
    if states:
        assert digest(old, states[branch.newest.epoch]) == digest(old, branch.newest)


def broken(path: Path, **tensors: Any) -> None:
    """Another file, with right digests."""
    stored = read(path)
    path.write_bytes(encode({**stored.tensors, **tensors}, stored.metadata))


@pytest.mark.parametrize(
    "name", ["epochs", "curve", "parameters", "previous", "stride", "interventions", "values"]
)
def test_states_of_the_wrong_shape_are_as_good_as_none(
    folder: Path, old: RunState, name: str
) -> None:
    table = read(folder / FILE).tensors[f"0.{name}"]
    broken(folder / FILE, **{f"0.{name}": table.reshape(-1)[:-1]})
    assert read_keyframes(folder, old) == {}


def cell(row: int, column: int, value: int) -> Callable[[Any, Any], Any]:
    """Changes a number in the table of interventions."""

    def change(table: Any, values: Any) -> Any:
        table = table.copy()
        table[row, column] = value
        return table, values

    return change


IMPOSSIBLE: dict[str, tuple[Callable[[Any, Any], Any], str]] = {
    "a rate that is NaN": (lambda t, v: (t, v * np.nan), "the setting lr is None"),
    "a negative clip": (lambda t, v: (t, -v), "the setting lr is -0.1"),
    "an order that is none": (cell(0, 1, 31), "not in order"),
    "a negative epoch": (cell(0, 1, -1), "of a change is -1"),
    "an update beyond the epoch": (cell(0, 2, 4), "is 4"),
    "a kind that is none": (cell(0, 0, 9), "KeyError"),
    "a tensor that is none": (cell(4, 3, 5), "IndexError"),
    "a row that is none": (cell(4, 4, 3), "U has rows 0 to 2"),
    "three columns": (lambda t, v: (t[:, :3], v), "ValueError"),
    "one dimension": (lambda t, v: (t.reshape(-1), v), "TypeError"),
    "no whole numbers": (lambda t, v: (t.astype("f8"), v), "TypeError"),
    "a value too few": (lambda t, v: (t, v[1:]), "ValueError"),
    "too many": (lambda t, v: (np.repeat(t, 20_000, 0), v), "more than 80000 changes"),
}


@pytest.mark.parametrize("name", IMPOSSIBLE)
def test_an_impossible_intervention_is_refused_with_what_is_wrong(folder: Path, name: str) -> None:
    change, words = IMPOSSIBLE[name]
    stored = read(folder / CHECKPOINT).tensors
    table, values = change(stored["interventions"], stored["values"])
    broken(folder / CHECKPOINT, interventions=table, values=values)
    with pytest.raises(WrongTensors) as caught:
        read_checkpoint(folder / CHECKPOINT)
    assert words in str(caught.value) and str(caught.value).isprintable()


def test_saved_again_it_is_the_same_run_in_the_new_format(
    folder: Path, old: RunState, same: Any
) -> None:
    grids = read_keyframes(folder, old)
    save_run(folder, old)
    write_keyframes(folder, old, grids)
    assert read(folder / CHECKPOINT).metadata == {"format": "rnn-tui run 2"}
    assert read(folder / PREVIOUS).metadata == {"format": "rnn-tui run 1"}
    assert same(load_run(folder).run, old)
    again = read_keyframes(folder, old)
    for number, grid in grids.items():
        one, other = ([s.parameters.tobytes() for s in kept] for kept in (grid, again[number]))
        assert one == other and grid.stride == again[number].stride
    assert encode_run(old) == (folder / CHECKPOINT).read_bytes()


def test_it_is_listed(store_of_0_1_0: Path) -> None:
    infos = {info.id: info for info in Store(store_of_0_1_0).list_runs()}
    info, plain = infos[TOLD["run"]], infos["successor-seed0-20261126-170459"]
    assert (info.problem, plain.problem) == (None, None)
    assert (info.task, info.epochs, info.branches) == ("successor", 31, 7)
    assert (plain.task, plain.epochs, plain.branches) == ("successor", 40, 1)
    assert info.loss.hex() == TOLD["branches"][2]["loss"][-1]
    assert info.config is not None and info.config.to_json()["hidden"] == 3


def test_it_is_exported(folder: Path, tmp_path: Path) -> None:
    told = TOLD["branches"][4]
    write_export("csv", folder, tmp_path / "curve.csv", 4)
    rows = (tmp_path / "curve.csv").read_text().splitlines()[1:]
    assert hexadecimal(row.split(",")[1] for row in rows) == told["loss"]
    what = write_export("safetensors", folder, tmp_path / "parameters", 4)
    assert what == f"parameters of epoch {told['newest']}"
    assert read(tmp_path / "parameters").metadata["parameters_sha256"] == told["parameters_sha256"]


def test_each_epoch_without_a_checksum_is_counted_once(
    folder: Path, tmp_path: Path, old: RunState
) -> None:
    assert write_export("csv", folder, tmp_path / "curve.csv") == "58 epochs"
    assert differences(folder, old) == Differences(unchecked=58)


def test_a_run_without_keyframes_is_read(store_of_0_1_0: Path) -> None:
    folder = store_of_0_1_0 / "runs" / "successor-seed0-20261126-170459"
    run = read_checkpoint(folder / CHECKPOINT)
    assert read_keyframes(folder, run) == {}
    told = json.loads((Path(__file__).parents[2] / "data" / "run-0.1.0-plain.json").read_text())
    assert digest(run, run.branches[0].newest) == told["train --epochs 40"]["parameters_sha256"]
    assert run.engine <= ENGINE_VERSION
