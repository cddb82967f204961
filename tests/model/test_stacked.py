"""The stacked kernel does what the plain network does, to rounding."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnn_tui.model.batch import Batch
from rnn_tui.model.fast.stacked import Stacked, is_faster, stacked_layout
from rnn_tui.model.parameters import Parameters, draw
from rnn_tui.model.rnn import Unrolled, layout


def both(steps, symbols, hidden, init, dtype, seed=0, size=1, scale=1.0):
    """Weights, gradients and networks: stacked and layered."""
    rng = np.random.default_rng(seed)
    tokens = rng.integers(0, symbols, (2, steps, size))
    batch = Batch(tokens[0], tokens[1], symbols)
    weights = [
        draw(make(symbols, hidden), init, hidden, np.random.default_rng(seed), dtype)
        for make in (stacked_layout, layout)
    ]
    for parameters in weights:
        parameters["V"][...] *= scale
    gradients = [Parameters.zeros(parameters.layout, dtype) for parameters in weights]
    outputs = []
    for kind, parameters, gradient in zip((Stacked, Unrolled), weights, gradients, strict=True):
        network = kind(steps, size, symbols, hidden, dtype)
        outputs.append(network.forward(parameters, batch))
        network.backward(parameters, batch, gradient)
    return weights, gradients, outputs


@given(
    st.integers(1, 30), st.integers(2, 12), st.integers(1, 32), st.sampled_from([1.0, 1e3]),
    st.integers(0, 2**32 - 1), st.integers(1, 8),
)  # fmt: skip
def test_gradients_and_outputs_are_those_of_the_plain_network(
    steps, symbols, hidden, scale, seed, size
):
    _, (stacked, layered), outputs = both(
        steps, symbols, hidden, "scaled", np.float64, seed, size, scale
    )
    for name in layered:
        np.testing.assert_allclose(stacked[name], layered[name], rtol=1e-9, atol=1e-11 * scale)
    logits = [output.logits for output in outputs]
    np.testing.assert_allclose(*logits, rtol=1e-12, atol=1e-13 * scale)
    probabilities = [
        np.exp(output.logits.max(0) - output.shifts) / output.exp_sums for output in outputs
    ]
    np.testing.assert_allclose(*probabilities, rtol=1e-9)


def test_a_seed_means_the_same_network_in_either_layout():
    (stacked, layered), _, _ = both(3, 4, 5, "normal", np.float64)
    assert stacked.sha256() == layered.sha256()
    assert stacked.norms() == layered.norms()


def test_the_corner_that_belongs_to_no_parameter_stays_zero():
    (parameters, _), (gradient, _), _ = both(10, 3, 10, "normal", np.float64)
    for vector in (parameters.flat, gradient.flat):
        assert not vector.reshape(14, 13)[:3, 10:].any()


def test_two_passes_with_other_symbols_do_not_mix():
    rng = np.random.default_rng(1)
    parameters = draw(stacked_layout(3, 4), "normal", 4, rng, np.float64)
    gradient = Parameters.zeros(parameters.layout)
    network = Stacked(5, 1, 3, 4, np.float64)
    first, second = (Batch(*rng.integers(0, 3, (2, 5, 1)), symbols=3) for _ in range(2))
    found = []
    for batch in (first, second, first):
        network.forward(parameters, batch)
        network.backward(parameters, batch, gradient)
        found.append(gradient.flat.copy())
    assert not np.array_equal(found[0], found[1])
    np.testing.assert_array_equal(found[0], found[2])


@pytest.mark.parametrize(
    ("batch", "symbols", "hidden", "answer"),
    [
        (1, 3, 10, True),
        (10, 3, 10, True),
        (1000, 3, 10, True),
        (1, 65, 10, True),
        (100, 3, 32, False),
        (1, 3, 100, False),
    ],
)
def test_it_is_used_only_where_it_is_small(batch, symbols, hidden, answer):
    assert is_faster(batch, symbols, hidden) is answer
