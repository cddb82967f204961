"""A file of tensors that is not what was written is refused in one line."""

import io
import json
import os
import pickle
import random
import re
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rnn_tui.storage.disk.errors import DamagedFile, StoreError, UnreadableFile
from rnn_tui.storage.disk.tensors import MAX_HEADER, encode, read
from tests.amounts import few
from tests.storage.disk.example import METADATA, example


def container(header: Any, body: bytes = b"") -> bytes:
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return len(text).to_bytes(8, "little") + text + body


def tensor(dtype: Any, shape: Any, begin: Any, end: Any) -> dict[str, Any]:
    return {"dtype": dtype, "shape": shape, "data_offsets": [begin, end]}


def refusal(path: Path, **options: Any) -> str:
    """The message of the error that reading must raise: one line that names the file."""
    with pytest.raises(StoreError) as caught:
        read(path, **options)
    message = str(caught.value)
    assert message.isprintable()
    assert path.name in message
    assert ": " in message
    assert "; " in message, "what to do is missing"
    assert len(message) < 400 + len(str(path))
    return message


def test_every_single_flipped_bit_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "run.safetensors"
    data = encode({"w": np.arange(6.0).reshape(2, 3).T, "e": np.array(7)}, METADATA)
    for bit in range(len(data) * 8):
        damaged = bytearray(data)
        damaged[bit // 8] ^= 1 << bit % 8
        path.write_bytes(damaged)
        with pytest.raises(DamagedFile):
            read(path)


def test_every_truncation_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "run.safetensors"
    data = encode(example(), METADATA)
    for length in range(len(data)):
        path.write_bytes(data[:length])
        with pytest.raises(DamagedFile):
            read(path)


def damaged(data: bytes, other: bytes, chance: random.Random) -> bytes:
    """`data` after one random accident."""
    a, b = sorted(chance.choices(range(len(data) + 1), k=2))
    c = chance.randrange(len(other))
    match chance.randrange(7):
        case 0:  # bits flipped
            result = bytearray(data)
            for _ in range(chance.choice([1, 2, 3, 50])):
                result[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
            return bytes(result)
        case 1:  # cut off
            return data[:a]
        case 2:  # a piece lost
            return data[:a] + data[b:]
        case 3:  # a piece twice
            return data[:b] + data[a:]
        case 4:  # a piece of another file
            return data[:a] + other[c : c + b - a] + data[b:]
        case 5:  # a block never written
            return data[:a] + bytes(b - a) + data[b:]
        case _:  # something behind
            return data + other[c:]


@pytest.mark.parametrize("seed", range(6))
def test_no_random_damage_gets_through(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    path = tmp_path / "run.safetensors"
    data = encode(example(), METADATA)
    changed = {name: array + 1 for name, array in example().items()}
    other = encode(changed, {**METADATA, "epoch": "138"})
    count = 0
    while count < 500:
        content = damaged(data, other, chance)
        if content in (data, other):
            continue
        path.write_bytes(content)
        refusal(path)
        count += 1


def saved(save: Callable[[io.BytesIO], object]) -> bytes:
    file = io.BytesIO()
    save(file)
    return file.getvalue()


def as_savez(file: io.BytesIO) -> None:
    np.savez(file, a=np.zeros(3))


FOREIGN: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "it is empty"),
    "two bytes": (b"\x05\x00", "cut off"),
    "zeros": (bytes(4096), "its header is not valid"),
    "text": (b"Recurrent Neural Net\n", "it is text"),
    "json": (b'{"epoch": 3}', "it is text"),
    "pickle": (pickle.dumps({"w": [1.0] * 50}), "a pickle, which is never opened"),
    "old pickle": (pickle.dumps({"w": [1.0] * 50}, protocol=2), "a pickle"),
    "npz": (saved(as_savez), "a zip"),
    "npy": (saved(lambda file: np.save(file, np.zeros(3))), "a NumPy file"),
    "header of 2^63 bytes": ((1 << 63).to_bytes(8, "little") + b"{}" * 50, "cut off"),
    "header of 2^64 - 1 bytes": (b"\xff" * 8 + b"{}" * 50, "cut off"),
    "header beyond the end": (container({"a": "x" * 90})[:60], "cut off"),
    "no header": (container(b""), "its header is not valid"),
    "header that is a list": (container([1]), "its header is not valid"),
    "header that is not JSON": (container(b"{nothing}"), "not valid"),
    "header that is not UTF-8": (container(b'{"\xff": 1}'), "not valid"),
    "half a character": (container(b'{"__metadata__": {"a": "\\ud800"}}'), "not valid"),
    "deep header": (container(b'{"a":' + b"[" * 40_000), "not valid"),
    "long number": (container(b'{"a":' + b"1" * 100_000 + b"}"), "not valid"),
    "text behind the header": (container(b"{} {}"), "not valid"),
    "many brackets": (container(b'{"a":[' + b"{}," * 60_000 + b"0]}"), "its header is not valid"),
}


ONE = tensor("F64", [2], 0, 16)


LAYOUTS = {
    "duplicate tensor": container(
        b'{"a":%b,"a":%b}' % ((json.dumps(ONE).encode(),) * 2), bytes(16)
    ),
    "duplicate inside": container(
        b'{"a":{"dtype":"U8","dtype":"F64","shape":[2],"data_offsets":[0,16]}}'
    ),
    "trailing bytes": container({"a": ONE}, bytes(17)),
    "missing bytes": container({"a": ONE}, bytes(15)),
    "no tensors but bytes": container({}, bytes(3)),
    "hole before": container({"a": tensor("F64", [2], 8, 24)}, bytes(24)),
    "hole between": container({"a": ONE, "b": tensor("U8", [1], 17, 18)}, bytes(18)),
    "overlap": container({"a": ONE, "b": tensor("F64", [2], 8, 24)}, bytes(24)),
    "the same twice": container({"a": ONE, "b": ONE}, bytes(16)),
    "backwards": container({"a": tensor("F64", [2], 16, 0)}, bytes(16)),
    "shape too large": container({"a": tensor("F64", [3], 0, 16)}, bytes(16)),
    "shape beyond 2^64": container({"a": tensor("U8", [1 << 33] * 2, 0, 4)}, bytes(4)),
    "empty and huge": container({"a": tensor("U8", [0, 1 << 62, 9], 0, 0)}),
    "65 axes": container({"a": tensor("U8", [1] * 65, 0, 1)}, b"1"),
    "negative": container({"a": tensor("U8", [-1, -1], 0, 1)}, b"1"),
    "fraction": container({"a": tensor("U8", [1.0], 0, 1)}, b"1"),
    "true": container({"a": tensor("U8", [True], 0, 1)}, b"1"),
    "NaN": container({"a": tensor("U8", [float("nan")], 0, 1)}, b"1"),
    "shape as text": container({"a": tensor("U8", "1", 0, 1)}, b"1"),
    "one offset": container({"a": {"dtype": "U8", "shape": [1], "data_offsets": [1]}}, b"1"),
    "unknown dtype": container({"a": tensor("BF16", [1], 0, 2)}, b"12"),
    "dtype as list": container({"a": tensor(["F64"], [1], 0, 8)}, bytes(8)),
    "no shape": container({"a": {"dtype": "U8"}}, b"1"),
    "one key more": container({"a": {**ONE, "scale": 3}}, bytes(16)),
    "tensor as text": container({"a": "F64"}),
    "metadata as text": container({"__metadata__": "x"}),
    "metadata as number": container({"__metadata__": {"epoch": 3}}),
    "metadata as null": container({"__metadata__": None}),
    "escape codes": container({"\x1b[2J\n" * 99: "F64"}),
}


@pytest.mark.parametrize("name", [*FOREIGN, *LAYOUTS])
def test_each_broken_or_foreign_file_is_named_for_what_it_is(
    tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_: Any, **__: Any) -> None:
        raise AssertionError("unpickled")

    content, words = FOREIGN[name] if name in FOREIGN else (LAYOUTS[name], "")
    path = tmp_path / "run.safetensors"
    path.write_bytes(content)
    for module, attribute in ((pickle, "load"), (pickle, "loads"), (pickle, "Unpickler")):
        monkeypatch.setattr(module, attribute, never)
    message = refusal(path)
    assert words in message
    assert message.startswith("cannot use ")
    if name in LAYOUTS:
        assert re.search("its header is not valid|it has no digest", message)
    if name.startswith("duplicate"):
        assert "a name occurs twice" in message


def test_digests_that_were_exchanged_or_removed_are_noticed(tmp_path: Path) -> None:
    path = tmp_path / "run.safetensors"
    data = encode(example(), METADATA)
    ours, of_header = (
        json.loads(data[8 : 8 + int.from_bytes(data[:8], "little")])["__metadata__"][key]
        for key in ("sha256", "metadata_sha256")
    )
    changes = {
        (b'"sha256"', b'"sha265"'): "no digest",
        (b'"metadata_sha256"', b'"metadata_sha265"'): "no digest",
        (of_header.encode(), of_header.upper().encode()): "header does not match",
        (of_header.encode(), b"0" * 64): "header does not match",
        (of_header.encode(), "é".encode() * 32): "no digest",
        (ours.encode(), b"0" * 64): "header does not match",
        (b'"137"', b'"138"'): "header does not match",
        (np.array(137).tobytes(), np.array(138).tobytes()): "tensors do not match",
    }
    for (before, after), words in changes.items():
        assert data.count(before) == 1
        path.write_bytes(data.replace(before, after))
        assert words in refusal(path)


def test_what_is_not_there_or_not_a_file_is_named_with_the_reason(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "file").write_bytes(b"")
    cases = {
        "gone": "No such file or directory",
        "folder": "it is a folder",
        "pipe": "it is a device or a pipe",
        "loop": "Too many levels of symbolic links",
        "file/run": "Not a directory",
        "x" * 300: "File name too long",
    }
    for name, words in cases.items():
        assert words in refusal(tmp_path / name)
        with pytest.raises(UnreadableFile):
            read(tmp_path / name)
    for path in (os.devnull, f"{tmp_path}/nul\0", f"{tmp_path}/line\nbreak"):
        with pytest.raises(UnreadableFile) as caught:
            read(path)
        assert str(caught.value).isprintable()


def test_a_file_that_may_not_be_read_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "run.safetensors"
    path.write_bytes(encode(example(), {}))

    def forbidden(*_: Any, **__: Any) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(os, "open", forbidden)
    with pytest.raises(UnreadableFile, match=r"run\.safetensors: Permission denied; name a"):
        read(path)


def test_a_file_that_shrinks_while_it_is_read_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "run.safetensors"
    path.write_bytes(encode({"a": np.zeros(100_000)}, {}))
    real = os.fstat

    def shrink(descriptor: int) -> os.stat_result:
        status = real(descriptor)
        os.truncate(path, 100_000)
        return status

    monkeypatch.setattr(os, "fstat", shrink)
    assert "not valid" in refusal(path)


def test_a_large_file_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "run.safetensors"
    path.write_bytes(encode(example(), {}))
    size = path.stat().st_size
    assert read(path, max_bytes=size).tensors
    assert f"{size} bytes, more than {size - 1}" in refusal(path, max_bytes=size - 1)
    os.truncate(path, 1 << 40)
    assert "more than" in refusal(path)


def full_of(unit: bytes) -> Callable[[], bytes]:
    """A header of the largest size."""
    return lambda: container(b'{"a":[' + unit * ((MAX_HEADER - 20) // len(unit)) + b"0]}")


def full_of_names() -> bytes:
    names = b",".join(b'"%05x":""' % n for n in range(90_000))
    return container(b'{"__metadata__":{%b}}' % names)


HUNGRY: dict[str, Callable[[], bytes]] = {
    "60 MB": lambda: (60_000_000).to_bytes(8, "little") + b'{"a":"' + b"x" * 60_000_000,
    "2^63 bytes": lambda: (1 << 63).to_bytes(8, "little") + b"{}" * 1000,
    "huge tensor": lambda: container({"a": tensor("U8", [1 << 60], 0, 1 << 60)}, b"1"),
    "nested": full_of(b'{"":{"":0}},'),
    "text": full_of(b'"ab",'),
    "numbers": full_of(b"257,"),
    "lists": full_of(b"[0],"),
    "objects": full_of(b'{"":0},'),
    "deep": full_of(b'{"":' * 900 + b"0" + b"}" * 900 + b","),
    "names": full_of_names,
}
"""Headers whose parsing takes the most memory, made when they are asked for."""


@pytest.mark.parametrize("name", few(HUNGRY, 4))
def test_no_header_takes_more_than_60_megabytes(tmp_path: Path, name: str) -> None:
    path = tmp_path / "run.safetensors"
    path.write_bytes(HUNGRY[name]())
    tracemalloc.start()
    try:
        refusal(path)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 60e6
