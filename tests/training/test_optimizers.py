"""The optimizers: the figures of torch.optim, kept in tests/data, and what all of them promise."""

import re
from dataclasses import fields
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rnn_tui.model.option import check_option
from rnn_tui.model.parameters import Parameters, Tensor, one_after_another
from rnn_tui.training.optimizers.optimizer import Memory, Optimizer, Vector
from rnn_tui.training.optimizers.registry import OPTIMIZERS
from rnn_tui.training.schedules import SCHEDULES, factor
from rnn_tui.training.settings.table import check_settings, transforms

with np.load(Path(__file__).parents[1] / "data" / "pytorch_optimizers.npz") as arrays:
    FIGURES: dict[str, Any] = dict(arrays)

UPDATES = len(FIGURES["gradients"])
RATE = float(FIGURES["rate"])
CASES = list(
    product(*(FIGURES[key].tolist() for key in ("optimizers", "weight_decays", "variants")))
)
EXPECTED = dict(zip(CASES, FIGURES["parameters"].reshape(len(CASES), 4, -1), strict=True))

every_optimizer = pytest.mark.parametrize("name", OPTIMIZERS)
both_dtypes = pytest.mark.parametrize("dtype", ["float64", "float32"])
with_and_without_decay = pytest.mark.parametrize("weight_decay", [0.0, 0.1])


def options_of(name: str) -> tuple[Any, ...]:
    kind: Any = OPTIMIZERS[name]
    return fields(kind)


def make(name: str, **options: float) -> Optimizer:
    kind: Any = OPTIMIZERS[name]
    made: Optimizer = kind(**options)
    return made


def vector(numbers: Vector, dtype: str) -> Parameters:
    layout = one_after_another(Tensor("W", "", (1, len(numbers))))
    vector = Parameters.zeros(layout, dtype)
    vector.flat[: len(numbers)] = numbers
    return vector


def trained(
    optimizer: Optimizer, weights: Parameters, memory: Memory, first: int, last: int, variant: str
) -> None:
    """Make the updates from first to before last, as the variant says."""
    gradient = weights.copy()
    settings = {variant: float(FIGURES[variant])} if variant.startswith("clip") else {}
    clipping = transforms(check_settings(settings, ()), gradient, weights)
    schedule = variant if variant in SCHEDULES else "constant"
    warmup = int(FIGURES["warmup"]) if variant == "warmup" else 0
    for step in range(first, last):
        gradient["W"][...] = FIGURES["gradients"][step]
        for transform in clipping:
            transform()
        rate = RATE * factor(schedule, warmup, step, UPDATES)
        optimizer.update(weights.flat, gradient.flat, memory, rate, step)


def error(name: str, weight_decay: float, variant: str, dtype: str) -> float:
    """The largest relative error of the parameters after any of the updates kept."""
    optimizer = make(name, weight_decay=weight_decay)
    weights = vector(FIGURES["initial"], dtype)
    memory = optimizer.start(weights.flat)
    before, largest = 0, 0.0
    expected = EXPECTED[name, weight_decay, variant]
    for after, right in zip(FIGURES["kept_after"].tolist(), expected, strict=True):
        trained(optimizer, weights, memory, before, after, variant)
        found = weights["W"][0].astype("float64")
        largest = max(largest, float(np.linalg.norm(found - right) / np.linalg.norm(right)))
        before = after
    assert weights.flat.dtype == dtype and all(array.dtype == dtype for array in memory)
    return largest


def test_there_are_figures_of_every_optimizer_and_schedule() -> None:
    assert FIGURES["optimizers"].tolist() == list(OPTIMIZERS)
    assert SCHEDULES.keys() - {"constant"} <= set(FIGURES["variants"].tolist())


@pytest.mark.parametrize(("name", "weight_decay", "variant"), CASES)
def test_fifty_updates_agree_with_pytorch(name: str, weight_decay: float, variant: str) -> None:
    assert error(name, weight_decay, variant, "float64") < 1e-10
    assert error(name, weight_decay, variant, "float32") < 1e-5


@every_optimizer
@both_dtypes
def test_what_is_remembered_begins_as_aligned_zeros(name: str, dtype: str) -> None:
    weights = vector(FIGURES["initial"], dtype).flat
    memory = make(name).start(weights)
    for array in memory:
        assert (array.shape, array.dtype) == (weights.shape, weights.dtype)
        assert not array.any() and array.ctypes.data % 64 == 0
    assert len({array.ctypes.data for array in memory}) == len(memory)


@every_optimizer
@both_dtypes
@with_and_without_decay
def test_what_is_all_zero_stays_zero(name: str, dtype: str, weight_decay: float) -> None:
    limits = {f.name: f.metadata["least"] for f in options_of(name)}
    for options in ({}, limits):
        optimizer = make(name, **options | {"weight_decay": weight_decay})
        weights = vector(FIGURES["initial"], dtype)
        memory = optimizer.start(weights.flat)
        trained(optimizer, weights, memory, 0, UPDATES, "plain")
        padding = slice(len(FIGURES["initial"]) - 1, None)
        for array in (weights.flat, *memory):
            assert not array[padding].any() and np.isfinite(array).all()


@every_optimizer
@both_dtypes
@with_and_without_decay
def test_the_memory_is_all_that_is_remembered(name: str, dtype: str, weight_decay: float) -> None:
    optimizer = make(name, weight_decay=weight_decay)
    weights = vector(FIGURES["initial"], dtype)
    memory = optimizer.start(weights.flat)
    trained(optimizer, weights, memory, 0, 20, "cosine")
    kept = weights.copy()
    kept_memory = tuple(array.copy() for array in memory)
    trained(optimizer, weights, memory, 20, UPDATES, "cosine")
    for again in (optimizer, make(name, weight_decay=weight_decay)):
        copied, copied_memory = kept.copy(), tuple(array.copy() for array in kept_memory)
        trained(again, copied, copied_memory, 20, UPDATES, "cosine")
        pairs = zip((copied.flat, *copied_memory), (weights.flat, *memory), strict=True)
        for found, right in pairs:
            assert found.tobytes() == right.tobytes()


@both_dtypes
@pytest.mark.parametrize("rate", [0.001, 1 / 3, 1e-12])
def test_sgd_rounds_the_rate_and_the_step_to_the_dtype(dtype: str, rate: float) -> None:
    weights = vector(FIGURES["initial"], dtype).flat
    gradient = vector(FIGURES["gradients"][1], dtype).flat
    expected = weights - gradient * weights.dtype.type(rate)
    make("sgd").update(weights, gradient, (), rate, 0)
    assert weights.tobytes() == expected.tobytes()


def test_an_option_of_several_optimizers_has_one_help_and_the_same_limits() -> None:
    said: dict[str, Any] = {}
    for name in OPTIMIZERS:
        for f in options_of(name):
            assert said.setdefault(f.name, f.metadata) == f.metadata
            check_option(f, f.default)
    assert set(said) == {"momentum", "beta1", "beta2", "decay", "eps", "weight_decay"}


@pytest.mark.parametrize(
    ("name", "option", "value", "told"),
    [
        ("momentum", "momentum", 1.0, "--momentum 1.0: must be a number, at least 0 and below 1"),
        ("nesterov", "momentum", -0.1, "--momentum -0.1: must be a number, at least 0 and below 1"),
        ("adam", "beta2", 2, "--beta2 2: must be a number, at least 0 and below 1"),
        ("adam", "eps", 0, "--eps 0: must be a number, at least 1e-30 and below 1e+06"),
        ("adamw", "weight_decay", float("nan"), "--weight-decay nan: must be a number, at least 0"),
        ("rmsprop", "decay", "0.9", "--decay 0.9: must be a number, at least 0 and below 1"),
    ],
)
def test_a_value_beyond_the_limits_is_told(name: str, option: str, value: Any, told: str) -> None:
    (field,) = (f for f in options_of(name) if f.name == option)
    with pytest.raises(ValueError, match="^" + re.escape(told)):
        check_option(field, value)
