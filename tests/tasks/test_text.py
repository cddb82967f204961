"""A text of one's own: what its chunks are, in whatever way it is cut."""

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from rnn_tui.tasks.files.characters import text_from
from rnn_tui.tasks.files.errors import DataError
from rnn_tui.tasks.own_data import held_out
from rnn_tui.tasks.text import Text


def text_of(content: str, **options: Any) -> Text:
    return Text(text_from("t.txt", content.encode(), "utf-8"), **options)


def written(names: tuple[str, ...], rows: Any) -> list[str]:
    return ["".join(names[symbol] for symbol in row) for row in rows]


@settings(max_examples=60)
@given(
    content=st.text(st.sampled_from("abä\n漢"), min_size=2, max_size=200),
    length=st.integers(1, 12),
    batch=st.integers(1, 9),
    valid=st.sampled_from([0, 0.1, 0.5]),
)
def test_streams_are_consecutive_parts_of_the_text_update_by_update(
    content: str, length: int, batch: int, valid: float
) -> None:
    assume(len(set(content)) > 1)
    training = content[: len(content) - math.floor(valid * len(content))]
    chunks = (len(training) - 1) // length
    assume(chunks >= 1)
    task = text_of(content, length=length)
    data = task.dataset(0, valid, batch)
    assert data.inputs == data.outputs == tuple(sorted(set(content)))
    streams = min(batch, chunks)
    updates = chunks // streams
    assert len(data.training) == updates * streams and data.training.streams == streams
    training_set = data.training
    inputs, targets = (written(data.inputs, p) for p in (training_set.inputs, training_set.targets))
    for stream in range(streams):
        start = stream * updates * length
        whole = training[start : start + updates * length]
        assert "".join(inputs[stream::streams]) == whole
        following = training[start + 1 : start + 1 + updates * length]
        assert "".join(targets[stream::streams]) == following


@settings(max_examples=30)
@given(size=st.integers(30, 200), length=st.integers(1, 20), valid=st.sampled_from([0.1, 0.4]))
def test_all_that_is_held_out_is_predicted_but_its_first_character(
    size: int, length: int, valid: float
) -> None:
    task = text_of("abc" * size, length=length)
    data = task.dataset(0, valid)
    rest = math.floor(valid * 3 * size)
    assert data.validation is not None and data.validation.scored_count == rest - 1
    assert len(data.validation) == task.counts(valid, 1)[1]
    assert [data.validation.length(i) for i in range(len(data.validation) - 1)] == [length] * (
        len(data.validation) - 1
    )


def test_too_little_to_hold_out_is_no_validation_set() -> None:
    assert text_of("abababab", length=2).dataset(0, 0.1).validation is None
    assert text_of("ab" * 8, length=2).dataset(0, 0.1).validation is None  # one character


@pytest.mark.parametrize(
    ("content", "encoding", "expected"),
    [
        (b"a\r\nb\rc\n\rd", "utf-8", "a\nb\nc\n\nd"),
        (b"\xef\xbb\xbfab", "utf-8", "ab"),
        (b"\xef\xbb\xbfab", "utf-8-sig", "ab"),
        ("ab\r\n".encode("utf-16"), "utf-16", "ab\n"),
        ("﻿ab".encode("utf-16-be"), "utf-16-be", "ab"),
        ("für".encode("latin-1"), "latin-1", "für"),
        (b"a\x0b\x1c\xe2\x80\xa8b", "utf-8", "a\x0b\x1c\u2028b"),
    ],
)
def test_line_ends_are_newlines_and_a_byte_order_mark_is_none(
    content: bytes, encoding: str, expected: str
) -> None:
    file = text_from("t.txt", content, encoding)
    assert file.content is not None
    assert "".join(file.content.inputs[symbol] for symbol in file.data) == expected


@pytest.mark.parametrize("size", [2**20 - 1, 2**20, 2**20 + 1])
@pytest.mark.parametrize("tail", ["\r\nx", "漢x", "\rx"])
def test_what_lies_across_the_blocks_of_a_long_file_is_whole(
    size: int, tail: str, tmp_path: Path
) -> None:
    path = tmp_path / "long.txt"
    path.write_bytes(b"a" * size + tail.encode())
    file = Text().read(str(path))
    assert file.size == size + 2
    assert file == text_from(str(path), path.read_bytes(), "utf-8")


@pytest.mark.parametrize(("symbols", "dtype"), [(2, np.uint8), (256, np.uint8), (257, np.uint16)])
def test_a_character_takes_as_little_memory_as_the_alphabet_allows(
    symbols: int, dtype: type
) -> None:
    task = text_of("".join(map(chr, range(0x4E00, 0x4E00 + symbols))) * 2)
    assert task.text.data.dtype == dtype
    assert task.data_bytes(0) == task.text.data.nbytes


def test_two_spellings_of_a_letter_and_characters_seen_too_seldom_are_told() -> None:
    def notes(content: str) -> str:
        file = text_of(content).text
        assert file.content is not None
        return " ".join(file.content.notes)

    found = notes("caf\u00e9 cafe\u0301 " * 9)
    assert found.startswith("normalize the text to NFC: ") and "in two spellings" in found
    assert notes("caf\u00e9 " * 20) == notes("cafe\u0301 " * 20) == ""
    assert "occurs 2 times in the mean" in notes("".join(map(chr, range(0x4E00, 0x4F00))) * 2)


def test_the_share_held_out_is_rounded_down_and_less_than_all() -> None:
    assert [held_out(0.1, size) for size in (9, 10, 19, 408)] == [0, 1, 1, 40]
    with pytest.raises(ValueError, match="--valid 1: is the share of your data held out, below 1"):
        held_out(1, 10)


def test_a_text_without_its_content_says_so_when_it_is_needed() -> None:
    task = text_of("tide " * 9)
    bare = task.with_file(type(task.text).from_json("t.txt", task.text.to_json()))
    assert bare == task and bare.counts(0, 2) == task.counts(0, 2)
    with pytest.raises(DataError, match=r"t\.txt: the run does not keep this file"):
        bare.dataset(0, 0)
