"""A sequence goes into somebody's form and comes back the same."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnn_tui.check.recognition.candidates import ONE_STEP, VECTORS
from rnn_tui.check.recognition.forms import Form, form_of, present, read

WITHOUT_BATCH = [form for form in VECTORS if not form.has_batch]
WITH_BATCH = [form for form in VECTORS if form.has_batch]


@settings(max_examples=20)
@given(st.sampled_from(VECTORS), st.integers(2, 4), st.integers(2, 5), st.integers(1, 6))
def test_what_is_presented_is_read_back(form: Form, batch: int, steps: int, width: int) -> None:
    batch = batch if form.has_batch else 1
    value = np.random.default_rng(0).normal(size=(batch, steps, width))
    np.testing.assert_array_equal(read(present(value, form), form), value)


@pytest.mark.parametrize("form", ONE_STEP)
def test_a_form_without_time_holds_the_last_step(form: Form) -> None:
    value = np.random.default_rng(0).normal(size=(2 if form.has_batch else 1, 3, 4))
    np.testing.assert_array_equal(read(present(value, form), form), value[:, -1:])


@pytest.mark.parametrize("form", WITH_BATCH)
def test_a_form_is_known_again_by_its_shape(form: Form) -> None:
    value = present(np.ones((3, 4, 5)), form)
    assert form_of(value, 3, 4, 5, has_batch=True) == form


@pytest.mark.parametrize("form", WITHOUT_BATCH)
def test_a_form_without_a_batch_is_known_again_by_its_shape(form: Form) -> None:
    value = present(np.ones((1, 4, 5)), form)
    assert form_of(value, 1, 4, 5, has_batch=False) == form


def test_a_dict_over_the_steps_is_read_without_its_start() -> None:
    states = {-1: np.zeros((2, 1)), 0: np.ones((2, 1)), 1: 2 * np.ones((2, 1))}
    form = form_of(states, 1, 2, 2, has_batch=False)
    assert form == Form("TD1", "dict")
    np.testing.assert_array_equal(read(states, form)[0], [[1, 1], [2, 2]])


@pytest.mark.parametrize("value", [None, 3.0, [None, None], np.ones((3, 3)), [np.ones(2), 1]])
def test_what_is_no_sequence_has_no_form(value: Any) -> None:
    assert form_of(value, 1, 4, 5, has_batch=False) is None


def test_what_their_code_does_to_its_inputs_is_done_to_the_problem() -> None:
    value = np.zeros((1, 3, 2))
    present(value, Form("TD1", "list"))[1][...] = 7
    assert value[0, 1].tolist() == [7, 7]


def test_symbols_come_as_plain_integers() -> None:
    symbols = np.array([[1, 2, 0]])
    assert present(symbols, Form("T", "list", symbols=True)) == [1, 2, 0]
    assert present(symbols, Form("", symbols=True)) == 0
