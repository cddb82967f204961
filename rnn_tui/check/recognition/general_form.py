"""Gradients of inputs and start states: from the form of their code to that of the check."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from rnn_tui.check.problem import Numbers, Problem, Sizes
from rnn_tui.check.recognition.binding import Forms
from rnn_tui.check.recognition.forms import read, shape_of


def shapes_of_arguments(
    forms: Forms, sizes: Sizes, states: Collection[str], problem: Problem
) -> dict[str, tuple[int, ...]]:
    """The shapes, in their forms, of the gradients of ``x`` and of the start states."""
    expected = {role: shape_of(forms.state, problem.batch, 1, sizes.hidden) for role in states}
    if not forms.inputs.symbols:
        expected["x"] = shape_of(forms.inputs, problem.batch, problem.steps, sizes.inputs)
    return expected


def in_general_form(
    found: Mapping[str, Numbers], forms: Forms, parameters: Collection[str]
) -> dict[str, Numbers]:
    """Gradients by name; those of ``x`` (B, T, I) and of start states (B, H) read from theirs."""
    result = {}
    for name, value in found.items():
        if name in {"h0", "c0"} and name not in parameters:
            result[name] = read(value, forms.state)[:, 0]
        elif name == "x" and name not in parameters:
            result[name] = read(value, forms.inputs._replace(container="array"))
        else:
            result[name] = value
    return result
