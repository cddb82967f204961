"""Alphabets: what is typed becomes symbols, what is written can be read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnn_tui.tasks.files.errors import DataError
from rnn_tui.tasks.registry import TASKS
from rnn_tui.tasks.symbols import Alphabets, Spelling, alphabets_of


def text_of(name: str, **options: int) -> Spelling:
    return Spelling(alphabets_of(TASKS[name](**options)))


names = st.text(st.characters(exclude_categories=["Cs", "Z", "Cc"]), min_size=1, max_size=3)


@given(st.lists(names, min_size=1, max_size=6, unique=True), st.data())
def test_what_is_written_is_understood(inputs: list[str], data: st.DataObject) -> None:
    text = Spelling(Alphabets(tuple(inputs), tuple(inputs)))
    numbers = data.draw(st.lists(st.integers(0, len(inputs) - 1), max_size=8))
    assert text.parse(text.join(numbers)) == tuple(numbers)


def test_symbols_of_one_character_stand_side_by_side_others_with_spaces_between() -> None:
    assert text_of("xor").parse("0110") == (0, 1, 1, 0)
    assert text_of("successor", symbols=12).parse(" 3 11  0 ") == (3, 11, 0)
    assert text_of("successor", symbols=12).join([3, 11, 0]) == "3 11 0"


def test_spaces_and_line_breaks_of_a_text_are_symbols() -> None:
    text = Spelling(Alphabets((" ", "\n", "a"), (" ", "\n", "a")))
    assert text.parse(" a\n ") == (0, 2, 1, 0)


@pytest.mark.parametrize(
    ("name", "typed", "told"),
    [
        ("xor", "0120", "'2' (symbol 3) is no input symbol; there is: 0 1"),
        ("anbn", "aab$", "'$' (symbol 4) is no input symbol; there is: a b"),
        ("binary-addition", "00 2 11",
         "'2' (symbol 2) is no input symbol; there is: 00 01 10 11, with spaces between"),
        ("xor", "0\x1b", r"'\x1b' (symbol 2) is no input symbol; there is: 0 1"),
    ],
)  # fmt: skip
def test_a_symbol_that_there_is_not_is_named(name: str, typed: str, told: str) -> None:
    with pytest.raises(DataError) as error:
        text_of(name).parse(typed)
    assert str(error.value) == told


def test_what_is_told_is_one_short_line_whatever_the_alphabet() -> None:
    inputs = tuple(map(chr, range(0, 3000)))
    with pytest.raises(DataError) as error:
        Spelling(Alphabets(inputs, inputs)).parse("\uffff")
    assert str(error.value).isprintable() and len(str(error.value)) < 200


def test_only_outputs_that_can_be_read_can_be_written_on() -> None:
    refused = {name for name in TASKS if not text_of(name).can_be_written_on}
    assert refused == {"temporal-order", "binary-addition"}
    with pytest.raises(DataError, match="its output 'XX' is no input symbol"):
        text_of("temporal-order").require_writable()


@pytest.mark.parametrize(
    ("name", "end", "times"), [("reber", "E", 1), ("embedded-reber", "E", 2), ("anbn", "$", 1)]
)
def test_the_sign_that_ends_a_sequence_can_be_written_but_begins_none(
    name: str, end: str, times: int
) -> None:
    text = text_of(name)
    assert text.end is not None and (text.names[text.end[0]], text.end[1]) == (end, times)
    assert end not in [text.names[number] for number in text.starts]
    assert [text.names[number] for number in text.written] == [*text.alphabets.outputs]


@pytest.mark.parametrize("name", ["reber", "embedded-reber", "anbn"])
def test_every_sequence_of_a_task_ends_as_the_task_says(name: str) -> None:
    task = TASKS[name](sequences=50)
    assert task.end is not None
    drawn = task.dataset(0, 0.0).training
    for index in range(len(drawn)):
        row = drawn.single(index)
        targets = [task.outputs[symbol] for symbol in row.targets[0]]
        assert targets[-1] == task.end.symbol
        assert targets.count(task.end.symbol) == task.end.times
