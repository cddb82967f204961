"""Networks that read step by step and write: against whole passes and plain loops."""

from collections.abc import Sequence
from itertools import islice

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnn_tui.model.buffers import Array
from rnn_tui.model.sampling import Reader, choose, read, softmax, write
from tests.model.networks import VARIANTS, Problem

every_cell = pytest.mark.parametrize("name", VARIANTS)
ANY = range(4), None  # four output symbols that are the input symbols; nothing ends a string


def problem(name: str) -> Problem:
    return Problem(VARIANTS[name], T=9, B=1, I=4, O=4, seed=3)


@every_cell
def test_read_symbol_by_symbol_a_network_says_what_it_says_in_a_whole_pass(name: str) -> None:
    p = problem(name)
    symbols = p.batch.inputs[:, 0].tolist()
    reader = Reader(p.cell, p.parameters)
    for _ in range(2):  # the second time from the same beginning
        reader.reset()
        stepwise = softmax(np.stack([reader.read(symbol) for symbol in symbols]))
        whole = read(p.cell, p.parameters, symbols)
        assert whole.shape == (9, 4) and np.allclose(stepwise, whole, rtol=1e-12, atol=0)


@every_cell
def test_at_temperature_0_the_most_probable_symbol_is_read_next(name: str) -> None:
    p, prompt = problem(name), [2, 0, 3]
    found = write(Reader(p.cell, p.parameters), prompt, *ANY, 0, np.random.default_rng(0))
    written = prompt[:]
    while len(written) < 12:  # each time from the beginning: no state to be got wrong
        written.append(int(read(p.cell, p.parameters, written)[-1].argmax()))
    assert [symbol for symbol, _ in islice(found, 12)] == written


def test_what_a_symbol_was_drawn_from_comes_with_it() -> None:
    p = problem("lstm")
    found = list(islice(write(Reader(p.cell, p.parameters), [1, 2], *ANY, 1, _rng()), 8))
    symbols = [symbol for symbol, _ in found]
    assert found[0][1] is None
    expected = read(p.cell, p.parameters, symbols[:-1])
    logits = np.stack([logits for _, logits in found[1:] if logits is not None])
    assert np.allclose(softmax(logits), expected, rtol=1e-12)


def test_the_same_seed_writes_the_same_and_another_one_something_else() -> None:
    p = problem("gru")
    texts = [
        [s for s, _ in islice(write(Reader(p.cell, p.parameters), [0], *ANY, 1, _rng(seed)), 60)]
        for seed in (0, 0, 1)
    ]
    assert texts[0] == texts[1] != texts[2]


def test_after_an_end_a_string_begins_anew_with_the_first_symbol_and_no_state() -> None:
    p = problem("rnn-tanh")
    p.parameters["b_o"][...] = -50.0
    p.parameters["b_o"][[1, 3]] = 0.0
    found = written(p, [2], range(4), end=(3, 1), count=400)
    ends = [place for place, (symbol, _) in enumerate(found[:-2]) if symbol == 3]
    assert len(ends) > 10
    assert all(found[place + 1] == (2, None) for place in ends)
    after_first = found[1][1]
    assert all(np.array_equal(found[place + 2][1], after_first) for place in ends)


def test_an_end_may_have_to_come_several_times() -> None:
    p = problem("rnn-tanh")
    p.parameters["b_o"][...] = -50.0
    p.parameters["b_o"][[1, 3]] = 0.0
    found = written(p, [2], range(4), end=(3, 2), count=400)
    strings = "".join(str(symbol) for symbol, _ in found).split("2")[1:-1]
    assert len(strings) > 10
    assert all(string.count("3") == 2 and string.endswith("3") for string in strings)


def test_an_output_that_is_no_input_symbol_can_end_a_string() -> None:
    p = Problem(VARIANTS["rnn-tanh"], I=2, O=3, seed=1)
    found = written(p, [0, 1], (0, 1, 2), end=(2, 1), count=200)
    assert {symbol for symbol, _ in found} == {0, 1, 2}


def test_a_prompt_that_begins_with_an_end_is_written_on() -> None:
    found = written(problem("rnn-tanh"), [3], range(4), end=(3, 1), count=100)
    assert len({symbol for symbol, _ in found}) > 1


@settings(max_examples=30)
@given(st.lists(st.floats(-8, 8), min_size=1, max_size=6), st.floats(0.2, 5))
def test_each_symbol_has_its_share_of_all_draws(logits: list[float], temperature: float) -> None:
    draws = 20_000
    shares = (np.arange(draws) + 0.5) / draws
    s_o = np.array(logits)
    found = np.bincount([choose(s_o, temperature, share) for share in shares[::20]])
    odds = np.exp((s_o - s_o.max()) / temperature)
    expected = odds / odds.sum() * draws / 20
    assert np.abs(np.pad(found, (0, len(s_o) - len(found))) - expected).max() <= 1.0 + 1e-6


def test_of_equal_symbols_the_first_is_taken_at_temperature_0() -> None:
    assert choose(np.array([1.0, 3.0, 3.0]), 0, 0.99) == 1


def test_a_symbol_that_is_impossible_is_never_drawn() -> None:
    logits = np.array([-np.inf, 0.0, -np.inf])
    assert {choose(logits, 1, share) for share in (0.0, 0.5, 1 - 2**-53)} == {1}


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_logits_that_overflow_break_nothing(bad: float) -> None:
    with np.errstate(all="ignore"):
        assert choose(np.array([0.0, bad, 1.0]), 1, 0.5) == 1


def test_the_smallest_temperatures_are_greedy() -> None:
    assert choose(np.array([0.0, 1.0, 1.0 - 1e-9]), 1e-300, 0.999) == 1


def written(
    p: Problem, prompt: list[int], symbols: Sequence[int], end: tuple[int, int], count: int
) -> list[tuple[int, Array | None]]:
    return list(islice(write(Reader(p.cell, p.parameters), prompt, symbols, end, 1, _rng()), count))


def _rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)
