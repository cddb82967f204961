"""A damaged checkpoint, or a file that is none, is refused in one line and costs no memory."""

import pickle
import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rnn_tui.storage.checkpoint.checkpoint import NewerFormat, encode_run, read_checkpoint
from rnn_tui.storage.disk.tensors import encode, read
from rnn_tui.timeline.run_state import RunState

Refusal = Callable[..., str]


@pytest.mark.parametrize("seed", range(4))
def test_no_damage_gets_through(
    path: Path, run: RunState, seed: int, effort: int, refusal: Refusal
) -> None:
    chance = random.Random(seed * 100 + effort)
    data = path.read_bytes()
    other = encode_run(replace(run, shown_epoch=2))
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


def test_it_is_refused_wherever_it_is_cut_off(path: Path, refusal: Refusal) -> None:
    data = path.read_bytes()
    for length in [*range(0, len(data), 37), len(data) - 1]:
        path.write_bytes(data[:length])
        refusal(path)


def test_any_flipped_bit_of_a_small_checkpoint_is_noticed(
    path: Path, effort: int, refusal: Refusal
) -> None:
    data = path.read_bytes()
    for bit in range(0, 8 * len(data), 8 * len(data) // (100 * effort)):
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
        "no tensors": (encode({}, {"format": "rnn-tui run 2"}), "KeyError: 'description'"),
    }


@pytest.mark.parametrize("name", foreign())
def test_other_files_are_named_for_what_they_are_and_cost_no_memory(
    tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch, refusal: Refusal
) -> None:
    def never(*_: Any, **__: Any) -> None:
        raise AssertionError("unpickled")

    for attribute in ("load", "loads", "Unpickler"):
        monkeypatch.setattr(pickle, attribute, never)
    content, words = foreign()[name]
    path = tmp_path / "run"
    path.write_bytes(content)
    assert words in refusal(path)


def test_a_folder_and_a_missing_file_are_named(tmp_path: Path, refusal: Refusal) -> None:
    (tmp_path / "run").mkdir()
    assert "it is a folder" in refusal(tmp_path / "run")
    assert "No such file" in refusal(tmp_path / "gone")


def test_a_newer_format_asks_for_an_update(path: Path) -> None:
    path.write_bytes(encode({"anything": np.zeros(1)}, {"format": "rnn-tui run 3"}))
    with pytest.raises(NewerFormat) as caught:
        read_checkpoint(path)
    assert str(caught.value).endswith("was written by a newer rnn-tui (format 3); update")


@pytest.mark.parametrize("version", ["0", "01", "-1", "1.0", "٣", "1 ", "9" * 5000, ""])
def test_a_format_that_there_cannot_be_is_no_run(
    path: Path, version: str, refusal: Refusal
) -> None:
    path.write_bytes(encode(read(path).tensors, {"format": f"rnn-tui run {version}"}))
    assert "it holds no run" in refusal(path)
