"""Outputs, states and losses among the values that a function of theirs returned."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from rnn_tui.check.problem import Problem, Sizes
from rnn_tui.check.recognition.binding import likeness
from rnn_tui.check.recognition.forms import Form, form_of
from rnn_tui.check.recognition.gradients import is_numbers
from rnn_tui.check.recognition.returned import Leaf
from rnn_tui.check.recognition.words import argument_kind


class Held(NamedTuple):
    """A returned value that holds a vector at every step, or after the last one.

    Attributes:
        place: among the returned values.
        leaf: the value with its name.
        form: how it is held.
        width: of the vectors.
    """

    place: int
    leaf: Leaf
    form: Form
    width: int


class Candidate(NamedTuple):
    """An output that an upstream gradient may belong to.

    Attributes:
        place: among the returned values.
        form: of the gradient.
        width: of the vectors.
    """

    place: int
    form: Form
    width: int


def vectors_in(returned: list[Leaf], problem: Problem, sizes: Sizes, has_batch: bool) -> list[Held]:
    """The values that hold outputs or states, in their order."""
    found = []
    for place, leaf in enumerate(returned):
        for width in dict.fromkeys((sizes.outputs, sizes.hidden)):
            form = form_of(leaf.value, problem.batch, problem.steps, width, has_batch)
            if form is not None:
                found.append(Held(place, leaf, form, width))
                break
    return found


def is_input(held: Held) -> bool:
    """Whether it is the inputs handed back, by its name."""
    return argument_kind(held.leaf.name or "") == "inputs"


def upstream_candidates(argument: str, held: list[Held]) -> list[Candidate]:
    """What an upstream gradient may belong to, the likeliest first.

    Args:
        argument: the name of the gradient.
        held: what forward returned.
    """
    found = [
        (likeness(argument, each.leaf.name), form.has_time, Candidate(each.place, form, each.width))
        for each in held
        for form in _forms_of_upstream(each.form)
    ]
    found.sort(key=lambda entry: (-entry[0], -entry[1]))
    return [candidate for _, _, candidate in found]


def _forms_of_upstream(form: Form) -> list[Form]:
    """The form of an output, and of its last step alone."""
    every = form._replace(has_start=False)
    if not form.has_time or form.container == "dict":
        return [every]
    return [every, Form(form.axes.replace("T", ""))]


def loss_among(returned: list[Leaf]) -> Any:
    """The scalar among returned values; one called a loss before others."""
    scalars = [x for x in returned if is_numbers(x.value) and np.size(x.value) == 1]
    words = ("loss", "cost", "err")
    named = [x for x in scalars if x.name and any(word in x.name.lower() for word in words)]
    plain = [x for x in scalars if np.ndim(x.value) == 0]
    chosen = (named or plain)[:1]
    return number(chosen[0].value) if chosen else None


def number(value: Any) -> Any:
    """A loss as a number; None where it is none. The first of a tuple that begins with one."""
    if isinstance(value, tuple | list) and value and np.size(value[0]) == 1:
        value = value[0]
    array = np.asarray(value)
    return array.reshape(())[()] if array.size == 1 and array.dtype.kind in "fciu" else None


def takes_lists(loss: Callable[..., Any], values: list[Any]) -> bool:
    """Whether a loss is one of many sequences: of the same one twice it is twice as much, or equal.

    Args:
        loss: theirs; it may change the object that it belongs to.
        values: its arguments for one sequence.
    """
    try:
        once, twice = (number(loss(*([value] * n for value in values))) for n in (1, 2))
    except Exception:
        return False
    return once is not None and twice is not None and any(np.isclose(twice, [once, 2 * once]))
