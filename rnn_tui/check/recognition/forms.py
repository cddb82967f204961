"""The forms in which people hold a sequence: which axes, in which order, in which container."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Literal, NamedTuple

import numpy as np

from rnn_tui.check.problem import Numbers

Container = Literal["array", "list", "dict"]


class Form(NamedTuple):
    """How an array (B, T, D) is held.

    Attributes:
        axes: ``B``, ``T``, ``D`` and ``1`` (an axis of length one) in their order. An axis that is
            left out has length one, or is taken at its last place (T) or only place (B).
        container: ``array``, or a ``list`` or ``dict`` over the first axis, which is T.
        symbols: whether it holds integers instead of vectors: no D then.
        has_start: whether an entry for the start stands before the first step.
    """

    axes: str
    container: Container = "array"
    symbols: bool = False
    has_start: bool = False

    @property
    def has_batch(self) -> bool:
        """Whether there is a batch axis."""
        return "B" in self.axes

    @property
    def has_time(self) -> bool:
        """Whether it holds all steps, not the last one only."""
        return "T" in self.axes

    def __str__(self) -> str:
        shape = (
            ", ".join(self.axes.replace("D", "size"))
            if "D" not in self.axes
            else ", ".join({"D": "size", "1": "1"}.get(axis, axis) for axis in self.axes)
        )
        if self.container == "array":
            kind = "vectors" if "D" in self.axes else "numbers"
            return f"{'indices' if self.symbols else kind} ({shape})"
        rest = ", ".join({"D": "size"}.get(axis, axis) for axis in self.axes[1:])
        return (
            f"a {self.container} of T {'indices' if self.symbols else 'numbers'}"
            if self.symbols or not rest
            else f"a {self.container} of T ({rest})"
        )


def present(value: Numbers, form: Form) -> Any:
    """An array (B, T, D), or (B, T) of symbols, in somebody's form; views of it."""
    axes = "BT" if form.symbols else "BTD"
    if "B" not in form.axes:
        value, axes = value[0], axes.replace("B", "")
    if "T" not in form.axes:
        place = axes.index("T")
        value, axes = value.take(-1, axis=place), axes.replace("T", "")
    if "D" in axes and "D" not in form.axes:
        value, axes = value[..., 0], axes.replace("D", "")
    kept = form.axes.replace("1", "")
    value = np.transpose(value, [axes.index(axis) for axis in kept])
    for place, axis in enumerate(form.axes):
        if axis == "1":
            value = np.expand_dims(value, place)
    if form.symbols and value.ndim == 0:
        return int(value)
    if form.container == "array":
        return value
    entries = [int(v) if form.symbols and np.ndim(v) == 0 else v for v in value]
    return entries if form.container == "list" else dict(enumerate(entries))


def read(value: Any, form: Form) -> Numbers:
    """Somebody's value in a form of vectors back as (B, T, D)."""
    array = np.asarray(value) if form.container == "array" else np.stack(entries_of(value))
    kept = ""
    for place in reversed(range(len(form.axes))):
        if form.axes[place] == "1":
            array = array.take(0, axis=place)
        else:
            kept = form.axes[place] + kept
    wanted = [axis for axis in "BTD" if axis in kept]
    array = np.transpose(array, [kept.index(axis) for axis in wanted])
    for place, axis in enumerate("BTD"):
        if axis not in kept:
            array = np.expand_dims(array, place)
    return array[:, 1:] if form.has_start else array


def entries_of(value: Any) -> list[Any]:
    """The entries of a list, or of a dict over the steps 0 … T−1 (a step −1 is left out)."""
    if isinstance(value, Mapping):
        return [value[key] for key in sorted(k for k in value if isinstance(k, int) and k >= 0)]
    return list(value)


def shape_of(form: Form, batch: int, steps: int, width: int) -> tuple[int, ...]:
    """The shape that a value in this form has."""
    length = {"B": batch, "T": steps + form.has_start, "D": width, "1": 1}
    return tuple(length[axis] for axis in form.axes)


_STEP_AXES = ("TD", "TD1", "T1D", "BTD", "TBD", "TDB", "DBT", "BDT", "DT")
_LAST_AXES = ("D", "D1", "1D", "BD", "DB")


def form_of(value: Any, batch: int, steps: int, width: int, has_batch: bool) -> Form | None:
    """The form in which a value holds vectors of a width at every step or at the last.

    Args:
        value: an array, list or dict of theirs.
        batch: B of the call.
        steps: T of the call.
        width: D.
        has_batch: whether their inputs had a batch axis: of two forms that fit, one with it is
            taken then, else one without.
    """
    container: Container = "array"
    if isinstance(value, Mapping):
        container = "dict"
    elif isinstance(value, Sequence):
        container = "list"
    try:
        array = np.asarray(value if container == "array" else np.stack(entries_of(value)))
    except (ValueError, TypeError, KeyError):
        return None
    if array.dtype.kind not in "fc":
        return None
    return _form_of_shape(array.shape, container, batch, steps, width, has_batch)


@lru_cache(maxsize=4096)
def _form_of_shape(
    shape: tuple[int, ...],
    container: Container,
    batch: int,
    steps: int,
    width: int,
    has_batch: bool,
) -> Form | None:
    every = _STEP_AXES if container == "array" else tuple(a for a in _STEP_AXES if a[0] == "T")
    last = _LAST_AXES if container == "array" else ()
    if width == 1:
        every, last = (*every, "BT", "TB", "T"), (*last, "B", "")
    possible = [Form(axes, container) for axes in every]
    possible += [Form(axes) for axes in last]
    possible += [Form(axes, container, has_start=True) for axes in every]
    fitting = [
        form
        for form in possible
        if shape == shape_of(form, batch, steps, width) and (has_batch or not form.has_batch)
    ]
    fitting.sort(key=lambda form: form.has_batch != has_batch)
    return fitting[0] if fitting else None
