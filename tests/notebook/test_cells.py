"""The notebook's own cells, its labels and its pairs."""

import math
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnn_tui import RNN, make_pairs, num_to_label

Sequences = Callable[..., tuple[list[Any], list[Any]]]

# With RNN for its RNN1 and RNN2.
CELLS = """
length = 50

x_num = [np.random.randint(0, 3) for i in range(length)]
y_num = [(x+1) % 3 for x in x_num]
x_str = ''.join([str(i) for i in x_num])
y_str = ''.join([str(i) for i in y_num])

size = 10
x, y = [], []
for i in range(size):
    xx, yy = make_pairs()
    x.append(xx)
    y.append(yy)

rnn1 = RNN()
pred_scores = rnn1.predict_scores(x)
pred = rnn1.predict(x)
loss = rnn1.total_loss(y, pred_scores)

loss0 = rnn1.total_loss(y[0], y[0])
loss1 = rnn1.total_loss(pred_scores[0], pred_scores[0])
assert loss0 == 0
assert loss1 == 0

rnn2 = RNN()
rnn2.train(1, x, y)
"""


def test_the_notebooks_cells_run() -> None:
    names: dict[str, Any] = {"np": np, "RNN": RNN, "make_pairs": make_pairs}
    exec(CELLS, names)
    assert len(names["pred"]) == 10
    assert names["pred"][0].shape == (10,)
    assert math.isfinite(names["loss"])
    assert names["loss"] > 0


def test_importing_the_package_loads_no_numpy() -> None:
    code = (
        "import sys, rnn_tui; assert 'numpy' not in sys.modules; "
        "assert {'RNN', 'make_pairs', 'num_to_label'} <= set(dir(rnn_tui)); "
        "from rnn_tui import RNN; assert 'numpy' in sys.modules"
    )
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


def test_an_unknown_public_name_is_an_attribute_error() -> None:
    import rnn_tui

    with pytest.raises(AttributeError, match="RNN7"):
        _ = rnn_tui.RNN7


def test_labels_are_one_hot_integers() -> None:
    labels = num_to_label([2, 0, 1])
    assert labels.tolist() == [[0, 0, 1], [1, 0, 0], [0, 1, 0]]
    assert labels.dtype == int
    assert num_to_label(np.array([4]), vocab=5).tolist() == [[0, 0, 0, 0, 1]]


@pytest.mark.parametrize(
    ("y", "told"),
    [
        ([3], "0 to 2"),
        ([-1], "0 to 2"),
        ([0.5], "whole numbers"),
        ([float("nan")], "NaN"),
        ([], "empty"),
        ([[0, 1]], "dimensions"),
        (["a"], "numbers"),
    ],
)
def test_what_is_no_symbol_gets_no_label(y: Any, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        num_to_label(y)


@given(length=st.integers(1, 30), vocab=st.integers(2, 20), seed=st.integers(0, 2**32))
def test_pairs_are_a_sequence_and_its_successor(length: int, vocab: int, seed: int) -> None:
    x, y = make_pairs(length, vocab, seed)
    assert x.shape == y.shape == (length, vocab)
    assert x.dtype == y.dtype == int
    assert (x.sum(axis=1) == 1).all()
    assert np.array_equal((x.argmax(axis=1) + 1) % vocab, y.argmax(axis=1))


def test_an_int_seeds_pairs_a_generator_is_drawn_from_and_none_is_fresh() -> None:
    assert np.array_equal(make_pairs(50, seed=1)[0], make_pairs(50, seed=1)[0])
    generator = np.random.default_rng(1)
    first, second = make_pairs(50, seed=generator)[0], make_pairs(50, seed=generator)[0]
    assert np.array_equal(first, make_pairs(50, seed=1)[0])
    assert not np.array_equal(first, second)
    assert not np.array_equal(make_pairs(50)[0], make_pairs(50)[0])


def test_the_global_generator_is_neither_used_nor_moved(sequences: Sequences) -> None:
    def state() -> str:
        return repr(np.random.get_state())  # noqa: NPY002

    before = state()
    make_pairs()
    RNN().train(1, *sequences(2))
    assert state() == before


@pytest.mark.parametrize(
    "wrong", [{"length": 0}, {"length": 2.5}, {"vocab": 1}, {"vocab": "3"}, {"length": True}]
)
def test_pairs_of_a_senseless_size_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="must be a whole number, at least"):
        make_pairs(**wrong)
