"""A checkpoint: the same bits come back, and anything else is refused in one line."""

import json
import math
import pickle
import random
import tracemalloc
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnn_tui.storage.checkpoint import checkpoint
from rnn_tui.storage.checkpoint.checkpoint import (
    NewerFormat,
    encode_run,
    read_checkpoint,
    write_checkpoint,
)
from rnn_tui.storage.checkpoint.vectors import (
    layout_of,
    optimizer_vectors,
    pack,
    packed_size,
    unpack,
    updates_per_epoch,
)
from rnn_tui.storage.disk.errors import StoreError
from rnn_tui.storage.disk.tensors import encode, read
from rnn_tui.timeline.branch import Settings
from rnn_tui.timeline.run_state import BranchState, RunState
from rnn_tui.training.config import Config
from rnn_tui.training.journal import ClipChange, Position, RateChange, ZeroedWeights
from rnn_tui.training.trainer import Partial, State, Trainer

Same = Callable[[RunState, RunState], bool]
Make = Callable[..., RunState]


def refusal(path: Path, **options: Any) -> str:
    """The one line with which reading must be refused."""
    with pytest.raises(StoreError) as caught:
        read_checkpoint(path, **options)
    message = str(caught.value)
    assert message.isprintable()
    assert path.name in message
    assert "; " in message, "what to do is missing"
    assert len(message) < 500 + len(str(path))
    return message


def tensors_of(run: RunState) -> dict[str, Any]:
    return decoded(encode_run(run))


def decoded(data: bytes) -> dict[str, Any]:
    header = json.loads(data[8 : 8 + int.from_bytes(data[:8], "little")])
    body = data[8 + int.from_bytes(data[:8], "little") :]
    kinds = {"F64": "<f8", "F32": "<f4", "I64": "<i8", "U8": "u1"}
    return {
        name: np.frombuffer(
            body[entry["data_offsets"][0] : entry["data_offsets"][1]], kinds[entry["dtype"]]
        ).reshape(entry["shape"])
        for name, entry in header.items()
        if name != "__metadata__"
    }


def rewritten(path: Path, run: RunState, change: Callable[[dict[str, Any]], None]) -> None:
    """A checkpoint with sound digests, whose description was changed."""
    tensors = tensors_of(run)
    values = json.loads(tensors["description"].tobytes())
    change(values)
    text = json.dumps(values).encode()
    stored = tensors | {"description": np.frombuffer(text, np.uint8)}
    path.write_bytes(encode(stored, {"format": "rnn-tui run 1"}))


@pytest.mark.parametrize("options", [{}, {"dtype": "float32"}, {"batch": 2}, {"hidden": 80}])
def test_a_run_comes_back_with_the_same_bits(
    tmp_path: Path, make_run: Make, same: Same, options: dict[str, Any]
) -> None:
    path = tmp_path / "run"
    options = {"sequences": 7} | options
    run = make_run(**options)
    write_checkpoint(path, run)
    assert same(read_checkpoint(path), run)
    assert not same(replace(run, shown_epoch=2), run)


def test_what_comes_back_trains_on_with_the_same_bits(tmp_path: Path, run: RunState) -> None:
    path = tmp_path / "run"
    write_checkpoint(path, run)
    trainers = Trainer(run.config), Trainer(run.config)
    for trainer, source in zip(trainers, (run, read_checkpoint(path)), strict=True):
        trainer.restore(source.branches[0].newest, source.branches[0].partial)
        trainer.advance()
    one, other = (trainer.state for trainer in trainers)
    assert one.parameters.tobytes() == other.parameters.tobytes()
    assert one.training_loss == other.training_loss


@pytest.mark.parametrize("symbols", [2, 16, 17])
@pytest.mark.parametrize("hidden", [1, 10, 70])
@pytest.mark.parametrize(("batch", "sequences"), [(1, 3), (2, 3), (2, 1), (5, 3)])
def test_the_layout_and_the_updates_are_those_of_the_trainer(
    symbols: int, hidden: int, batch: int, sequences: int
) -> None:
    config = Config(symbols=symbols, hidden=hidden, batch=batch, sequences=sequences, length=2)
    trainer = Trainer(config)
    assert layout_of(config) == trainer.layout
    assert updates_per_epoch(config) == trainer.updates_per_epoch
    assert optimizer_vectors(config) == len(trainer.state.optimizer)


@pytest.mark.parametrize("batch", [1, 2])
def test_stored_vectors_do_not_depend_on_the_layout(batch: int) -> None:
    config = Config(batch=batch, hidden=4)
    trainer = Trainer(config)
    packed = pack(trainer.layout, trainer.state.parameters)
    assert (
        packed.tobytes()
        == pack(
            Trainer(Config(batch=3 - batch, hidden=4)).layout,
            Trainer(Config(batch=3 - batch, hidden=4)).state.parameters,
        ).tobytes()
    )
    assert unpack(trainer.layout, packed).tobytes() == trainer.state.parameters.tobytes()
    w = trainer.parameters_of(trainer.state).notebook("W")
    assert (packed[: w.size].reshape(w.shape) == w).all()
    with pytest.raises(ValueError, match="expected"):
        unpack(trainer.layout, packed[1:])


CONFIGS = st.builds(
    Config,
    symbols=st.integers(2, 4), length=st.integers(1, 5), sequences=st.integers(1, 6),
    hidden=st.integers(1, 4), batch=st.integers(1, 3), seed=st.integers(0, 1 << 80),
    lr=st.floats(1e-12, 1e6), clip=st.none() | st.floats(0, exclude_min=True, max_value=1e300),
    dtype=st.sampled_from(["float64", "float32"]), init=st.sampled_from(["normal", "scaled"]),
)  # fmt: skip
EPOCHS = st.integers(0, 1 << 40)


@st.composite
def runs(draw: st.DrawFn) -> RunState:
    config = draw(CONFIGS)
    layout, updates = layout_of(config), updates_per_epoch(config)
    noise = np.random.default_rng(draw(st.integers(0, 1 << 32)))

    def vector() -> Any:
        numbers = noise.standard_normal(packed_size(layout)).astype(config.dtype)
        return unpack(layout, numbers * draw(st.sampled_from([1, 0, 1e-300, 1e30])))

    def state(epoch: int) -> State:
        loss, accuracy = draw(st.floats()), draw(st.floats(0, 1) | st.just(math.nan))
        previous = vector() if draw(st.booleans()) else None
        return State(epoch, vector(), previous, (), loss, accuracy)

    position = st.builds(Position, EPOCHS, st.integers(0, updates))
    cells = [(t.name, place) for t in layout.tensors for place in ((), (0,), (0,) * len(t.shape))]
    changes = st.one_of(
        st.builds(RateChange, position, st.floats(1e-12, 1e6)),
        st.builds(ClipChange, position, st.none() | st.floats(1e-300, 1e300)),
        st.builds(lambda p, cell: ZeroedWeights(p, *cell), position, st.sampled_from(cells)),
    )
    waiting = st.builds(Settings, st.floats(1e-12, 1e6), st.none() | st.floats(1e-300, 1e300))
    branches: list[BranchState] = []
    for number in range(draw(st.integers(1, 4))):
        parent = draw(st.sampled_from(branches)) if branches else None
        known = () if parent is None else parent.interventions
        kept = known[: draw(st.integers(0, len(known)))]
        own = draw(st.lists(changes, max_size=6))
        interventions = tuple(sorted([*kept, *own], key=lambda change: change.position))
        last = 0 if parent is None else parent.newest.epoch
        fork = Position(draw(st.integers(0, last)), draw(st.integers(0, updates)) if parent else 0)
        newest = state(draw(st.integers(fork.epoch, 1 << 41)))
        partial = None
        if draw(st.booleans()):
            at = Position(newest.epoch, draw(st.integers(1, updates)))
            partial = Partial(at, vector(), (), (draw(st.floats()), draw(EPOCHS)))
        base = state(fork.epoch) if draw(st.booleans()) else None
        branches.append(
            BranchState(
                number,
                None if parent is None else parent.number,
                fork,
                draw(st.text(max_size=9)),
                interventions,
                base,
                newest,
                partial,
                draw(st.dictionaries(st.integers(0, newest.epoch), waiting, max_size=3)),
            )
        )
    current = draw(st.integers(0, len(branches) - 1))
    shown = draw(st.integers(0, branches[current].newest.epoch))
    generator = dict(np.random.default_rng(draw(st.integers(0, 99))).bit_generator.state)
    return RunState(config, tuple(branches), current, shown, generator)


@settings(max_examples=150, deadline=None)
@given(run=runs())
def test_any_run_comes_back(
    tmp_path_factory: pytest.TempPathFactory, same: Same, run: RunState
) -> None:
    path = tmp_path_factory.getbasetemp() / "any-run"
    write_checkpoint(path, run)
    assert same(read_checkpoint(path), run)
    assert encode_run(read_checkpoint(path)) == path.read_bytes()


def test_a_long_journal_is_read_back_in_little_time_and_space(
    tmp_path: Path, run: RunState
) -> None:
    changes = tuple(RateChange(Position(i, i % 3), 0.1 + i % 2) for i in range(70_000))
    long = replace(run.branches[0], interventions=changes)
    forks = [replace(long, number=n, parent=0, partial=None) for n in range(1, 10)]
    many = RunState(run.config, (long, *forks), 0, 0, run.generator)
    path = tmp_path / "run"
    write_checkpoint(path, many)
    assert path.stat().st_size < 5e6
    tracemalloc.start()
    try:
        found = read_checkpoint(path)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 50e6
    assert all(branch.interventions == changes for branch in found.branches)


def test_more_than_fits_is_refused_when_it_is_written(tmp_path: Path, run: RunState) -> None:
    changes = tuple(RateChange(Position(i), 0.1 + i % 2) for i in range(80_001))
    many = replace(run, branches=(replace(run.branches[0], interventions=changes),), current=0)
    with pytest.raises(StoreError, match="more than 80000 interventions"):
        write_checkpoint(tmp_path / "run", many)
    name = "x" * 3_000_000
    long = replace(run, branches=(replace(run.branches[0], name=name),), current=0)
    with pytest.raises(StoreError, match="too long"):
        write_checkpoint(tmp_path / "run", long)
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize("seed", range(4))
def test_no_damage_gets_through(tmp_path: Path, run: RunState, seed: int, effort: int) -> None:
    chance = random.Random(seed * 100 + effort)
    data = encode_run(run)
    other = encode_run(replace(run, shown_epoch=2))
    path = tmp_path / "run"
    for _ in range(100 * effort):
        content = data
        while content in (data, other):
            content = damaged(data, other, chance)
        path.write_bytes(content)
        refusal(path, allow_nonfinite=chance.random() < 0.5)


def damaged(data: bytes, other: bytes, chance: random.Random) -> bytes:
    content = bytearray(data)
    kind, at = chance.randrange(6), chance.randrange(len(data))
    if kind == 0:
        del content[at:]
    elif kind == 1:
        content[at] ^= 1 << chance.randrange(8)
    elif kind == 2:
        for _ in range(chance.randrange(1, 20)):
            content[chance.randrange(len(data))] = chance.randrange(256)
    elif kind == 3:
        del content[at : at + chance.randrange(1, 50)]
    elif kind == 4:
        content[at:at] = bytes(chance.randrange(256) for _ in range(chance.randrange(1, 20)))
    else:
        content[at : at + 200] = other[at : at + 200]
    return bytes(content)


def test_it_is_refused_wherever_it_is_cut_off(tmp_path: Path, run: RunState) -> None:
    data = encode_run(run)
    path = tmp_path / "run"
    for length in [*range(0, len(data), 37), len(data) - 1]:
        path.write_bytes(data[:length])
        refusal(path)


def test_any_flipped_bit_of_a_small_checkpoint_is_noticed(
    tmp_path: Path, run: RunState, effort: int
) -> None:
    data = encode_run(run)
    path = tmp_path / "run"
    step = 8 * len(data) // (100 * effort)
    for bit in range(0, 8 * len(data), step):
        content = bytearray(data)
        content[bit // 8] ^= 1 << bit % 8
        path.write_bytes(content)
        refusal(path, allow_nonfinite=True)


def foreign() -> dict[str, tuple[bytes, str]]:
    huge = (1 << 63).to_bytes(8, "little") + b"{}" * 100
    sixty = (60_000_000).to_bytes(8, "little") + b'{"a":"' + b"x" * 60_000_000
    return {
        "a text": (b"Recurrent Neural Net\n", "it is text"),
        "a pickle": (pickle.dumps({"w": [1.0] * 50}), "a pickle, which is never opened"),
        "an npz": (b"PK\x03\x04" + bytes(100), "a zip"),
        "a header of 2^63 bytes": (huge, "cut off"),
        "a header of 60 MB": (sixty, "cut off"),
        "parameters": (
            encode({"rnn.weight_ih_l0": np.zeros(3)}, {"format": "rnn-tui parameters 1"}),
            "it holds parameters alone",
        ),
        "other tensors": (encode({"a": np.zeros(3)}, {}), "it holds no run"),
        "no tensors": (encode({}, {"format": "rnn-tui run 1"}), "not the tensors of a run"),
    }


@pytest.mark.parametrize("name", foreign())
def test_other_files_are_named_for_what_they_are_and_cost_no_memory(
    tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_: Any, **__: Any) -> None:
        raise AssertionError("unpickled")

    for attribute in ("load", "loads", "Unpickler"):
        monkeypatch.setattr(pickle, attribute, never)
    content, words = foreign()[name]
    path = tmp_path / "run"
    path.write_bytes(content)
    tracemalloc.start()
    try:
        assert words in refusal(path)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 50e6


def test_a_folder_and_a_missing_file_are_named(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    assert "it is a folder" in refusal(tmp_path / "run")
    assert "No such file" in refusal(tmp_path / "gone")


def test_a_newer_format_asks_for_an_update(tmp_path: Path, run: RunState) -> None:
    path = tmp_path / "run"
    path.write_bytes(encode({"anything": np.zeros(1)}, {"format": "rnn-tui run 2"}))
    with pytest.raises(NewerFormat) as caught:
        read_checkpoint(path)
    assert str(caught.value).endswith("was written by a newer rnn-tui (format 2); update")
    for version in ("0", "01", "-1", "1.0", "٣", "1 ", "9" * 5000, ""):
        path.write_bytes(encode(tensors_of(run), {"format": f"rnn-tui run {version}"}))
        assert "it holds no run" in refusal(path)


def test_numbers_that_are_not_finite_are_let_in_only_when_asked(
    tmp_path: Path, run: RunState, same: Same
) -> None:
    state = run.branches[0].newest
    bad = unpack(layout_of(run.config), pack(layout_of(run.config), state.parameters))
    bad[0], bad[1] = np.nan, np.inf
    branch = replace(run.branches[0], newest=replace(state, parameters=bad))
    broken = replace(run, branches=(branch, run.branches[1]))
    path = tmp_path / "run"
    write_checkpoint(path, broken)
    message = refusal(path)
    assert "2 of its numbers are NaN or infinite (--allow-nonfinite" in message
    assert same(read_checkpoint(path, allow_nonfinite=True), broken)


def without(values: dict[str, Any], *path: Any) -> None:
    *before, last = path
    for key in before:
        values = values[key]
    del values[last]


def put(*path: Any) -> Callable[[dict[str, Any]], None]:
    """Sets the value at a path, the last argument."""
    *before, last, value = path

    def change(values: Any) -> None:
        for key in before:
            values = values[key]
        values[last] = value

    return change


ROOT, FORK = ("branches", 0), ("branches", 1)
SENSELESS: dict[str, tuple[Callable[[dict[str, Any]], None], str]] = {
    "no branches": (put("branches", []), "it has no branch"),
    "branches as text": (put("branches", "x"), "its branches is not a list"),
    "a branch as number": (put(*FORK, 3), "branch 1 has not the values"),
    "missing parent": (put(*FORK, "parent", 7), "left branch 7, which is missing"),
    "parent of itself": (put(*FORK, "parent", 1), "left branch 1, which is missing"),
    "second root": (put(*FORK, "parent", None), "the parent of branch 1 is None"),
    "root with a parent": (put(*ROOT, "parent", 0), "branch 0 has a parent"),
    "root that begins late": (put(*ROOT, "fork", [1, 0]), "begins is 1"),
    "negative parent": (put(*FORK, "parent", -1), "not a whole number"),
    "true": (put(*FORK, "parent", True), "not a whole number"),
    "fork beyond its parent": (put(*FORK, "fork", [5, 0]), "begins is 5"),
    "fork beyond its epoch": (put(*FORK, "fork", [1, 99]), "begins is 99"),
    "fork of three": (put(*FORK, "fork", [1, 0, 0]), "not a list of 2"),
    "ends before it begins": (put(*FORK, "newest", "epoch", 1), "ends before it begins"),
    "ends before its base": (put(*FORK, "base", "epoch", 9), "ends before its base"),
    "a name that is none": (put(*FORK, "name", 3), "not text"),
    "more shared than there is": (put(*FORK, "shared", 2), "shares with its parent"),
    "more own than there are": (put(*FORK, "own", 99), "the number of interventions"),
    "fewer own than there are": (put(*FORK, "own", 0), "belong to no branch"),
    "a base too few": (put(*FORK, "base", None), "belong to no state"),
    "a vector too many": (put(*FORK, "partial", {"update": 1, "terms": [0.0, 0]}), "fewer vectors"),
    "progress beyond the epoch": (put(*ROOT, "partial", "update", 6), "is 6"),
    "sums as text": (put(*ROOT, "partial", "terms", ["x", 0]), "not a number"),
    "a sum too few": (put(*ROOT, "partial", "terms", [1.0]), "not a list of 2"),
    "a loss that is none": (put(*ROOT, "newest", "training_loss", None), "not a number"),
    "previous as number": (put(*ROOT, "newest", "previous", 1), "is not described"),
    "an epoch that is no number": (put(*ROOT, "newest", "epoch", 1.0), "not a whole number"),
    "an epoch beyond reason": (put(*ROOT, "newest", "epoch", 10**400), "a huge number"),
    "a setting that waits beyond": (put(*ROOT, "edits", [[5, 0.1, None]]), "in branch 0 is 5"),
    "a setting that waits too short": (put(*ROOT, "edits", [[1, 0.1]]), "not a list of 3"),
    "a rate that waits as text": (put(*ROOT, "edits", [[1, "x", None]]), "not a number"),
    "a rate that cannot be": (put(*ROOT, "edits", [[1, math.nan, None]]), "cannot be"),
    "a clipping that cannot be": (put(*ROOT, "edits", [[1, 0.1, -1.0]]), "cannot be"),
    "settings that wait as text": (put(*ROOT, "edits", "x"), "is not a list"),
    "branch shown": (put("current", 2), "the branch shown is 2"),
    "epoch shown": (put("shown_epoch", 4), "the epoch shown is 4"),
    "generator": (put("generator", [1]), "its generator"),
    "no generator": (lambda values: without(values, "generator"), "has not the values"),
    "one value more": (put("more", 1), "has not the values"),
    "config as list": (put("config", []), "its configuration makes no sense"),
    "unknown task": (put("config", "task", "\x1b[2J" * 100), "makes no sense"),
    "task as list": (put("config", "task", ["successor"]), "makes no sense"),
    "rate": (put("config", "lr", math.nan), "its configuration makes no sense (--lr nan"),
    "huge network": (put("config", "hidden", 10**9), "makes no sense"),
    "huge beyond floats": (put("config", "hidden", 10**4000), "makes no sense"),
    "huge seed": (put("config", "seed", -(10**4000)), "makes no sense"),
    "other hidden": (put("config", "hidden", 4), "its vectors have the shape"),
    "other dtype": (put("config", "dtype", "float32"), "its vectors are float64, not float32"),
}  # fmt: skip


@pytest.mark.parametrize("name", SENSELESS)
def test_a_description_that_makes_no_sense_is_refused_with_what_is_wrong(
    tmp_path: Path, run: RunState, name: str
) -> None:
    change, words = SENSELESS[name]
    path = tmp_path / "run"
    rewritten(path, run, change)
    assert words in refusal(path)


def test_a_description_may_hold_anything_without_harm(tmp_path: Path, run: RunState) -> None:
    path = tmp_path / "run"
    texts = {
        b"[" * 40_000: "not valid JSON",
        b'{"a":' * 40_000: "not valid JSON",
        b"{}" * 60_000: "too long",
        b'["ab"' + b',"ab"' * 399_000 + b"]": "has not the values",
        b"1" * 5000: "not valid JSON",
        b"\xff": "not valid JSON",
        b"": "not valid JSON",
        b"null": "has not the values",
        b" " * 2_000_001: "too long",
    }
    for text, words in texts.items():
        tensors = tensors_of(run) | {"description": np.frombuffer(text, np.uint8)}
        path.write_bytes(encode(tensors, {"format": "rnn-tui run 1"}))
        tracemalloc.start()
        try:
            assert words in refusal(path)
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
        assert peak < 50e6


def test_interventions_that_make_no_sense_are_refused_with_what_is_wrong(
    tmp_path: Path, run: RunState
) -> None:
    sound = tensors_of(run)
    rows, values = sound["interventions"], sound["values"]
    assert len(rows) == 5
    path = tmp_path / "run"

    def row(at: int, *numbers: int) -> dict[str, Any]:
        changed = rows.copy()
        changed[at] = numbers
        return {"interventions": changed}

    def value(at: int, number: float) -> dict[str, Any]:
        changed = values.copy()
        changed[at] = number
        return {"values": changed}

    cases: list[tuple[dict[str, Any], str]] = [
        (value(0, math.nan), "the learning rate from epoch 1 on is nan"),
        (value(0, math.inf), "the learning rate from epoch 1 on is inf"),
        (value(0, 0.0), "the learning rate from epoch 1 on is 0.0"),
        (value(2, -1.0), "the clipping from epoch 2 on is -1.0"),
        (value(2, math.inf), "the clipping from epoch 2 on is inf"),
        (row(0, 0, 3, 0, -1, -1, -1), "epoch 2 comes after one at epoch 3"),
        (row(0, 0, -1, 0, -1, -1, -1), "which cannot be"),
        (row(0, 0, 1, 99, -1, -1, -1), "which cannot be"),
        (row(0, 0, 1, 0, 2, -1, -1), "is senseless"),
        (row(0, 9, 1, 0, -1, -1, -1), "of no known kind"),
        (row(3, 2, 2, 0, 5, 1, 1), "of no tensor"),
        (row(3, 2, 2, 0, 1, 3, 0), "are outside U"),
        (row(3, 2, 2, 0, 1, -1, 2), "are outside U"),
        (row(4, 2, 2, 1, 3, 1, 1), "are outside b_h"),
        ({"interventions": rows[:, :5]}, "right shape"),
        ({"interventions": rows.astype("f8")}, "right shape"),
        ({"values": values[1:]}, "right shape"),
        ({"values": values.astype("f4")}, "right shape"),
        ({"vectors": sound["vectors"].reshape(-1)}, "its vectors have the shape"),
        ({"vectors": sound["vectors"][:, 1:]}, "its vectors have the shape"),
        ({"vectors": sound["vectors"].astype("f4")}, "are float32, not float64"),
        ({"vectors": sound["vectors"][1:]}, "fewer vectors"),
        ({"description": sound["description"].astype("i8")}, "its description is not text"),
        ({"more": np.zeros(1)}, "not the tensors of a run"),
    ]
    for changed, words in cases:
        path.write_bytes(encode(sound | changed, {"format": "rnn-tui run 1"}))
        assert words in refusal(path)


def test_want_of_memory_is_said_in_one_line(
    tmp_path: Path, run: RunState, monkeypatch: pytest.MonkeyPatch
) -> None:
    def hungry(*_: Any, **__: Any) -> None:
        raise MemoryError

    path = tmp_path / "run"
    write_checkpoint(path, run)
    assert read(path).metadata == {"format": "rnn-tui run 1"}
    monkeypatch.setattr(checkpoint, "unpack", hungry)
    assert "more memory than there is" in refusal(path)
