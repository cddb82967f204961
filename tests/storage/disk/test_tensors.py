"""Stored tensors: what is read is what was written, and anything else is refused in one line."""

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

from rnn_tui.storage.disk.tensors import MAX_HEADER, Stored, digest, encode, read
from tests.storage.disk.example import METADATA, example

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=8).filter(
    lambda text: text not in ("__metadata__", "sha256", "metadata_sha256")
)


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


def test_equal_content_gives_equal_bytes_in_any_order() -> None:
    backwards = dict(reversed(example().items()))
    metadata = dict(reversed(METADATA.items()))
    assert encode(example(), METADATA) == encode(backwards, metadata)


def test_processes_that_hash_otherwise_write_the_same_bytes(start: Callable[..., Any]) -> None:
    program = (
        "import hashlib, numpy as np; from rnn_tui.storage.disk.tensors import encode\n"
        "tensors = {name: np.arange(3.0) for name in 'abcdef'}\n"
        "print(hashlib.sha256(encode(tensors, dict(zip('uvwxyz', 'uvwxyz')))).hexdigest())"
    )
    assert len({start(program).communicate()[0] for _ in range(3)}) == 1


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
        ({}, {"journal": "x" * MAX_HEADER}, "too much"),
        ({"\ud800": np.zeros(3)}, {}, "surrogates"),
        ({}, {"a": "\ud800"}, "surrogates"),
    ]
    for tensors, metadata, words in lists:
        with pytest.raises(ValueError, match=words):
            encode(tensors, metadata)
    assert encode({}, {"journal": "x" * (MAX_HEADER - 300)})


def is_foreign(content: bytes) -> bool:
    """No trace of our digests is left, so that only `require_digest` can tell."""
    return b'"sha256"' not in content and b'"metadata_sha256"' not in content


def test_reading_takes_twice_its_content_and_little_more(tmp_path: Path) -> None:
    path = tmp_path / "run.safetensors"
    path.write_bytes(encode({"a": np.ones(2_000_000), "b": np.ones((1000, 1000)).T}, METADATA))
    tracemalloc.start()
    try:
        read(path)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 2 * path.stat().st_size + 1e6
