"""Whether a second call gives the same: aliases, sums never cleared, arguments changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from rnn_tui.check.problem import Numbers, Problem
from rnn_tui.check.report import Part
from rnn_tui.check.theirs import Answer, Theirs


class SecondCall(NamedTuple):
    """What a second call gave.

    Attributes:
        part: the verdict.
        cause: ``gradients-not-cleared``, ``changes-its-arguments`` or empty.
        tensors: whose gradients are not the same.
        remarks: no mistakes.
    """

    part: Part
    cause: str
    tensors: tuple[str, ...]
    remarks: tuple[str, ...]


def call_again(
    theirs: Theirs, parameters: Mapping[str, Numbers], problem: Problem, first: Answer
) -> SecondCall:
    """The same problem and weights again, on the object as the first call left it."""
    once = theirs.run(problem, parameters)
    if once.changed:
        names = ", ".join(map(theirs.is_.shown, once.changed))
        function = _backward_name(theirs)
        note = f"{function} changes its argument ({names}); with a copy all is as it was"
        return SecondCall(Part("wrong", note), "changes-its-arguments", (), ())
    second = theirs.run(problem, parameters, again=True)
    if not _same(once.outputs, second.outputs) or not _same_loss(once.loss, second.loss):
        remark = "it keeps its state from call to call: a second call goes on where the first ended"
        return SecondCall(Part("right", remark), "", (), (remark,))
    different = tuple(
        name
        for name, gradient in once.gradients.items()
        if not _same(gradient, second.gradients.get(name))
    )
    if different and theirs.is_.updates_inside and not _are_twice(once, second, different):
        remark = "it remembers its updates (momentum and the like); the first one is compared"
        return SecondCall(Part("right", remark), "", (), (remark,))
    if different:
        note = "a second call gives other gradients: " + ", ".join(map(theirs.is_.shown, different))
        return SecondCall(Part("wrong", note), "gradients-not-cleared", different, ())
    return SecondCall(Part("right", "a second call gives the same"), "", (), ())


def _are_twice(once: Answer, second: Answer, names: tuple[str, ...]) -> bool:
    """Whether a second call gives twice the gradients: sums that were never cleared."""
    return all(_same(2 * once.gradients[name], second.gradients.get(name)) for name in names)


def are_same(one: Answer, other: Answer) -> bool:
    """Whether two runs gave the same outputs, loss and gradients."""
    return (
        _same(one.outputs, other.outputs)
        and _same_loss(one.loss, other.loss)
        and all(_same(g, other.gradients.get(name)) for name, g in one.gradients.items())
    )


def _same(one: Numbers | None, other: Numbers | None) -> bool:
    if one is None or other is None:
        return one is other
    scale = float(np.abs(one).max(initial=0.0))
    with np.errstate(invalid="ignore"):  # of infinity minus infinity
        near = np.abs(one - other) <= 1e-6 * scale if one.shape == other.shape else np.array(False)
    return bool((near | (one == other)).all()) or not bool(np.isfinite(one).all())


def _same_loss(one: complex | None, other: complex | None) -> bool:
    return one == other or (one is not None and other is not None and bool(np.isclose(one, other)))


def _backward_name(theirs: Theirs) -> str:
    functions = theirs.is_.functions.get("backward", [])
    return functions[-1].name if functions else "the backward pass"
