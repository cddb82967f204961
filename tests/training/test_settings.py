"""The table of settings: each is parsed, checked and described in the same way."""

import json
import re
from typing import Any

import numpy as np
import pytest

from rnn_tui.model.cells.rnn import Elman
from rnn_tui.model.network import plain_layout
from rnn_tui.model.parameters import Parameters
from rnn_tui.training.config import Config
from rnn_tui.training.settings.learning_rate import clamp
from rnn_tui.training.settings.setting import Setting
from rnn_tui.training.settings.table import (
    SETTINGS,
    apply_settings,
    check_settings,
    default_settings,
    describe,
    transforms,
)

TENSORS = Config.of(hidden=4).tensors
TYPED: dict[str, dict[str, Any]] = {
    "lr": {"0.5": 0.5, " 1e-3 ": 0.001, "2": 2.0, "1e-12": 1e-12, "1e6": 1e6},
    "bptt": {"none": None, "None ": None, "1": 1, " 25 ": 25, "999999999": 999_999_999},
    "clip": {"none": None, "None ": None, "1": 1.0, "1e-30": 1e-30},
    "clip_value": {"none": None, "None ": None, "5": 5.0, "1e-30": 1e-30},
    "hold": {
        "none": None,
        "": None,
        "U": "U",
        "U,b_h": "U, b_h",
        " U[3] , W[0,1]": "U[3], W[0, 1]",
    },
}
BAD_TEXT = {
    "lr": ["", "fast", "nan", "inf", "0", "-1", "1e-13", "1e7", "none", "0x1"],
    "bptt": ["", "0", "-1", "1.5", "2.0", "1e3", "nan", "inf", "1_0", "²", "9" * 5000],
    "clip": ["", "long", "nan", "inf", "0", "-1"],
    "clip_value": ["", "long", "nan", "inf", "0", "-1"],
    "hold": ["X", "u", "U[4]", "U[-1]", "U[1", "U[0, 4]", "b_h[0, 0]", "U;V", "U,", ",", "U[1.5]"],
}
BAD_VALUES = {
    "lr": [None, "0.1", True, float("nan"), float("inf"), 0, 10**400, [0.1]],
    "bptt": ["none", "1", True, 0, -1, 1.0, float("inf"), [1]],
    "clip": ["none", True, float("nan"), float("inf"), 0, -1, 10**400, [1]],
    "clip_value": ["none", True, float("nan"), float("inf"), 0, -1, 10**400, [1]],
    "hold": [1, True, ["U"], "", "none", "U[999999999999999999999]"],
}
DESCRIBED = {
    "lr": {0.002: "lr 0.002", 1e-12: "lr 1e-12", 1e6: "lr 1e+06"},
    "bptt": {None: "whole bptt", 1: "bptt 1", 25: "bptt 25"},
    "clip": {None: "no clipping", 1.0: "clip 1", 0.25: "clip 0.25"},
    "clip_value": {None: "no clipping by value", 5.0: "clip value 5", 0.25: "clip value 0.25"},
    "hold": {None: "nothing held", "U, b_h": "hold U, b_h"},
}

every_setting = pytest.mark.parametrize("setting", SETTINGS.values(), ids=SETTINGS)


@every_setting
def test_every_setting_is_in_the_tables_of_this_test(setting: Setting) -> None:
    assert setting.name in TYPED and setting.name in DESCRIBED
    assert setting.title and setting.hint and setting.help


@every_setting
def test_what_is_typed_is_read_checked_and_kept_in_json(setting: Setting) -> None:
    for text, value in TYPED[setting.name].items():
        read = setting.check(setting.parse(text), TENSORS)
        assert read == value
        again = json.loads(json.dumps(read))
        assert setting.check(again, TENSORS) == again == value
        assert type(again) is type(read)


@every_setting
def test_the_default_is_allowed(setting: Setting) -> None:
    assert setting.check(setting.default, TENSORS) == setting.default


@every_setting
def test_what_cannot_be_used_is_told_in_one_line_that_says_what_can(setting: Setting) -> None:
    for text in BAD_TEXT[setting.name]:
        with pytest.raises(ValueError, match=r"^\S[^\n]+$"):
            setting.check(setting.parse(text), TENSORS)
    for value in BAD_VALUES[setting.name]:
        with pytest.raises(ValueError, match=r"^\S[^\n]+$"):
            setting.check(value, TENSORS)


@every_setting
def test_a_value_is_described_in_a_few_words(setting: Setting) -> None:
    for value, words in DESCRIBED[setting.name].items():
        assert setting.describe(value) == describe(setting.name, value) == words


def test_weights_that_were_set_to_zero_are_described_too() -> None:
    assert describe("zero", "U[3]") == "U[3] = 0"


def test_settings_that_are_missing_take_their_defaults_in_the_order_of_the_table() -> None:
    checked = check_settings({"clip": 1, "lr": 0.5}, TENSORS)
    assert checked == {**default_settings(), "lr": 0.5, "clip": 1.0}
    assert list(checked) == list(SETTINGS)
    assert check_settings({}, TENSORS) == default_settings()


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"lr": 0}, "--lr 0: must be a number from 1e-12 to 1e+06"),
        ({"bptt": 0}, "--bptt 0: must be none, or a whole number, at least 1"),
        ({"clip": 0}, "--clip 0: must be none, or a number above 0"),
        ({"clip_value": 0}, "--clip-value 0: must be none, or a number above 0"),
        ({"hold": 3}, "--hold 3: must be none, or names"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(values: dict[str, object], told: str) -> None:
    with pytest.raises(ValueError, match="^" + re.escape(told)):
        check_settings(values, TENSORS)


@pytest.mark.parametrize(("rate", "clamped"), [(1e-20, 1e-12), (0.5, 0.5), (1e9, 1e6)])
def test_a_rate_is_clamped_to_what_is_allowed(rate: float, clamped: float) -> None:
    assert clamp(rate) == clamped


# What they do to a gradient and to weights.


def of_numbers(value: float, dtype: str = "float64") -> Parameters:
    parameters = Parameters.zeros(plain_layout(Elman(), (3, 3), 4), dtype)
    for name in parameters:
        parameters[name][...] = value
    return parameters


def norm(parameters: Parameters) -> float:
    return float(np.linalg.norm(parameters.flat.astype("float64")))


def transformed(gradient: Parameters, **values: Any) -> Parameters:
    for transform in transforms(check_settings(values, TENSORS), gradient, of_numbers(1)):
        transform()
    return gradient


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("size", [1e-3, 1.0, 1e15, 1e25, 1e36])
def test_clipping_keeps_the_direction_whatever_the_size(size: float, dtype: str) -> None:
    gradient = of_numbers(size, dtype)
    gradient["U"][0] *= -1
    before = gradient.flat.astype("float64")
    length = np.linalg.norm(before)
    transformed(gradient, clip=0.5)
    assert norm(gradient) == pytest.approx(min(0.5, length), rel=1e-5)
    assert np.allclose(gradient.flat / norm(gradient), before / length, rtol=1e-5)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("limit", [1e-300, 0.5, 5.0, 1e300])
def test_clipping_by_value_moves_no_number_that_is_within(limit: float, dtype: str) -> None:
    gradient = of_numbers(0, dtype)
    numbers = np.array([-np.inf, -6, -0.4, 0, 0.5, 5, 1e30, np.nan], dtype)
    gradient.flat[: len(numbers)] = numbers
    transformed(gradient, clip_value=limit)
    most = np.asarray(min(limit, float(np.finfo(dtype).max)), dtype)
    expected = np.where(np.abs(numbers) > most, np.copysign(most, numbers), numbers)
    assert np.array_equal(gradient.flat[: len(numbers)], expected, equal_nan=True)
    assert gradient.flat.dtype == dtype and not gradient.flat[len(numbers) :].any()


def test_values_are_clipped_before_the_norm_is() -> None:
    gradient = of_numbers(1)
    before = gradient.copy()
    gradient["U"][...] = 1e6
    transformed(gradient, clip_value=1, clip=norm(before) / 2)
    assert np.allclose(gradient.flat, before.flat / 2)


def test_nothing_is_done_to_a_gradient_by_default() -> None:
    assert transforms(default_settings(), of_numbers(1), of_numbers(1)) == []


def test_held_weights_are_taken_out_before_the_norm_is() -> None:
    gradient = of_numbers(1)
    gradient["U"][...] = 1e6
    before = gradient.copy()
    before["U"][...] = 0
    transformed(gradient, hold="U", clip=norm(before) / 2)
    assert np.allclose(gradient.flat, before.flat / 2)


@pytest.mark.parametrize("value", [1.0, float("nan"), float("inf")])
def test_held_weights_are_zero_at_once_and_have_no_gradient(value: float) -> None:
    weights = of_numbers(value)
    gradient = transformed(of_numbers(value), hold="W[1], b_o")
    apply_settings(check_settings({"hold": "W[1], b_o"}, TENSORS), weights, ())
    for numbers in (weights, gradient):
        assert not numbers["W"][1].any() and not numbers["b_o"].any()
        assert numbers["W"][0].all() and numbers["U"].all()
