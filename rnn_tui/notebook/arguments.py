"""Validation of the caller's arguments, and their conversion to the engine's form.

Every function raises ValueError that names the argument and says what was expected.
"""

from __future__ import annotations

import reprlib
from collections.abc import Mapping, Set
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rnn_tui.model.batch import Tokens
from rnn_tui.model.buffers import Array

_NUMBERS_AT_MOST = 2**30  # 8 GiB


def num_to_label(y: ArrayLike, vocab: int = 3) -> NDArray[np.int_]:
    """Turn symbols into one-hot labels (the notebook's section *Problem to solve*).

    Args:
        y: (T,) symbols, whole numbers from 0 to vocab − 1; others raise ValueError.
        vocab: number of symbols.

    Returns:
        (T, vocab) zeros and ones, int.
    """
    vocab = count(vocab, "vocab", 1)
    array = numbers(y, "y", dimensions=(1,))
    require_room(len(array) * vocab, "vocab")
    symbols = symbols_of(array, vocab, "y")
    labels = np.zeros((len(symbols), vocab), dtype=int)
    labels[np.arange(len(symbols)), symbols] = 1
    return labels


def numbers(
    value: ArrayLike, name: str, dimensions: tuple[int, ...] | None = None, *, finite: bool = True
) -> NDArray[np.float64]:
    """An array of real numbers, float64, with any of these numbers of dimensions.

    Strings that look like numbers, times, records and Python objects are refused, and so are
    masked arrays, whose masked numbers would be taken for data; NaN and infinity where ``finite``.
    """
    parts = value if isinstance(value, list | tuple) else [value]
    if any(isinstance(part, np.ma.MaskedArray) for part in parts):
        raise ValueError(f"{name} must be an array of numbers, not a masked array")
    try:
        array = np.asarray(value)
    except (TypeError, ValueError, OverflowError):  # ragged, or not to be made an array of
        array = np.asarray(None)
    if array.dtype.kind not in "biuf":
        raise ValueError(f"{name} must be an array of numbers, not {shortened(value)}")
    with np.errstate(over="ignore"):
        array = array.astype(np.float64, copy=False)
    if dimensions is not None and array.ndim not in dimensions:
        expected = " or ".join(map(str, dimensions))
        raise ValueError(f"{name} must have {expected} dimensions, not shape {array.shape}")
    if finite and not np.isfinite(array).all():
        raise ValueError(f"{name} holds NaN or infinity; expected finite numbers")
    return array


def count(value: Any, name: str, least: int) -> int:
    """A whole number, at least ``least``."""
    whole = isinstance(value, int | np.integer) and not isinstance(value, bool)
    if not whole or value < least:
        raise ValueError(f"{name} must be a whole number, at least {least}, not {shortened(value)}")
    return int(value)


def require_room(size: int, names: str) -> None:
    """Refuse arrays of more than 8 GiB before they are allocated."""
    if size > _NUMBERS_AT_MOST:
        raise ValueError(f"{names}: too large, they would need more than 8 GiB of memory")


def shortened(value: Any) -> str:
    """The repr of an argument in one short line."""
    return " ".join(reprlib.repr(value).split())[:80]


def seed_of(seed: Any) -> int | None:
    """A seed for NumPy's generators, or None for a fresh one."""
    return None if seed is None else count(seed, "seed", 0)


def require_list(value: Any, name: str, vocab: int) -> None:
    """A list of sequences; a single one would be taken for sequences of the symbols 0 and 1."""
    no_list = isinstance(value, str | bytes | Mapping | Set | np.ma.MaskedArray)
    array = value if isinstance(value, np.ndarray) else None
    if no_list or not hasattr(value, "__len__") or (array is not None and array.ndim == 0):
        raise ValueError(f"{name} must be a list of sequences, not a {type(value).__name__}")
    if array is None or array.ndim != 2 or array.dtype.kind not in "biuf":
        return
    if _is_binary(array) and (array.shape[1] == vocab or (array.sum(axis=1) == 1).all()):
        raise ValueError(f"{name} is one sequence; expected a list of them: [{name}]")


def _is_binary(array: NDArray[Any]) -> bool:
    return bool(((array == 0) | (array == 1)).all())


def symbols_of(array: NDArray[Any], vocab: int, name: str) -> Tokens:
    """Symbols, at least one, each from 0 to V − 1; of any shape."""
    if array.size == 0:
        raise ValueError(f"{name} is empty; expected at least one symbol")
    wrong = (array < 0) | (array >= vocab) | (array != np.floor(array))
    if wrong.any():
        raise ValueError(
            f"{name} holds {array[wrong][0]:g}; expected whole numbers from 0 to {vocab - 1}"
        )
    return array.astype(np.intp)


def inputs_of(x: ArrayLike, vocab: int) -> Tokens:
    """(T,) symbols, or (T, V) one-hot, → (T,) symbols."""
    array = numbers(x, "x", dimensions=(1, 2))
    if array.ndim == 2:
        if array.shape[1] != vocab:
            raise ValueError(f"x must have shape (T, {vocab}), not {array.shape}")
        if not (_is_binary(array) and (array.sum(axis=1) == 1).all()):
            raise ValueError("x must be one-hot: one 1 in each row, 0 elsewhere")
        return symbols_of(array.argmax(axis=1), vocab, "x")
    return symbols_of(array, vocab, "x")


def targets_of(y: ArrayLike, vocab: int) -> Array:
    """(T, V) probabilities, or (T,) symbols, → (T, V) probabilities."""
    array = numbers(y, "y", dimensions=(1, 2))
    if array.ndim == 1:
        return num_to_label(array, vocab).astype(np.float64)
    if array.shape[1] != vocab:
        raise ValueError(f"y must have shape (T, {vocab}), not {array.shape}")
    if array.size == 0:
        raise ValueError("y is empty; expected at least one time step")
    if (array < 0).any():
        raise ValueError("y holds negative numbers; expected probabilities")
    return array


def target_and_prediction(y: ArrayLike, y_hat: ArrayLike, vocab: int) -> tuple[Array, Array]:
    """(T, V) each, of one sequence; from (T, V) probabilities or (T,) symbols each."""
    prediction = numbers(y_hat, "y_hat", dimensions=(1, 2))
    if prediction.ndim == 1:
        prediction = num_to_label(prediction, vocab).astype(np.float64)
    target = targets_of(y, prediction.shape[1])
    if target.shape != prediction.shape:
        raise ValueError(f"y has shape {target.shape}, y_hat has shape {prediction.shape}")
    if prediction.shape[1] != vocab:
        raise ValueError(f"y_hat must have shape (T, {vocab}), not {prediction.shape}")
    return target, prediction


def tensors_of(
    returned: Any, expected: Mapping[str, Array], method: str
) -> dict[str, NDArray[np.float64]]:
    """The arrays that a subclass's method returned, by name; they may be NaN or infinite.

    Args:
        returned: an iterable of arrays or numbers, in the order of ``expected``.
        expected: arrays of the shapes wanted, by name.
        method: its name.
    """
    names = ", ".join(expected)
    try:
        is_one = isinstance(returned, np.ndarray) and returned.dtype != object
        if is_one or isinstance(returned, str | bytes | Mapping):
            raise TypeError
        values = list(returned)
    except TypeError:
        kind = "None (no return?)" if returned is None else f"a {type(returned).__name__}"
        raise ValueError(f"{method} returned {kind}; expected {names}") from None
    if len(values) != len(expected):
        raise ValueError(f"{method} returned {len(values)} values; expected {names}")
    tensors = {}
    for (name, tensor), value in zip(expected.items(), values, strict=True):
        tensors[name] = array = numbers(value, f"{name} of {method}", finite=False)
        if array.shape != tensor.shape:
            raise ValueError(
                f"{name} of {method} must have shape {tensor.shape}, not {array.shape}"
            )
    return tensors
