"""The tasks whose alphabets are given: their definitions, and chance and optimum to the nat."""

import math
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnn_tui.runs.headless import train
from rnn_tui.tasks.anbn import Anbn
from rnn_tui.tasks.binary_addition import BinaryAddition
from rnn_tui.tasks.copy import Copy
from rnn_tui.tasks.reber import EmbeddedReber, Reber
from rnn_tui.tasks.registry import TASKS
from rnn_tui.tasks.temporal_order import TemporalOrder
from rnn_tui.tasks.xor import Xor
from rnn_tui.training.config import Config
from tests.tasks.knowing import KNOWING, REBER, Names, Odds, evenly, forgetful

SIZES = {
    "xor": {"length": (1, 40)},
    "copy": {"delay": (1, 40)},
    "temporal-order": {"length": (10, 120)},
    "anbn": {"length": (1, 30)},
    "binary-addition": {"length": (1, 80)},
}
"""By task, what of its options a test draws, and between which limits."""
SOME: list[Any] = [
    Xor(length=1), Xor(length=3), Xor(), Xor(length=11), Reber(), EmbeddedReber(), Copy(delay=1),
    Copy(), TemporalOrder(), TemporalOrder(length=37), Anbn(length=1), Anbn(length=2), Anbn(),
    BinaryAddition(length=1), BinaryAddition(),
]  # fmt: skip
some_tasks = pytest.mark.parametrize("task", SOME, ids=repr)


class Shown(NamedTuple):
    """One sequence by the names of its symbols, without padding."""

    x: Names
    y: Names
    scored: list[bool]
    knowable: list[bool]


def drawn(task: Any, seed: int, count: int) -> Iterator[Shown]:
    data = task.draw(np.random.default_rng(seed), count)
    assert len(data) == count
    for single in map(data.single, range(count)):
        scored = [True] * single.steps if single.scored is None else single.scored[0].tolist()
        yield Shown(
            [task.inputs[symbol] for symbol in single.inputs[0]],
            [task.outputs[symbol] for symbol in single.targets[0]],
            scored,
            scored if single.knowable is None else single.knowable[0].tolist(),
        )


def strings(task: Any, count: int) -> Iterator[str]:
    """Inputs and last target, for tasks whose targets are the next inputs."""
    for shown in drawn(task, 0, count):
        yield "".join([*shown.x, shown.y[-1]])


# Definitions.


@pytest.mark.parametrize("name", KNOWING)
@given(data=st.data())
def test_who_knows_the_definition_holds_each_target_possible_and_knows_the_knowable(
    name: str, data: st.DataObject
) -> None:
    sizes = {k: data.draw(st.integers(*limits)) for k, limits in SIZES.get(name, {}).items()}
    task, know = TASKS[name](**sizes), KNOWING[name]
    task.check()
    seed, count = data.draw(st.integers(0, 2**40)), data.draw(st.integers(1, 5))
    for x, y, scored, knowable in drawn(task, seed, count):
        assert len(x) == len(y) <= task.steps
        for t, counts in enumerate(scored):
            assert not knowable[t] or counts
            if counts:
                odds = know(task, x[: t + 1])
                assert y[t] in odds
                assert knowable[t] == (len(odds) == 1)


@pytest.mark.parametrize("name", KNOWING)
def test_all_targets_are_scored_but_those_of_temporal_order_at_its_end_alone(name: str) -> None:
    for shown in drawn(TASKS[name](), 0, 20):
        before = [name != "temporal-order"] * (len(shown.x) - 1)
        assert shown.scored == [*before, True]


@pytest.mark.parametrize("task", [Xor(), Reber(), EmbeddedReber(), Anbn()], ids=repr)
def test_a_target_is_the_input_that_follows(task: Any) -> None:
    assert all(shown.x[1:] == shown.y[:-1] for shown in drawn(task, 0, 50))


def test_xor_is_a_stream_of_triples_of_which_the_first_two_are_free() -> None:
    for bits in strings(Xor(length=29), 50):
        assert all(int(a) ^ int(b) == int(c) for a, b, c in zip(*[iter(bits)] * 3, strict=True))
    triples = Counter(bits[3:6] for bits in strings(Xor(), 8000))
    assert is_even(triples, ["000", "011", "101", "110"])


def test_reber_strings_are_of_the_grammar_and_embedded_ones_between_two_equal_letters() -> None:
    assert all(REBER.fullmatch(string) for string in strings(Reber(), 2000))
    for string in strings(EmbeddedReber(), 2000):
        assert string[0] == "B" and string[1] == string[-2] in "TP" and string[-1] == "E"
        assert REBER.fullmatch(string[2:-2])


def test_the_acceptor_of_the_tests_knows_reber_strings_from_others() -> None:
    right = "BTXSE BTSSXSE BPVVE BPTTVVE BTXXVVE BTXXTTVPSE BPVPSE BPVPXVVE BTXXVPXVPSE"
    wrong = "BTE BTXE BPVE BPVSE BTXVVE BPTXSE TXSE BTXS BTSPVVE BPVPTVVE BTXXSE BPVPVVE"
    assert all(map(REBER.fullmatch, right.split()))
    assert not any(map(REBER.fullmatch, wrong.split()))


@pytest.mark.parametrize("task", [Reber(), EmbeddedReber()], ids=repr)
def test_at_a_fork_both_symbols_are_equally_likely(task: Any) -> None:
    forks: dict[Names, Counter[str]] = {}
    for x, y, *_ in drawn(task, 0, 2000):
        for t, symbol in enumerate(y):
            odds = KNOWING[task.name](task, x[: t + 1])
            if len(odds) > 1:
                assert len(odds) == 2
                forks.setdefault((*odds, x[t]), Counter())[symbol] += 1
    assert len(forks) > 5
    assert all(is_even(counts, fork[:2]) for fork, counts in forks.items())


@pytest.mark.parametrize(("task", "mean"), [(Reber(), 8), (EmbeddedReber(), 12)], ids=repr)
def test_the_mean_length_of_a_string_is_that_of_the_grammar(task: Any, mean: float) -> None:
    lengths = np.array([*map(len, strings(task, 20_000))])
    assert abs(lengths.mean() - mean) < 4 * lengths.std() / math.sqrt(20_000)


@pytest.mark.parametrize("task", [Reber(sequences=20_000), EmbeddedReber(sequences=20_000)])
def test_no_training_set_has_strings_longer_than_it_says(task: Any) -> None:
    longest = task.draw(np.random.default_rng(0), task.sequences).steps
    assert longest < task.steps < 3 * longest


@given(delay=st.integers(1, 50), seed=st.integers(0, 2**40))
def test_copy_is_ten_symbols_blanks_and_a_marker_and_the_targets_end_with_the_symbols(
    delay: int, seed: int
) -> None:
    for x, y, *_ in drawn(Copy(delay=delay), seed, 3):
        symbols = x[:10]
        assert set(symbols) <= set("abcdefgh")
        assert x == [*symbols, *"_" * (delay - 1), "?", *"_" * 10]
        assert y == [*"_" * (delay + 10), *symbols]


def test_every_symbol_of_copy_is_equally_likely_at_each_place() -> None:
    places = zip(*(shown.x[:10] for shown in drawn(Copy(), 0, 4000)), strict=True)
    assert all(is_even(Counter(symbols), "abcdefgh") for symbols in places)


@given(length=st.integers(10, 200), seed=st.integers(0, 2**40))
def test_temporal_order_has_two_letters_at_places_in_proportion(length: int, seed: int) -> None:
    for x, y, *_ in drawn(TemporalOrder(length=length), seed, 3):
        first, second = (t for t, symbol in enumerate(x) if symbol in "XY")
        assert length / 10 <= first <= length / 5 and length / 2 <= second <= 3 * length / 5
        assert set(x) <= set("abcdXY") and len(x) == length
        assert y[-1] == x[first] + x[second]


def test_letters_places_and_distractors_of_temporal_order_are_equally_likely() -> None:
    rows = [*drawn(TemporalOrder(), 0, 4000)]
    assert is_even(Counter(shown.y[-1] for shown in rows), ["XX", "XY", "YX", "YY"])
    places = [[t for t, s in enumerate(shown.x) if s in "XY"] for shown in rows]
    assert is_even(Counter(map(tuple, places)), [(s, t) for s in (2, 3, 4) for t in (10, 11, 12)])
    assert is_even(Counter("".join("".join(shown.x[13:]) for shown in rows)), "abcd")


def test_anbn_has_as_many_b_as_a_each_number_equally_likely() -> None:
    found = [*strings(Anbn(length=7), 4000)]
    assert all(string == "a" * (n := len(string) // 2) + "b" * n + "$" for string in found)
    assert is_even(Counter(len(string) // 2 for string in found), range(1, 8))
    assert all(shown.knowable[6] for shown in drawn(Anbn(length=7), 0, 99) if len(shown.x) == 14)


@given(length=st.integers(1, 100), seed=st.integers(0, 2**40))
def test_binary_addition_adds(length: int, seed: int) -> None:
    def number(bits: list[str]) -> int:
        return sum(int(bit) << place for place, bit in enumerate(bits))

    for x, y, *_ in drawn(BinaryAddition(length=length), seed, 3):
        one, other = number([pair[0] for pair in x]), number([pair[1] for pair in x])
        assert (one + other) % 2**length == number([*y])


def test_every_pair_of_bits_is_equally_likely() -> None:
    pairs = Counter(pair for shown in drawn(BinaryAddition(), 0, 1000) for pair in shown.x)
    assert is_even(pairs, BinaryAddition.inputs)


def is_even(counts: Counter[Any], values: Any) -> bool:
    """Whether these values alone occur, and equally often within 5 standard errors."""
    assert set(counts) <= set(values)
    total, share = counts.total(), 1 / len(values)
    error = math.sqrt(total * share * (1 - share))
    return all(abs(counts[value] - total * share) < 5 * error for value in values)


# Chance and optimum.


def require_loss(task: Any, know: Callable[[Any, Names], Odds], loss: float) -> None:
    """Who says these odds loses so many nats a scored symbol, within the error of a sample."""
    beyond = []
    for x, y, scored, _ in drawn(task, 1, 1500):
        losses = [-math.log(know(task, x[: t + 1])[y[t]]) for t in np.flatnonzero(scored)]
        beyond.append(sum(losses) - loss * len(losses))
    assert abs(np.mean(beyond)) <= 4 * np.std(beyond) / math.sqrt(len(beyond)) + 1e-9


@some_tasks
def test_who_knows_the_definition_loses_the_optimum(task: Any) -> None:
    require_loss(task, KNOWING[task.name], task.optimum)


@pytest.mark.parametrize("task", [task for task in SOME if task.name != "copy"], ids=repr)
def test_chance_takes_every_output_for_equally_likely(task: Any) -> None:
    require_loss(task, lambda task, x: evenly(task.outputs), task.chance)
    assert task.chance_label == f"ln {len(task.outputs)}"


@pytest.mark.parametrize("task", [Copy(delay=1), Copy(), Copy(delay=33)], ids=repr)
def test_chance_of_copy_knows_the_blanks(task: Any) -> None:
    def know(task: Any, x: Names) -> Odds:
        return evenly("abcdefgh") if "?" in x[:-1] else {"_": 1}

    require_loss(task, know, task.chance)
    assert task.chance_label == f"10 ln 8 / {task.steps}"


def test_who_forgets_the_outer_letter_loses_what_the_sources_say() -> None:
    require_loss(EmbeddedReber(), forgetful, 8 * math.log(2) / 11)


def test_the_optima_are_the_published_figures() -> None:
    tasks = Xor(length=3), Xor(), Reber(), EmbeddedReber(), Anbn(), Anbn(length=1)
    assert [f"{task.optimum:.4f}" for task in tasks] == [
        "0.4621", "0.4852", "0.5941", "0.4411", "0.2093", "0.0000",
    ]  # fmt: skip
    assert all(task.optimum == 0 for task in (Copy(), TemporalOrder(), BinaryAddition()))


# Runs.


def test_what_cannot_be_solved_never_is_though_it_be_learned_by_heart() -> None:
    options = {"sequences": 1, "optimizer": "adam", "lr": 0.1}
    by_heart, solved = (
        train(Config.of(task="anbn", length=length, **options), 30) for length in (3, 1)
    )
    assert by_heart.moment.evaluation.accuracy == solved.moment.evaluation.accuracy == 1
    assert by_heart.first_solved_epoch is None
    assert solved.first_solved_epoch is not None  # n can only be 1


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"task": "temporal-order", "length": 9}, "--length 9: must be a whole number, at least"),
        ({"task": "copy", "delay": 0}, "--delay 0: must be a whole number, at least 1"),
        ({"task": "xor", "length": 0}, "--length 0: must be a whole number, at least 1"),
        ({"task": "copy", "length": 30}, "--length is no option of the task copy; leave it out"),
        ({"task": "reber", "length": 30}, "--length is no option of the task reber; leave it out"),
        ({"task": "copy", "delay": 10**12}, "--delay"),
        ({"task": "anbn", "length": 10**30}, "memory"),
        ({"task": "reber", "sequences": 10**30}, "memory"),
    ],
    ids=str,
)
def test_what_a_task_cannot_be_is_told(options: dict[str, Any], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        Config.of(**options)


def test_a_run_too_large_is_told_which_of_its_own_options_to_lower() -> None:
    with pytest.raises(ValueError, match="lower --sequences, --delay, --batch, --valid or") as told:
        Config.of(task="copy", delay=10**12)
    assert "--length" not in str(told.value) and "--symbols" not in str(told.value)
