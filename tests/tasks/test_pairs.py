"""Pairs of one's own: what is read from a table or from lines of JSON."""

import csv
import io
import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnn_tui.tasks.dataset import Dataset
from rnn_tui.tasks.files.data_file import DataFile
from rnn_tui.tasks.files.pairs_file import pairs_from
from rnn_tui.tasks.pairs import Pairs

Rows = list[tuple[list[str], list[str], list[bool]]]


def pairs_of(name: str, content: str | bytes, **options: Any) -> Pairs:
    raw = content.encode() if isinstance(content, str) else content
    task = Pairs(**options)
    file = pairs_from(name, raw, task.encoding, task.separator, labels=task.target == "label")
    return task.with_file(file)


def rows_of(data: Dataset) -> Rows:
    """Input, target and what is scored of each training sequence, without padding."""
    rows = []
    for index in range(len(data.training)):
        one = data.training.single(index)
        scored = np.ones(one.steps, bool) if one.scored is None else one.scored[0]
        rows.append(
            (
                [data.inputs[symbol] for symbol in one.inputs[0]],
                [data.outputs[symbol] for symbol in one.targets[0]],
                scored.tolist(),
            )
        )
    return rows


def plain(*pairs: tuple[Any, Any]) -> Rows:
    return [(list(x), list(y), [True] * len(x)) for x, y in pairs]


def notes(file: DataFile) -> tuple[str, ...]:
    assert file.content is not None
    return file.content.notes


CELLS = st.text(st.sampled_from('ab,"\n ;\t漢'), min_size=1, max_size=6)


@settings(max_examples=60)
@given(st.lists(st.tuples(CELLS, CELLS), min_size=2, max_size=8), st.sampled_from([",", "\t"]))
def test_whatever_a_table_quotes_is_a_symbol_and_rows_keep_their_order(
    pairs: list[tuple[str, str]], delimiter: str
) -> None:
    pairs = [(x, (y * 6)[: len(x)]) for x, y in pairs] + [("ab", "ab")]
    content = io.StringIO()
    writer = csv.writer(content, delimiter=delimiter)
    writer.writerows([("target", "more", "input"), *((y, 1, x) for x, y in pairs)])
    task = pairs_of("p.csv" if delimiter == "," else "p.tsv", content.getvalue())
    data = task.dataset(0, 0)
    assert rows_of(data) == plain(*pairs)
    assert data.inputs == tuple(sorted(set("".join(x for x, _ in pairs))))
    assert data.outputs == tuple(sorted(set("".join(y for _, y in pairs))))


@given(st.lists(st.lists(st.text(min_size=1, max_size=2) | st.integers(), min_size=1), min_size=1))
def test_lists_of_json_are_symbols_of_any_length(inputs: list[list[Any]]) -> None:
    inputs.append(["a", "b"])
    rows = [{"input": x, "target": x[::-1], "other": None} for x in inputs]
    content = "\n".join(json.dumps(row) for row in rows)
    found = rows_of(pairs_of("p.jsonl", content).dataset(0, 0))
    assert found == plain(*((list(map(str, x)), list(map(str, x[::-1]))) for x in inputs))


def test_a_label_is_one_symbol_scored_at_the_last_step() -> None:
    table = pairs_of("p.csv", "input,target\nabba,yes it is\nab,no\n", target="label")
    lines = '{"input": [3, 4], "target": 1}\n{"input": "34", "target": "no"}\n'
    data = table.dataset(0, 0)
    assert data.outputs == ("no", "yes it is")
    assert rows_of(data) == [
        (list("abba"), ["yes it is"] * 4, [False, False, False, True]),
        (list("ab"), ["no"] * 2, [False, True]),
    ]
    assert data.training.scored_count == 2
    assert pairs_of("p.jsonl", lines, target="label").dataset(0, 0).outputs == ("1", "no")


def test_a_separator_parts_tokens_in_tables_and_in_strings_of_json() -> None:
    expected = plain((["to", "be"], ["or", "not"]), (["be"], ["to"]))
    table = "input,target\nto be,or not\nbe,to\n"
    lines = '{"input": "to be", "target": "or not"}\n{"input": ["be"], "target": "to"}\n'
    for name, content in (("p.csv", table), ("p.jsonl", lines)):
        assert rows_of(pairs_of(name, content, separator=" ").dataset(0, 0)) == expected
    several = pairs_of("p.csv", "input,target\na -> b,c -> d\n", separator=" -> ")
    assert rows_of(several.dataset(0, 0)) == plain(("ab", "cd"))


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("ab,cd\ne,f\n", plain(("ab", "cd"), ("e", "f"))),
        ("ab,cd,1\ne,f,2\n", plain(("ab", "cd"), ("e", "f"))),
        ("sep=;\nab;cd\n", plain(("ab", "cd"))),
        ("sep=;\ninput;target\nab;cd\n", plain(("ab", "cd"))),
        ("\ufeffinput,target\r\nab,cd\r\n", plain(("ab", "cd"))),
        (" Input , TARGET\nab,cd\n", plain(("ab", "cd"))),
        ("input,target\n\nab,cd\n  \n\n", plain(("ab", "cd"))),
        ("input,target\n0110,1001\n1100,0011\n", plain(("0110", "1001"), ("1100", "0011"))),
    ],
)
def test_the_columns_are_those_that_are_named_or_the_first_two(
    content: str, expected: Rows
) -> None:
    assert rows_of(pairs_of("p.csv", content).dataset(0, 0)) == expected


def test_what_one_may_not_expect_is_told() -> None:
    unnamed = notes(pairs_of("p.csv", "ab,cd,1\ne,f,2\n").data)
    assert unnamed == (
        "no columns are named input and target: the first two of 3 are taken, and the first row, "
        "'ab, cd', is data",
    )
    blank = notes(pairs_of("p.csv", "input,target\n\nab,cd\n  \n").data)
    assert blank == ("2 blank lines skipped",)
    assert notes(pairs_of("p.csv", "input,target\nab,cd\n").data) == ()


def test_the_last_rows_are_held_out() -> None:
    content = "input,target\n" + "".join(f"a{letter},b{letter}\n" for letter in "abcdefghij")
    task = pairs_of("p.csv", content)
    assert task.counts(0.25, 3) == (8, 2)
    data = task.dataset(0, 0.25)
    assert data.validation is not None
    assert [data.inputs[row[1]] for row in data.validation.inputs] == ["i", "j"]
    assert len(data.training) == 8


def test_a_file_is_described_without_what_stands_in_it() -> None:
    file = pairs_of("p.csv", "input,target\nabba,xyzx\nab,xy\n").data
    assert (file.size, file.longest, file.inputs, file.outputs) == (2, 4, 2, 3)
    assert DataFile.from_json("p.csv", json.loads(json.dumps(file.to_json()))) == file


@pytest.mark.parametrize("count", [200, 300, 70_000])
def test_any_number_of_symbols_is_told_apart(count: int) -> None:
    names = [f"w{number}" for number in range(count)]
    rows = (json.dumps({"input": [name], "target": [name]}) for name in names)
    data = pairs_of("p.jsonl", "\n".join(rows)).dataset(0, 0)
    assert [data.inputs[symbol] for symbol in data.training.inputs[:, 0]] == names
