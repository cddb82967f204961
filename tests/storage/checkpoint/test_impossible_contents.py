"""A checkpoint with right digests whose content is impossible is refused with what is wrong."""

import contextlib
import json
import math
import random
import tracemalloc
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rnn_tui.storage.checkpoint import checkpoint
from rnn_tui.storage.checkpoint.checkpoint import encode_run, read_checkpoint
from rnn_tui.storage.checkpoint.vectors import pack, unpack
from rnn_tui.storage.disk.errors import StoreError
from rnn_tui.storage.disk.tensors import encode, read
from rnn_tui.timeline.run_state import RunState

Same = Callable[[RunState, RunState], bool]
Change = Callable[[dict[str, Any]], None]
Refusal = Callable[..., str]


def change_tensors(path: Path, **tensors: Any) -> None:
    """Another file, with right digests."""
    stored = read(path)
    path.write_bytes(encode({**stored.tensors, **tensors}, stored.metadata))


def change_text(path: Path, text: bytes) -> None:
    change_tensors(path, description=np.frombuffer(text, np.uint8))


def change_description(path: Path, change: Change) -> None:
    values = json.loads(read(path).tensors["description"].tobytes())
    change(values)
    change_text(path, json.dumps(values).encode())


def put(*path: Any) -> Change:
    """Sets the value at a path, the last argument."""
    *before, last, value = path

    def change(values: Any) -> None:
        for key in before:
            values = values[key]
        values[last] = value

    return change


def changed(number: int, *row: Any) -> Change:
    """Puts another row in the place of an intervention of the first or the second branch."""
    return put("branches", number, "changes", 0, [*row])


ROOT, FORK = ("branches", 0), ("branches", 1)
NEWER_SETTING = "a newer rnn-tui may know the setting 'momentum'"
IMPOSSIBLE: dict[str, tuple[Change, str]] = {
    "no branches": (put("branches", []), "belong to no state"),
    "branches as text": (put("branches", "x"), "TypeError"),
    "a branch as number": (put(*FORK, 3), "TypeError"),
    "a value missing": (lambda values: values.pop("current"), "KeyError: 'current'"),
    "missing parent": (put(*FORK, "parent", 7), "the parent of branch 1 is 7"),
    "parent of itself": (put(*FORK, "parent", 1), "the parent of branch 1 is 1"),
    "second root": (put(*FORK, "parent", None), "the parent of branch 1 is None"),
    "root that begins late": (put(*ROOT, "fork", [1, 0]), "the fork of branch 0 is 1"),
    "negative parent": (put(*FORK, "parent", -1), "not a whole number"),
    "true": (put(*FORK, "parent", True), "not a whole number"),
    "fork beyond its parent": (put(*FORK, "fork", [5, 0]), "the fork of branch 1 is 5"),
    "fork beyond its epoch": (put(*FORK, "fork", [1, 99]), "fork is 99"),
    "fork of three": (put(*FORK, "fork", [1, 0, 0]), "ValueError"),
    "ends before it begins": (put(*FORK, "newest", "epoch", 1), "branch 1 ends before it begins"),
    "ends before its base": (put(*FORK, "base", "epoch", 9), "branch 1 ends before it begins"),
    "more shared than there is": (put(*FORK, "shared", 3), "shared changes is 3"),
    "a base too few": (put(*FORK, "base", None), "belong to no state"),
    "a vector too many": (put(*FORK, "partial", {"update": 1, "terms": [0.0, 0]}), "fewer vectors"),
    "progress beyond the epoch": (put(*ROOT, "partial", "update", 6), "is 6"),
    "sums as text": (put(*ROOT, "partial", "terms", ["x", 0]), "ValueError"),
    "a sum too few": (put(*ROOT, "partial", "terms", [1.0]), "ValueError"),
    "a loss that is none": (put(*ROOT, "newest", "training_loss", None), "TypeError"),
    "a loss beyond floats": (put(*ROOT, "newest", "training_loss", 10**400), "OverflowError"),
    "an epoch that is no number": (put(*ROOT, "newest", "epoch", 1.0), "not a whole number"),
    "an epoch beyond reason": (put(*ROOT, "newest", "epoch", 10**400), "a huge number"),
    "a setting that waits beyond": (put(*ROOT, "edits", {"5": {"lr": 0.1}}), "waits is 5"),
    "a setting that waits nowhere": (put(*ROOT, "edits", {"x": {"lr": 0.1}}), "ValueError"),
    "a rate that waits as text": (put(*ROOT, "edits", {"1": {"lr": "x"}}), "setting lr is 'x'"),
    "a setting of a newer version": (put(*ROOT, "edits", {"1": {"momentum": 1}}), NEWER_SETTING),
    "settings that wait as text": (put(*ROOT, "edits", "x"), "AttributeError"),
    "branch shown": (put("current", 2), "the branch shown is 2"),
    "epoch shown": (put("shown_epoch", 4), "the epoch shown is 4"),
    "an engine that is none": (put("engine", "x"), "its engine is 'x'"),
    "a time that is none": (put("seconds", "x"), "its training time is 'x'"),
    "a time before the beginning": (put("seconds", -1), "its training time is -1"),
    "a change of a newer version": (changed(0, 1, 0, "momentum", 0.9), NEWER_SETTING),
    "a change as text": (put(*ROOT, "changes", ["lr"]), "ValueError"),
    "a change of nothing": (changed(0, 1, 0, ["lr"], 0.1), "TypeError"),
    "a rate that is NaN": (changed(0, 1, 0, "lr", math.nan), "the setting lr is nan: must be"),
    "a rate of 0": (changed(0, 1, 0, "lr", 0.0), "the setting lr is 0.0: must be"),
    "a rate beyond floats": (changed(0, 1, 0, "lr", 10**400), "the setting lr is a huge number"),
    "a negative clip": (changed(1, 2, 0, "clip", -1.0), "the setting clip is -1.0: must be"),
    "an infinite clip": (changed(1, 2, 0, "clip", math.inf), "the setting clip is inf: must be"),
    "a tensor that is none": (changed(1, 2, 0, "zero", "Q"), "there is no Q"),
    "a weight that is none": (changed(1, 2, 0, "zero", "U[3, 0]"), "U has rows 0 to 2"),
    "held weights that are none": (changed(1, 2, 0, "hold", "b_h[1, 1]"), "b_h has numbers"),
    "a change before the one before": (changed(0, 4, 0, "lr", 0.1), "not in order"),
    "a change before the beginning": (changed(0, -1, 0, "lr", 0.1), "of a change is -1"),
    "a change beyond its epoch": (changed(0, 1, 99, "lr", 0.1), "is 99"),
    "config as list": (put("config", []), "its configuration is invalid"),
    "unknown task": (put("config", "task", "\x1b[2J" * 100), "is invalid (--task"),
    "task as list": (put("config", "task", ["successor"]), "is invalid (--task"),
    "rate": (put("config", "lr", math.nan), "its configuration is invalid (--lr nan"),
    "huge network": (put("config", "hidden", 10**9), "GiB of memory"),
    "huge beyond floats": (put("config", "hidden", 10**4000), "GiB of memory"),
    "huge seed": (put("config", "seed", -(10**4000)), "is invalid (--seed"),
    "other hidden": (put("config", "hidden", 4), "its vectors have the shape"),
    "other dtype": (put("config", "dtype", "float32"), "its vectors are float64, not float32"),
    "an option of a newer version": (
        put("config", "dropout", 0.9),
        "there is no option 'dropout': a newer rnn-tui may know it",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", IMPOSSIBLE)
def test_an_impossible_description_is_refused_with_what_is_wrong(
    path: Path, name: str, refusal: Refusal
) -> None:
    change, words = IMPOSSIBLE[name]
    change_description(path, change)
    assert words in refusal(path)


def test_whatever_a_description_says_is_a_run_or_a_refusal(
    path: Path, make_hostile: Callable[[Any, random.Random], None], effort: int
) -> None:
    chance, whole = random.Random(effort), path.read_bytes()
    for _ in range(100 * effort):
        path.write_bytes(whole)
        change_description(path, lambda values: make_hostile(values, chance))
        with contextlib.suppress(StoreError):
            assert isinstance(read_checkpoint(path), RunState)


def test_an_epoch_beyond_all_training_costs_no_memory(path: Path) -> None:
    change_description(path, put(*ROOT, "newest", "epoch", 10**10))
    tracemalloc.start()
    try:
        assert read_checkpoint(path).branches[0].newest.epoch == 10**10
        assert tracemalloc.get_traced_memory()[1] < 1e6
    finally:
        tracemalloc.stop()


def test_changes_shared_by_thousands_of_branches_cost_no_memory(
    path: Path, refusal: Refusal
) -> None:
    def change(values: dict[str, Any]) -> None:
        root, fork = values["branches"]
        root["changes"] = [[0, 0, "clip", None]] * 40_000
        fork |= {"shared": 40_000, "changes": [], "base": None, "fork": [0, 0]}
        values["branches"] += [fork] * 5_000

    change_description(path, change)
    change_tensors(path, vectors=np.repeat(read(path).tensors["vectors"], 3_000, axis=0))
    assert "too many changes" in refusal(path)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b"[" * 40_000, "not valid JSON"),
        (b'{"a":' * 40_000, "not valid JSON"),
        (b"[{}" + b",{}" * 100_000 + b"]", "too long"),
        (b'["ab"' + b',"ab"' * 390_000 + b"]", "TypeError"),
        (b"1" * 5000, "not valid JSON"),
        (b"\xff", "not valid JSON"),
        (b"", "not valid JSON"),
        (b"null", "TypeError"),
        (b" " * 4_000_001, "too long"),
    ],
    ids=lambda value: repr(value[:9]),
)
def test_a_description_may_hold_anything_without_harm(
    path: Path, text: bytes, words: str, refusal: Refusal
) -> None:
    change_text(path, text)
    assert words in refusal(path)


TENSORS: dict[str, tuple[Callable[[Any], Any], str]] = {
    "one dimension": (lambda vectors: vectors.reshape(-1), "its vectors have the shape"),
    "too narrow": (lambda vectors: vectors[:, 1:], "its vectors have the shape"),
    "another type": (lambda vectors: vectors.astype("f4"), "are float32, not float64"),
    "one too few": (lambda vectors: vectors[1:], "fewer vectors"),
    "one too many": (lambda vectors: np.vstack([vectors, vectors[:1]]), "belong to no state"),
}


@pytest.mark.parametrize("name", TENSORS)
def test_vectors_that_are_not_those_of_the_run_are_refused(
    path: Path, name: str, refusal: Refusal
) -> None:
    change, words = TENSORS[name]
    change_tensors(path, vectors=change(read(path).tensors["vectors"]))
    assert words in refusal(path)


def test_a_description_that_is_no_text_is_refused(path: Path, refusal: Refusal) -> None:
    change_tensors(path, description=read(path).tensors["description"].astype("i8"))
    assert "its description is not text" in refusal(path)


def test_numbers_that_are_not_finite_are_let_in_only_when_asked(
    path: Path, run: RunState, same: Same, refusal: Refusal
) -> None:
    state = run.branches[0].newest
    (bad,) = unpack(run.config, pack(run.config, [state.parameters]))
    bad[0], bad[1] = np.nan, np.inf
    branch = replace(run.branches[0], newest=replace(state, parameters=bad))
    broken = replace(run, branches=(branch, run.branches[1]))
    path.write_bytes(encode_run(broken))
    message = refusal(path)
    assert "2 of its numbers are NaN or infinite (--allow-nonfinite" in message
    assert same(read_checkpoint(path, allow_nonfinite=True), broken)


def test_want_of_memory_is_said_in_one_line(
    path: Path, monkeypatch: pytest.MonkeyPatch, refusal: Refusal
) -> None:
    def hungry(*_: Any, **__: Any) -> None:
        raise MemoryError

    assert read(path).metadata == {"format": "rnn-tui run 2"}
    monkeypatch.setattr(checkpoint, "unpack", hungry)
    assert "more memory than there is" in refusal(path)
