"""Stored tensors: what is read is what was written, and anything else is refused in one line."""

import io
import json
import os
import pickle
import random
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import safetensors.numpy
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from rnn_tui.storage.disk.durable import StoreError
from rnn_tui.storage.disk.tensors import (
    MAX_HEADER,
    DamagedFile,
    Stored,
    UnreadableFile,
    WrongTensors,
    digest,
    encode,
    expect,
    read,
)

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=8).filter(
    lambda text: text not in ("__metadata__", "sha256", "metadata_sha256")
)
METADATA = {"config": '{"hidden": 10, "näme": "\\u001f"}', "epoch": "137", "": "\x1f\n"}


def example() -> dict[str, Any]:
    draw = np.random.default_rng(0)
    return {
        "rnn.weight_hh_l0": draw.normal(size=(4, 4)).T,
        "head.bias": draw.normal(size=3).astype(np.float32),
        "journal": np.arange(11, dtype=np.uint8),
        "epoch": np.array(137, dtype=np.int64),
        "nothing": np.empty((0, 3)),
    }


def assert_equal(found: dict[str, Any], wanted: dict[str, Any]) -> None:
    assert found.keys() == wanted.keys()
    for name, array in wanted.items():
        assert found[name].shape == array.shape
        assert found[name].dtype == array.dtype.newbyteorder("=")
        assert found[name].tobytes() == array.astype(found[name].dtype).tobytes()


def through_file(folder: Path, tensors: dict[str, Any], metadata: dict[str, str]) -> Stored:
    path = folder / "run.safetensors"
    path.write_bytes(encode(tensors, metadata))
    return read(path)


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


def test_tensors_and_metadata_come_back_as_they_were(tmp_path: Path) -> None:
    stored = through_file(tmp_path, example(), METADATA)
    assert_equal(stored.tensors, example())
    assert stored.metadata == METADATA
    assert stored.source.endswith("run.safetensors")
    for array in stored.tensors.values():
        assert array.flags.writeable
        assert array.flags.c_contiguous
        assert array.flags.aligned


def test_nothing_at_all_comes_back_as_nothing(tmp_path: Path) -> None:
    stored = through_file(tmp_path, {}, {})
    assert (stored.tensors, stored.metadata) == ({}, {})


@pytest.mark.parametrize("dtype", [">f8", "<f8", ">f4", "<f4", ">i8", "<i8", "u1"])
@pytest.mark.parametrize(
    "view",
    [
        lambda a: a.T,
        lambda a: a[::2, ::-3],
        lambda a: a[1:1],
        lambda a: a[2, 3, ...],
        lambda a: a[:, 1],
        lambda a: np.broadcast_to(a[:1], a.shape),
        np.asfortranarray,
        lambda a: a.view(np.ndarray),
        lambda a: np.ma.masked_array(a),
    ],
)
def test_views_of_every_kind_keep_their_values(
    tmp_path: Path, dtype: str, view: Callable[[Any], Any]
) -> None:
    array = view(np.arange(48).reshape(6, 8).astype(dtype))
    assert_equal(through_file(tmp_path, {"a": array}, {}).tensors, {"a": np.asarray(array)})


@settings(max_examples=150, deadline=None)
@given(
    tensors=st.dictionaries(
        TEXT,
        hnp.arrays(
            st.sampled_from(["<f8", ">f8", "<f4", ">f4", "<i8", ">i8", "u1"]),
            hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=5),
        ),
        max_size=4,
    ),
    metadata=st.dictionaries(TEXT, TEXT, max_size=4),
    transpose=st.booleans(),
)
def test_any_tensors_and_any_text_come_back(
    tmp_path_factory: pytest.TempPathFactory,
    tensors: dict[str, Any],
    metadata: dict[str, str],
    transpose: bool,
) -> None:
    tensors = {name: array.T if transpose else array for name, array in tensors.items()}
    path = tmp_path_factory.getbasetemp() / "any.safetensors"
    path.write_bytes(encode(tensors, metadata))
    assert_equal(read(path).tensors, tensors)
    assert read(path).metadata == metadata
    assert_equal(safetensors.numpy.load_file(path), tensors)


def test_the_official_library_reads_our_files(tmp_path: Path) -> None:
    path = tmp_path / "run.safetensors"
    path.write_bytes(encode(example(), METADATA))
    assert_equal(safetensors.numpy.load_file(path), example())
    with safetensors.safe_open(path, framework="np") as file:
        metadata = file.metadata()
    assert metadata.pop("sha256") == digest(example())
    assert len(metadata.pop("metadata_sha256")) == 64
    assert metadata == METADATA


def test_files_of_others_are_let_in_only_on_request(tmp_path: Path) -> None:
    path = tmp_path / "other.safetensors"
    arrays = {name: np.array(array, order="C") for name, array in example().items()}
    for metadata in (None, {"format": "pt"}):
        safetensors.numpy.save_file(arrays, path, metadata=metadata)
        assert "it has no digest" in refusal(path)
        stored = read(path, require_digest=False)
        assert_equal(stored.tensors, example())
        assert stored.metadata == (metadata or {})


def test_equal_content_gives_equal_bytes_in_any_order() -> None:
    backwards = dict(reversed(example().items()))
    metadata = dict(reversed(METADATA.items()))
    assert encode(example(), METADATA) == encode(backwards, metadata)


def test_every_tensor_lies_at_a_multiple_of_its_item_size() -> None:
    data = encode({"a": np.zeros(3, dtype="u1"), "b": np.zeros(3, dtype="f4"), "c": np.ones(2)}, {})
    start = 8 + int.from_bytes(data[:8], "little")
    header = json.loads(data[8:start])
    assert start % 8 == 0
    assert [header[name]["data_offsets"] for name in "cba"] == [[0, 16], [16, 28], [28, 31]]


def test_the_digest_depends_on_names_dtypes_shapes_and_values() -> None:
    zeros = np.zeros((2, 3))
    others: list[dict[str, Any]] = [
        {"b": zeros},
        {"a": zeros.T},
        {"a": zeros.astype(np.int64)},
        {"a": -zeros},
        {"a": zeros, "b": np.empty(0)},
    ]
    digests = {digest(tensors) for tensors in [{"a": zeros}, *others]}
    assert len(digests) == 6
    assert digest({"a": zeros.astype(">f8")}) == digest({"a": np.zeros((3, 2)).T})


def test_nan_and_infinity_keep_their_bits(tmp_path: Path) -> None:
    bits = np.array([0x7FF8000000000001, 0x7FF0000000000000, 0x8000000000000000], dtype=np.uint64)
    stored = through_file(tmp_path, {"a": bits.view(np.float64)}, {})
    assert stored.tensors["a"].tobytes() == bits.tobytes()


def test_what_could_not_be_read_again_is_not_written() -> None:
    lists: list[tuple[Any, Any, str]] = [
        ({"a": np.zeros(3, dtype=np.float16)}, {}, "'a' is float16"),
        ({"a": np.zeros(3, dtype=bool)}, {}, "'a' is bool"),
        ({"a": np.array(["x"])}, {}, "'a' is <U1"),
        ({"a": np.array([None])}, {}, "'a' is object"),
        ({"__metadata__": np.zeros(3)}, {}, "'__metadata__' is reserved"),
        ({}, {"sha256": "x"}, "'sha256' is reserved"),
        ({}, {"metadata_sha256": "x"}, "'metadata_sha256' is reserved"),
        ({}, {"epoch": 3}, "must be text"),
        ({}, {3: "epoch"}, "must be text"),
        ({3: np.zeros(3)}, {}, "must be text"),
        ({}, {"journal": "x" * MAX_HEADER}, "too much"),
        ({}, {"journal": "{" * 60_000}, "too much"),
        ({"\ud800": np.zeros(3)}, {}, "surrogates"),
        ({}, {"a": "\ud800"}, "surrogates"),
    ]
    for tensors, metadata, words in lists:
        with pytest.raises(ValueError, match=words):
            encode(tensors, metadata)
    assert encode({}, {"journal": "x" * (MAX_HEADER - 300)})


@pytest.mark.parametrize("require_digest", [True, False])
def test_every_single_flipped_bit_is_noticed(tmp_path: Path, require_digest: bool) -> None:
    path = tmp_path / "run.safetensors"
    data = encode({"w": np.arange(6.0).reshape(2, 3).T, "e": np.array(7)}, METADATA)
    for bit in range(len(data) * 8):
        damaged = bytearray(data)
        damaged[bit // 8] ^= 1 << bit % 8
        path.write_bytes(damaged)
        with pytest.raises(DamagedFile):
            read(path, require_digest=require_digest)


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
        refusal(path, require_digest=chance.random() < 0.5 or is_foreign(content))
        count += 1


def is_foreign(content: bytes) -> bool:
    """No trace of our digests is left, so that only `require_digest` can tell."""
    return b'"sha256"' not in content and b'"metadata_sha256"' not in content


def saved(save: Callable[[io.BytesIO], object]) -> bytes:
    file = io.BytesIO()
    save(file)
    return file.getvalue()


def as_savez(file: io.BytesIO) -> None:
    np.savez(file, a=np.zeros(3))


FOREIGN: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "it is empty"),
    "two bytes": (b"\x05\x00", "cut off"),
    "zeros": (bytes(4096), "no safetensors header"),
    "text": (b"Recurrent Neural Net\n", "it is text"),
    "json": (b'{"epoch": 3}', "it is text"),
    "pickle": (pickle.dumps({"w": [1.0] * 50}), "a pickle, which is never opened"),
    "old pickle": (pickle.dumps({"w": [1.0] * 50}, protocol=2), "a pickle"),
    "npz": (saved(as_savez), "a zip"),
    "npy": (saved(lambda file: np.save(file, np.zeros(3))), "a NumPy file"),
    "header of 2^63 bytes": ((1 << 63).to_bytes(8, "little") + b"{}" * 50, "cut off"),
    "header of 2^64 - 1 bytes": (b"\xff" * 8 + b"{}" * 50, "cut off"),
    "header beyond the end": (container({"a": "x" * 90})[:60], "cut off"),
    "no header": (container(b""), "no safetensors header"),
    "header that is a list": (container([1]), "no safetensors header"),
    "header that is not JSON": (container(b"{nothing}"), "not valid"),
    "header that is not UTF-8": (container(b'{"\xff": 1}'), "not valid"),
    "half a character": (container(b'{"__metadata__": {"a": "\\ud800"}}'), "not valid"),
    "deep header": (container(b'{"a":' + b"[" * 40_000), "not valid"),
    "long number": (container(b'{"a":' + b"1" * 100_000 + b"}"), "not valid"),
    "text behind the header": (container(b"{} {}"), "not valid"),
    "many brackets": (container(b'{"a":[' + b"{}," * 60_000 + b"0]}"), "no safetensors header"),
}
ONE = tensor("F64", [2], 0, 16)
LAYOUTS: dict[str, tuple[bytes, str]] = {
    "duplicate tensor": (
        container(b'{"a":%b,"a":%b}' % ((json.dumps(ONE).encode(),) * 2), bytes(16)),
        "a name occurs twice",
    ),
    "duplicate inside": (
        container(b'{"a":{"dtype":"U8","dtype":"F64","shape":[2],"data_offsets":[0,16]}}'),
        "a name occurs twice",
    ),
    "trailing bytes": (container({"a": ONE}, bytes(17)), "overlap, leave holes"),
    "missing bytes": (container({"a": ONE}, bytes(15)), "overlap, leave holes"),
    "no tensors but bytes": (container({}, bytes(3)), "overlap, leave holes"),
    "hole before": (container({"a": tensor("F64", [2], 8, 24)}, bytes(24)), "overlap"),
    "hole between": (container({"a": ONE, "b": tensor("U8", [1], 17, 18)}, bytes(18)), "overlap"),
    "overlap": (container({"a": ONE, "b": tensor("F64", [2], 8, 24)}, bytes(24)), "overlap"),
    "the same twice": (container({"a": ONE, "b": ONE}, bytes(16)), "overlap"),
    "backwards": (container({"a": tensor("F64", [2], 16, 0)}, bytes(16)), "shape"),
    "shape too large": (container({"a": tensor("F64", [3], 0, 16)}, bytes(16)), "shape"),
    "shape beyond 2^64": (container({"a": tensor("U8", [1 << 33] * 2, 0, 4)}, bytes(4)), "imposs"),
    "empty and huge": (container({"a": tensor("U8", [0, 1 << 62, 9], 0, 0)}), "impossible"),
    "65 axes": (container({"a": tensor("U8", [1] * 65, 0, 1)}, b"1"), "impossible"),
    "negative": (container({"a": tensor("U8", [-1, -1], 0, 1)}, b"1"), "impossible"),
    "fraction": (container({"a": tensor("U8", [1.0], 0, 1)}, b"1"), "impossible"),
    "true": (container({"a": tensor("U8", [True], 0, 1)}, b"1"), "impossible"),
    "NaN": (container({"a": tensor("U8", [float("nan")], 0, 1)}, b"1"), "impossible"),
    "shape as text": (container({"a": tensor("U8", "1", 0, 1)}, b"1"), "impossible"),
    "one offset": (
        container({"a": {"dtype": "U8", "shape": [1], "data_offsets": [1]}}, b"1"),
        "impossible",
    ),
    "unknown dtype": (container({"a": tensor("BF16", [1], 0, 2)}, b"12"), "dtype 'BF16'"),
    "dtype as list": (container({"a": tensor(["F64"], [1], 0, 8)}, bytes(8)), "dtype"),
    "no shape": (container({"a": {"dtype": "U8"}}, b"1"), "not described"),
    "one key more": (container({"a": {**ONE, "scale": 3}}, bytes(16)), "not described"),
    "tensor as text": (container({"a": "F64"}), "not described"),
    "metadata as text": (container({"__metadata__": "x"}), "metadata is not text"),
    "metadata as number": (container({"__metadata__": {"epoch": 3}}), "metadata is not text"),
    "metadata as null": (container({"__metadata__": None}), "metadata is not text"),
    "escape codes": (container({"\x1b[2J\n" * 99: "F64"}), "not described"),
}


@pytest.mark.parametrize("name", [*FOREIGN, *LAYOUTS])
def test_each_broken_or_foreign_file_is_named_for_what_it_is(
    tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_: Any, **__: Any) -> None:
        raise AssertionError("unpickled")

    content, words = (FOREIGN | LAYOUTS)[name]
    path = tmp_path / "run.safetensors"
    path.write_bytes(content)
    for module, attribute in ((pickle, "load"), (pickle, "loads"), (pickle, "Unpickler")):
        monkeypatch.setattr(module, attribute, never)
    for require_digest in (True, False):
        message = refusal(path, require_digest=require_digest)
        assert words in message
        assert message.startswith("cannot use ")


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
        for require_digest in (True, False):
            assert words in refusal(path, require_digest=require_digest)


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

    monkeypatch.setattr("builtins.open", forbidden)
    with pytest.raises(UnreadableFile, match=r"run\.safetensors: Permission denied; name a"):
        read(path)


def test_a_file_that_shrinks_while_it_is_read_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "run.safetensors"
    data = encode({"a": np.zeros(100_000)}, {})
    path.write_bytes(data)
    real = json.loads

    def shrink(*arguments: Any, **options: Any) -> Any:
        os.truncate(path, 100_000)
        return real(*arguments, **options)

    monkeypatch.setattr(json, "loads", shrink)
    assert "ends inside a tensor" in refusal(path)


def test_a_large_file_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "run.safetensors"
    path.write_bytes(encode(example(), {}))
    size = path.stat().st_size
    assert read(path, max_bytes=size).tensors
    assert f"{size} bytes, more than {size - 1}" in refusal(path, max_bytes=size - 1)
    os.truncate(path, 1 << 40)
    assert "more than" in refusal(path)


def hungry_headers() -> dict[str, bytes]:
    """Headers of the largest size whose parsing takes the most memory."""
    deep = b'{"":' * 900 + b"0" + b"}" * 900
    units = {
        "text": (b'"ab",', b'""'),
        "numbers": (b"257,", b"0"),
        "lists": (b"[0],", b"0"),
        "objects": (b'{"":0},', b"0"),
        "nested": (b'{"":{"":0}},', b"0"),
        "mixed": (b'{"":[]},', b"0"),
        "deep": (deep + b",", b"0"),
    }
    headers = {}
    for name, (unit, last) in units.items():
        most = 50_000 // (unit.count(b"{") + unit.count(b"[") or 1) - 10
        count = min(most, (MAX_HEADER - 20) // len(unit))
        filler = b'"ab",' * ((MAX_HEADER - 20 - count * len(unit)) // 5)
        headers[name] = container(b'{"a":[' + unit * count + filler + last + b"]}")
        headers[f"{name}, more"] = container(
            b'{"a":[' + unit * ((MAX_HEADER - 20) // len(unit)) + last + b"]}"
        )
    names = b",".join(b'"%05x":""' % n for n in range(90_000))
    headers["names"] = container(b'{"__metadata__":{%b}}' % names)
    claim = (60_000_000).to_bytes(8, "little")
    headers["60 MB"] = claim + b'{"a":"' + b"x" * 60_000_000
    headers["2^63 bytes"] = (1 << 63).to_bytes(8, "little") + b"{}" * 1000
    headers["huge tensor"] = container({"a": tensor("U8", [1 << 60], 0, 1 << 60)}, b"1")
    return headers


@pytest.mark.parametrize("name", hungry_headers())
def test_no_header_takes_more_than_50_megabytes(tmp_path: Path, name: str) -> None:
    path = tmp_path / "run.safetensors"
    path.write_bytes(hungry_headers()[name])
    tracemalloc.start()
    try:
        refusal(path)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 50e6


def test_reading_takes_its_content_and_little_more(tmp_path: Path) -> None:
    path = tmp_path / "run.safetensors"
    path.write_bytes(encode({"a": np.ones(2_000_000), "b": np.ones((1000, 1000)).T}, METADATA))
    tracemalloc.start()
    try:
        read(path)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < path.stat().st_size + 1e6


def test_what_is_expected_and_there_is_accepted() -> None:
    stored = Stored({"w": np.zeros((2, 3)), "b": np.zeros(3)}, {})
    expect(stored, {"w": (2, 3), "b": (3,)}, np.float64)
    expect(Stored({}, {}), {}, "float32")
    expect(Stored({"a": np.array([np.nan, np.inf])}, {}), {"a": (2,)}, "f8", allow_nonfinite=True)
    expect(Stored({"a": np.array(3)}, {}), {"a": ()}, np.int64)


def test_what_is_not_as_expected_is_named() -> None:
    shapes = {"b": (3,), "w": (2, 3)}
    b, w = np.zeros(3), np.zeros((2, 3))
    cases: list[tuple[dict[str, Any], str]] = [
        ({"b": b}, "'w': was expected, found none"),
        ({"b": b, "w": w, "x\n": b}, r"'x\\n': was not expected"),
        ({"b": b, "w": w.T}, r"'w': expected shape \(2, 3\), found \(3, 2\)"),
        ({"b": b, "w": np.zeros(6)}, r"'w': expected shape \(2, 3\), found \(6,\)"),
        ({"b": b.astype("f4"), "w": w}, "'b': expected float64, found float32"),
        ({"b": b, "w": w + np.nan}, "'w': expected finite values, found 6 of 6 NaN"),
        ({"b": np.array([0, np.inf, 0]), "w": w}, "'b': expected finite values, found 1 of 3"),
    ]
    for tensors, words in cases:
        with pytest.raises(WrongTensors, match=f"^run: tensor {words}") as caught:
            expect(Stored(tensors, {}, "run"), shapes, np.float64)
        assert isinstance(caught.value, StoreError)
        assert str(caught.value).isprintable()


def test_nonfinite_values_let_in_do_not_let_in_anything_else() -> None:
    stored = Stored({"w": np.full(3, np.nan, dtype=np.float32)}, {})
    with pytest.raises(WrongTensors, match="expected float64"):
        expect(stored, {"w": (3,)}, np.float64, allow_nonfinite=True)
