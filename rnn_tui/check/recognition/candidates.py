"""What may be tried: forms of inputs, targets and start states; sizes that variables name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from rnn_tui.check.problem import Numbers
from rnn_tui.check.recognition.binding import size_kind
from rnn_tui.check.recognition.forms import Form

SYMBOLS = tuple(
    Form(axes, container, symbols=True)  # type: ignore[arg-type]
    for axes, container in (("T", "list"), ("T", "array"), ("BT", "array"), ("TB", "array"))
)
VECTORS = tuple(
    Form(axes, container)  # type: ignore[arg-type]
    for axes, container in (
        ("TD", "array"), ("TD1", "list"), ("TD1", "array"), ("BTD", "array"), ("TBD", "array"),
        ("T1D", "array"), ("DBT", "array"), ("TD", "list"), ("T1D", "list"), ("TBD", "list"),
        ("TDB", "list"), ("TDB", "array"), ("BDT", "array"), ("DT", "array"),
    )
)  # fmt: skip
SCALARS = (Form("BT"), Form("TB"), Form("T"), Form("T", "list"))
"""For networks whose inputs are single numbers."""
ONE_STEP = tuple(Form(axes) for axes in ("D1", "D", "1D", "BD", "DB"))
_LAST_TARGETS = (Form("", symbols=True), Form("D1"), Form("D"), Form("1D"), Form("BD"), Form("DB"),
                 Form("B", symbols=True))  # fmt: skip
KINDS = 6
"""So many of the forms of `targets_beside` are of different kinds; twice that for numbers."""
_STATES = ("D1", "D", "1D")
_LONGEST = 200
_STEPS = re.compile(
    r"t|(n_?|num_?)?(time_?)?steps?|(max_?)?(seq(uence)?|time)_?(len(gth)?|steps?|size)|t_?x", re.I
)
_BATCH = re.compile(r"b|n|m|(n_?|num_?)?batch(_?size)?|bs|minibatch(_?size)?", re.I)


def targets_beside(inputs: Form, width: int) -> list[Form]:
    """Forms of the targets beside a form of the inputs: one of each kind first, then the rest.

    Args:
        inputs: the form of those.
        width: of a target; 1 for networks that give a number: the target is one, too, or 0 or 1.
    """
    forms = _targets_beside(inputs)
    if width > 1:
        return forms
    return list(dict.fromkeys(each for f in forms for each in (f._replace(symbols=False), f)))


def _targets_beside(inputs: Form) -> list[Form]:
    if not inputs.has_time:
        return [f for f in _LAST_TARGETS if not f.has_batch or inputs.has_batch]
    kinds = [SYMBOLS[0], VECTORS[0], *_LAST_TARGETS[:3]]
    if inputs.has_batch:
        last = Form("DB" if inputs.axes.startswith("D") else "BD")
        kinds = [SYMBOLS[2], Form("BTD"), Form("B", symbols=True), last]
    every = (*SYMBOLS, *VECTORS, *_LAST_TARGETS)
    rest = [form for form in every if form.has_batch == inputs.has_batch]
    return list(dict.fromkeys((inputs, *kinds, *rest)))


def by_layout(forms: Iterable[Form], parameters: Mapping[str, Numbers]) -> list[Form]:
    """The forms, those in rows last where a bias is a column.

    Where sizes are alike, broadcasting lets a row run beside a column, too.
    """
    columns = any(p.ndim == 2 and p.shape[0] > 1 == p.shape[1] for p in parameters.values())
    return sorted(forms, key=lambda form: columns and not form.symbols and form.axes[-1:] == "D")


def states_beside(inputs: Form, parameters: Mapping[str, Numbers]) -> list[Form]:
    """Forms of the start state; a bias in a column or row tells which to try first."""
    if inputs.has_batch:
        axes = inputs.axes
        return (
            [Form("DB" if axes.index("D") < axes.index("B") else "BD")]
            if "D" in axes
            else [Form("BD")]
        )
    shapes = [p.shape for p in parameters.values() if p.ndim == 2 and 1 in p.shape]
    first = "D"
    if shapes:
        first = "D1" if shapes[0][1] == 1 else "1D"
    return [Form(first), *(Form(axes) for axes in _STATES if axes != first)]


def hints_from(values: Mapping[str, Any]) -> dict[str, int]:
    """Sizes among variables whose names tell what they are."""
    hints: dict[str, int] = {}
    for name, value in values.items():
        kind = size_kind(name)
        if kind and isinstance(value, int | np.integer) and not isinstance(value, bool):
            hints.setdefault(kind, int(value))
    if "vocab_size" in values:
        hints.setdefault("outputs", hints.get("inputs", 0))
    return hints


def fixed_from(values: Mapping[str, Any]) -> tuple[int | None, int | None]:
    """T and B among variables, by their names."""
    steps = batch = None
    for name, value in values.items():
        if isinstance(value, int) and not isinstance(value, bool) and 1 < value <= _LONGEST:
            if _STEPS.fullmatch(name):
                steps = steps or value
            elif _BATCH.fullmatch(name):
                batch = batch or value
    return steps, batch
